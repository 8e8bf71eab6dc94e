/**
 * The real agent's lines, drivers, recorder and journal as a program on a box that has power or not. When its power
 * goes, nothing more is written; when it is back, the program starts again on the same journal.
 */
import { join } from "node:path";
import type { AgentConfig } from "@forecourt/edge-agent/config.ts";
import { type Clocks, ClockWatch } from "@forecourt/edge-agent/health/clock.ts";
import { type GatewayDetails, reporter } from "@forecourt/edge-agent/health/report.ts";
import { type Journal, openJournal } from "@forecourt/edge-agent/journal/journal.ts";
import type { Transport } from "@forecourt/edge-agent/lines/transport.ts";
import { beginningOf } from "@forecourt/edge-agent/wiring/journal.ts";
import { type Lines, startLines } from "@forecourt/edge-agent/wiring/lines.ts";
import type { GatewayRecord, JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { randomStream } from "@forecourt/simulators/random.ts";
import type { Told } from "./wire/told.ts";

export interface FastAgentOptions {
  config: AgentConfig;
  folder: string;
  /** Milliseconds since the run began. */
  now: () => number;
  /** What the gateway's clock says, epoch ms. */
  epochMs: () => number;
  transport: (line: string) => Transport | undefined;
}

/** How often the clock is looked at, as in the agent. */
const CLOCK_TICK_MS = 1_000;

interface Running {
  lines: Lines;
  journal: Journal;
  end: () => void;
}

export class FastAgent {
  readonly #options: FastAgentOptions;
  readonly #starts = new Map<string, number>();
  /** What the agent logged that no agent should: failures of its own. */
  readonly failures: string[] = [];
  readonly #log = (message: string, details: Record<string, unknown>) => {
    if (message.includes("failed")) this.failures.push(`the agent says that ${message}: ${JSON.stringify(details)}`);
  };
  #running: Running | undefined;
  #ending: Promise<void> = Promise.resolve();

  constructor(options: FastAgentOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#running !== undefined;
  }

  /** The program starts. */
  start(): void {
    const { config, folder, now, epochMs, transport } = this.#options;
    const boot = `virtual-${String(this.#starts.size + 1).padStart(3, "0")}`;
    const startedAt = now();
    this.#starts.set(boot, startedAt);
    const clocks: Clocks = { epochMs, monoMs: () => now() - startedAt };
    const clock = new ClockWatch(clocks);
    const journal = openJournal(join(folder, "journal.db"));
    let hasPower = true;
    const append = (bodies: readonly RecordBody[]) => {
      if (!hasPower) return;
      const stamp = { boot, monoMs: Math.round(clocks.monoMs()), clock: clock.state };
      journal.append(bodies, { gateway: config.gateway.id, at: formatTime(epochMs()), ...stamp });
    };
    const report = reporter({
      ...{ version: "virtual", configSha256: "0".repeat(64), unacknowledged: () => journal.head.seq },
      monoMs: clocks.monoMs,
    });
    const say = (event: GatewayRecord["event"], details: GatewayDetails = {}) => append([report(event, details)]);
    const [last] = journal.read(journal.head.seq, 1, 0);
    append(beginningOf(last && (JSON.parse(last.line) as JournalRecord), epochMs(), report));
    const chance = randomStream(this.#starts.size, "agent");
    const lines = startLines(config, {
      ...{ now: clocks.monoMs, epochMs, random: () => chance.next(), log: this.#log, journal, append, transport },
    });
    const timers = [
      setInterval(() => say("heartbeat"), config.recorder.gatewayHeartbeatMs),
      setInterval(() => {
        const stepMs = clock.step();
        if (stepMs !== undefined) say("clock-stepped", { stepMs });
      }, CLOCK_TICK_MS),
    ];
    const end = () => {
      hasPower = false;
      for (const timer of timers) clearInterval(timer);
    };
    this.#running = { lines, journal, end };
  }

  /** The power goes at this instant; what the program still does is seen by nobody. */
  cut(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.end();
    running.journal.close();
    this.#ending = Promise.all([this.#ending, running.lines.stop()]).then(() => undefined);
  }

  /** All records so far; the program ends. @returns when what it did has ended, on the time of the run */
  finish(): { told: Told[]; ended: Promise<void> } {
    this.cut();
    const journal = openJournal(join(this.#options.folder, "journal.db"));
    const lines = journal.read(1, journal.head.seq, Number.MAX_SAFE_INTEGER);
    journal.close();
    const told = lines.map(({ line }) => {
      const record = JSON.parse(line) as JournalRecord;
      return { record, at: (this.#starts.get(record.boot) ?? 0) + record.monoMs };
    });
    return { told, ended: this.#ending };
  }
}
