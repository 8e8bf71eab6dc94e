/** How much of what one 9600-baud tax port allows the agent's line uses, when every poll is due at once. */
import { taxPortDriver } from "@forecourt/edge-agent/drivers/tax-port/driver.ts";
import { Line } from "@forecourt/edge-agent/lines/line.ts";
import { LineRunner } from "@forecourt/edge-agent/lines/runner.ts";
import { serialTransport } from "@forecourt/edge-agent/lines/serial.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import { Pauses } from "./pauses.ts";
import type { Bench } from "./row.ts";
import { simulate } from "./simulated.ts";
import { mixedShare } from "./wire-share-mixed.ts";

const WARM_UP_MS = 2_000;
const MEASURED_MS = 15_000;
const NOZZLES = 8;
/** One start bit, eight data bits, parity, one stop bit. */
const BITS_PER_BYTE = 11;
const REQUEST_BYTES = 8;
const ANSWER_BYTES = 30;
/** What the simulated dispenser takes before it answers (the simulator's default). */
const TURNAROUND_MS = 5;

export const wireShare: Bench = {
  name: "wire-share",
  async run() {
    const station = await simulate("eight-nozzles");
    const base = profiles["28-byte"];
    const profile = { ...base, timings: { ...base.timings, interQueryGapMs: 0, answerTimeoutMs: 500 } };
    const nozzles = Array.from({ length: NOZZLES }, (_, index) => ({ nozzle: `N0${index + 1}`, index }));
    const byteMs = (BITS_PER_BYTE * 1000) / profile.serial.baudRate;
    let polls = 0;
    const runner = new LineRunner({
      line: new Line({
        name: "tax-1",
        transport: serialTransport(station.lines.serial["tax-1"]!, profile.serial),
        byteMs,
      }),
      drivers: [taxPortDriver({ device: "tax-1", profile, nozzles, totalIntervalMs: 0 })],
      sink: {
        observed: () => {
          polls += 1;
          return [];
        },
        failed: () => [],
        reachability: () => [],
      },
      reachability: { failures: 3, silentMs: 5_000 },
      backOff: { minMs: 100, maxMs: 1_000 },
      stuckMs: 60_000,
      now: () => performance.now(),
      random: Math.random,
      log: () => {},
    });
    const pauses = new Pauses();
    runner.line.tap = pauses.tap;
    runner.start();
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    const [pollsBefore, startedAt] = [polls, performance.now()];
    await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
    const perSecond = ((polls - pollsBefore) / (performance.now() - startedAt)) * 1000;
    await runner.stop();
    await station.stop();
    const allowed = 1000 / ((REQUEST_BYTES + ANSWER_BYTES) * byteMs + TURNAROUND_MS);
    return [
      {
        name: "wire-share",
        value: perSecond / allowed,
        unit: "share",
        aim: { min: 0.95 },
        comparedWith: `${allowed.toFixed(2)} polls/s that 9600 8E1 and the device's ${TURNAROUND_MS} ms allow; ${perSecond.toFixed(2)} made, ${pauses.text}`,
      },
      await mixedShare(),
    ];
  },
};
