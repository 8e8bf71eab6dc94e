/**
 * Stations that have a month behind them live on at the pace of the demonstration: their lines are dated as the clock
 * of the collector shows, as those of the other stations are, and come over MQTT in signed batches.
 */
import { FakeGateway } from "@forecourt/collector/testing/fake-gateway.ts";
import { ConnectedGateway, type Reachable } from "@forecourt/collector/testing/running.ts";
import { encodeHello } from "@forecourt/protocol/batch/answer.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { formatTime, parseTime } from "@forecourt/protocol/time.ts";
import type { Packer } from "../../rig/history/packer.ts";
import type { HistoryStation } from "../../rig/history/station.ts";
import type { MonthStation } from "./scenarios.ts";

/** The collector waits for signs of life as long as at the usual pace, divided by the speed. */
export const LIVE_HEARTBEAT_MS = 80_000;
const EVERY_MS = 1_000;
const TRY_AGAIN_MS = 500;

/** A station, its journal, and who it is. */
export interface Lives {
  station: HistoryStation;
  packer: Packer;
  plan: MonthStation;
}

export interface LiveOnOptions {
  lives: readonly Lives[];
  /** simulated seconds a second */
  speed: number;
  /** where their history ends, epoch ms */
  fromMs: number;
  collector: Reachable;
}

export class LiveOn {
  readonly #options: LiveOnOptions;

  constructor(options: LiveOnOptions) {
    this.#options = options;
  }

  /** Goes on until the process ends. @throws Error when a batch is refused */
  async run(): Promise<never> {
    const { lives, speed, fromMs, collector } = this.#options;
    const connected = await Promise.all(lives.map((one) => connect(collector, one)));
    for (;;) {
      const untilMs = fromMs + (Date.now() - fromMs) * speed;
      for (const [index, { station, packer }] of lives.entries()) {
        const { lines } = station.live(untilMs);
        const envelopes = await packer.pack(lines.map((line) => redated(line, fromMs, speed)));
        for (const envelope of envelopes) {
          const answer = await connected[index]!.ask("batch", envelope);
          if (answer.type !== "receipt") throw new Error(`${packer.gateway}: ${JSON.stringify(answer)}`);
        }
        connected[index]!.answers.length = 0;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}

async function connect(collector: Reachable, { packer, plan, station }: Lives): Promise<ConnectedGateway> {
  const gateway = new FakeGateway(packer.gateway, station.id, plan.signer);
  for (;;) {
    const connected = await ConnectedGateway.connect(collector, gateway).catch(() => undefined);
    if (connected !== undefined) {
      const { gateway: id, seq: lastSeq, hash } = packer;
      await connected.ask(
        "hello",
        encodeHello({ type: "hello", gateway: id, lastSeq, lastHash: hash.toString("hex") }),
      );
      return connected;
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
}

/** A line as it stands in a journal whose clock runs as ours, while the station runs at another speed from then on. */
export function redated(line: string, fromMs: number, speed: number): string {
  const at = (ms: number) => (ms <= fromMs ? ms : Math.round(fromMs + (ms - fromMs) / speed));
  const record = JSON.parse(line) as JournalRecord;
  const ms = parseTime(record.at)!;
  record.monoMs = at(ms) - at(ms - record.monoMs);
  for (const [name, value] of Object.entries(record)) {
    if (name !== "at" && !name.endsWith("At")) continue;
    const then = typeof value === "string" ? parseTime(value) : undefined;
    if (then !== undefined) Object.assign(record, { [name]: formatTime(at(then)) });
  }
  return canonical(record);
}
