/** Wires the gateway's health: looks at it now and then, records it, serves it, and feeds systemd's watchdog. */
import type { Server } from "node:http";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { ClockWatch } from "../health/clock.ts";
import type { HealthConfig } from "../health/config.ts";
import { memoryKeeper } from "../health/memory.ts";
import { type MetricsSource, serveMetrics } from "../health/metrics.ts";
import { FEEDS, hangs, type Notifier } from "../health/notify.ts";
import { readSurroundings } from "../health/sources.ts";
import { askTimeDaemon, type DaemonClock } from "../health/time-daemon.ts";
import { type HealthFacts, HealthWatch } from "../health/watch.ts";
import type { LineStatistics } from "../lines/line.ts";
import { diskFreeBytes, type KeptJournal } from "./journal.ts";

export interface HealthSurroundings {
  config: HealthConfig;
  gatewayHeartbeatMs: number;
  folder: string;
  kept: Pick<KeptJournal, "journal" | "keeper">;
  clock: ClockWatch;
  uplink: { readonly isConnected: boolean };
  budget: { readonly sentKb: number; readonly budgetKb: number | null };
  runners: readonly {
    readonly line: { readonly name: string; readonly statistics: LineStatistics };
    readonly stuckMs: number;
    idleMs(): number;
  }[];
  notifier: Notifier;
  append: (bodies: readonly RecordBody[]) => void;
  /** Monotonic milliseconds. */
  now: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

export interface Health {
  /** Port of /metrics and /healthz, if they are served. */
  port(): number | undefined;
  stop(): Promise<void>;
}

const LOOK_MS = 10_000;
const ASK_DAEMON_MS = 300_000;
const KB = 1_024;

/** Begins to look. */
export function startHealth(of: HealthSurroundings): Health {
  const { config, notifier, log, now, append } = of;
  const watch = new HealthWatch(config.heartbeatMs);
  let daemon: DaemonClock | undefined;
  let status = "";
  const facts = () => factsOf(of, daemon);
  const keepMemorySmall = memoryKeeper();
  const look = () => {
    keepMemorySmall();
    try {
      const seen = facts();
      const cause = watch.due(seen, now());
      if (cause !== undefined) append([{ kind: "health", cause, ...seen }]);
    } catch (error) {
      log("the gateway's health was not recorded", { error: String(error) });
    }
    const troubles = troublesOf(of);
    const nowStatus = troubles.length === 0 ? "reading and recording" : troubles.join("; ");
    if (nowStatus !== status) void notifier.send(`STATUS=${nowStatus}`);
    status = nowStatus;
  };
  const ask = async () => {
    daemon = await askTimeDaemon();
    if (daemon?.isSynchronised) of.clock.vouched();
  };
  const timers = [setInterval(look, LOOK_MS), setInterval(() => void ask(), ASK_DAEMON_MS)];
  if (notifier.watchdogMs !== undefined) {
    const feed = () => {
      if (troublesThatRestartMends(of).length === 0) void notifier.send("WATCHDOG=1");
    };
    timers.push(setInterval(feed, notifier.watchdogMs / FEEDS));
  }
  void ask().then(() => {
    if (timers.length > 0) look();
  });
  void notifier.send("READY=1");
  const server = serve(of, facts);
  let listening: Server | undefined;
  void server.then((started) => {
    listening = started;
  });
  return {
    port() {
      const address = listening?.address();
      return typeof address === "object" ? address?.port : undefined;
    },
    async stop() {
      for (const timer of timers.splice(0)) clearInterval(timer);
      void notifier.send("STOPPING=1");
      const started = await server;
      started?.closeAllConnections();
      started?.close();
    },
  };
}

async function serve(of: HealthSurroundings, facts: () => HealthFacts): Promise<Server | undefined> {
  const { config, kept, uplink, log } = of;
  const { metricsPort: port } = config;
  if (port === undefined) return undefined;
  const { journal, keeper } = kept;
  const source: MetricsSource = {
    facts,
    journal: () => ({
      headSeq: journal.head.seq,
      unacknowledged: journal.head.seq - journal.acknowledged.seq,
      waiting: keeper.waiting,
    }),
    isConnected: () => uplink.isConnected,
    troubles: () => troublesOf(of),
  };
  try {
    return await serveMetrics(port, source);
  } catch (error) {
    log("metrics are not served", { port, error: String(error) });
    return undefined;
  }
}

function factsOf(of: HealthSurroundings, daemon: DaemonClock | undefined): HealthFacts {
  const { kept, clock, budget, runners, config, folder } = of;
  const { memoryFreeKb, ...surroundings } = readSurroundings(config);
  const free = diskFreeBytes(folder);
  const isDaemon = daemon?.isSynchronised === true;
  const witnessed = clock.offsetMs;
  return {
    ...surroundings,
    clockSource: isDaemon ? "time-daemon" : witnessed === null ? "none" : "collector",
    // A daemon that only says "synchronised" leaves the figure to the collector's receipts.
    clockOffsetMs: (isDaemon ? daemon.offsetMs : null) ?? witnessed,
    diskFreeKb: free === undefined ? null : Math.floor(free / KB),
    diskState: kept.keeper.diskState,
    memoryFreeKb,
    journalRecords: kept.journal.retention.count(),
    sentKb: budget.sentKb,
    budgetKb: budget.budgetKb,
    lines: runners.map(({ line }) => ({ line: line.name, statistics: { ...line.statistics } })),
  };
}

/** What a supervisor should know. */
function troublesOf(of: HealthSurroundings): string[] {
  const { diskState, waiting } = of.kept.keeper;
  const disk =
    diskState === "good"
      ? []
      : diskState === "thinning"
        ? ["room on the disk is short: tank levels are thinned"]
        : [`the disk is ${diskState}: ${waiting} records wait in memory`];
  return [...disk, ...troublesThatRestartMends(of)];
}

function troublesThatRestartMends({ kept, runners, gatewayHeartbeatMs, now }: HealthSurroundings): string[] {
  return hangs({
    lines: runners.map((runner) => ({ line: runner.line.name, idleMs: runner.idleMs(), stuckMs: runner.stuckMs })),
    sinceCommitMs: now() - kept.keeper.lastAttemptAt,
    heartbeatMs: gatewayHeartbeatMs,
  });
}
