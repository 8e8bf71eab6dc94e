/** How much of a shared RS-485 line the agent uses: a tank gauge and a seal hub, 9600 baud, every poll due at once. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modbusDriver } from "@forecourt/edge-agent/drivers/modbus/driver.ts";
import { encodeRtu } from "@forecourt/edge-agent/drivers/modbus/frames.ts";
import { Line } from "@forecourt/edge-agent/lines/line.ts";
import { LineRunner } from "@forecourt/edge-agent/lines/runner.ts";
import { serialTransport } from "@forecourt/edge-agent/lines/serial.ts";
import { parseProfile } from "@forecourt/protocol/profiles/parse.ts";
import { ROOT } from "../rig/program.ts";
import { hasTool, runTool } from "../rig/tools.ts";
import { Pauses } from "./pauses.ts";
import type { BenchRow } from "./row.ts";
import { simulate } from "./simulated.ts";

const WARM_UP_MS = 2_000;
const MEASURED_MS = 12_000;
const MBPOLL_S = 8;
const SETTINGS = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 } as const;
const BYTE_MS = (10 * 1000) / SETTINGS.baudRate;
/** Modbus over serial line 1.02: the silence that ends a frame, once after the request and once after the answer. */
const FRAME_END_MS = 3.5 * BYTE_MS;
/** What the simulated devices take before they answer (the simulator's default). */
const TURNAROUND_MS = 5;
/** What mbpoll is to read of the hub: as many registers as its longest answer holds. */
const MBPOLL_COUNT = 120;

/** Milliseconds that an exchange takes at the least. */
const leastMs = (bytes: number) => bytes * BYTE_MS + 2 * FRAME_END_MS + TURNAROUND_MS;

function profileOf(name: string) {
  const path = join(ROOT, "edge-agent", "profiles", `${name}.yaml`);
  const profile = parseProfile(readFileSync(path, "utf8"), path);
  if (!profile.ok) throw new Error(`profile ${name} cannot be read`);
  return profile.value;
}

/** Share of the line's time that the exchanges need at the least. */
async function agentShare(path: string): Promise<{ share: number; perSecond: number; pauses: Pauses }> {
  const common = { framing: "rtu" as const, intervalMs: 0, answerTimeoutMs: 1_000 };
  const tanks = new Map([1, 2, 3, 4].map((number) => [number, `T${number}`]));
  const seals = new Map(Array.from({ length: 24 }, (_, index) => [index + 1, `S${index + 1}`]));
  const line = new Line({
    name: "rs485-1",
    transport: serialTransport(path, SETTINGS),
    byteMs: BYTE_MS,
    frameGapMs: FRAME_END_MS,
  });
  const runner = new LineRunner({
    line,
    drivers: [
      modbusDriver({
        ...common,
        device: "gauge-1",
        profile: profileOf("generic-gauge"),
        unit: 1,
        items: { tank: tanks },
      }),
      modbusDriver({
        ...common,
        device: "seals-1",
        profile: profileOf("generic-seal-hub"),
        unit: 2,
        items: { seal: seals },
      }),
    ],
    sink: { observed: () => [], failed: () => [], reachability: () => [] },
    reachability: { failures: 3, silentMs: 5_000 },
    backOff: { minMs: 100, maxMs: 1_000 },
    stuckMs: 60_000,
    now: () => performance.now(),
    random: Math.random,
    log: () => {},
  });
  runner.start();
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  let bytes = 0;
  const pauses = new Pauses();
  line.tap = (seen) => {
    pauses.tap(seen);
    if (seen.way !== "state") bytes += seen.bytes.length;
  };
  const [answersBefore, startedAt] = [line.statistics.answers, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  const elapsedMs = performance.now() - startedAt;
  const exchanges = line.statistics.answers - answersBefore;
  await runner.stop();
  const neededMs = bytes * BYTE_MS + exchanges * leastMs(0);
  return { share: neededMs / elapsedMs, perSecond: (exchanges / elapsedMs) * 1_000, pauses };
}

/** The same for mbpoll, which asks one device for one range. */
async function mbpollShare(path: string): Promise<string> {
  if (!hasTool("mbpoll", "mbpoll")) return "mbpoll is not installed";
  const ran = await runTool("timeout", [
    ...["-s", "INT", String(MBPOLL_S), "mbpoll", "-m", "rtu", "-b", "9600", "-d", "8", "-s", "1", "-P", "none"],
    ...["-a", "2", "-t", "4", "-0", "-r", "0", "-c", String(MBPOLL_COUNT), "-l", "11", path],
  ]);
  const received = Number(/(\d+) received/.exec(ran.output)?.[1] ?? Number.NaN);
  const request = encodeRtu({ unit: 2, fn: 3, address: 0, count: MBPOLL_COUNT }).length;
  const share = (received * leastMs(request + 5 + 2 * MBPOLL_COUNT)) / (MBPOLL_S * 1_000);
  return `mbpoll -l 11 on the hub of the same line: ${share.toFixed(3)}, ${(received / MBPOLL_S).toFixed(2)} exchanges/s of ${MBPOLL_COUNT} registers`;
}

/** The row of the shared line. */
export async function mixedShare(): Promise<BenchRow> {
  const station = await simulate("shared-rs485");
  try {
    const path = station.lines.serial["rs485-1"]!;
    const { share, perSecond, pauses } = await agentShare(path);
    const comparedWith = `${await mbpollShare(path)}; the agent made ${perSecond.toFixed(2)} exchanges/s with two devices, ${pauses.text}, ${FRAME_END_MS.toFixed(2)} ms of it the silence after a frame`;
    return { name: "wire-share-mixed", value: share, unit: "share", aim: { min: 0.95 }, comparedWith };
  } finally {
    await station.stop();
  }
}
