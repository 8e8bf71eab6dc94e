/** Wires one agent: lines and drivers to the recorder, the recorder to the journal, the journal to the uplink. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectPassword } from "@forecourt/protocol/batch/connect.ts";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayRecord, JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { nanoid } from "nanoid";
import type { AgentConfig } from "./config.ts";
import { readEnrolment } from "./enrolment/files.ts";
import { keepRenewed, type RenewalOptions } from "./enrolment/renewal.ts";
import { type Clocks, ClockWatch } from "./health/clock.ts";
import type { Notifier } from "./health/notify.ts";
import { type GatewayDetails, reporter } from "./health/report.ts";
import type { Journal } from "./journal/journal.ts";
import { openSigner } from "./keys/place.ts";
import type { LineSink } from "./lines/reporter.ts";
import packageFile from "./package.json" with { type: "json" };
import type { LogRing } from "./remote/log-ring.ts";
import type { Supervision } from "./remote/supervise.ts";
import type { Launched } from "./update/relaunch.ts";
import { StationWatch } from "./update/station-watch.ts";
import { DataBudget } from "./uplink/budget.ts";
import { Uplink } from "./uplink/uplink.ts";
import { startHealth } from "./wiring/health.ts";
import { keepJournal } from "./wiring/journal.ts";
import { startLines } from "./wiring/lines.ts";
import { startRemote } from "./wiring/remote.ts";
import { startUpdates, type UpdateParts } from "./wiring/update.ts";

export const VERSION = packageFile.version;

export interface Agent {
  /** How far its journal and the collector's receipts have come. */
  standing(): AgentStanding;
  /** Stops reading, says so, and closes everything. Asked again, it waits for the same end. */
  stop(reason: string): Promise<void>;
}

export interface AgentStanding {
  gateway: string;
  station: string;
  headSeq: number;
  acknowledgedSeq: number;
  isConnected: boolean;
  clock: "trusted" | "untrusted";
}

/** Sees what the agent reads and records, for a page on the box. */
export interface AgentWatch {
  watch(sink: LineSink): LineSink;
  committed(records: readonly JournalRecord[]): void;
}

export interface AgentSurroundings {
  clocks: Clocks;
  random: () => number;
  notifier: Notifier;
  log: (message: string, details: Record<string, unknown>) => void;
  /** the newest lines of the log */
  logs: LogRing;
  supervision: Supervision;
  watch?: AgentWatch;
  /** undefined: this program was started by hand, and cannot be updated */
  launched?: { by: Launched; leave: (reason: string) => void } | undefined;
}

/** An orderly stop takes at most 5 s: so long for the lines … */
const LINES_DEADLINE_MS = 1_500;
/** … and so long for the receipt of the last records, which are safe in the journal anyway; the rest is for closing. */
const DRAIN_DEADLINE_MS = 1_500;
const KB_PER_MB = 1_024;
/** How often the clock is looked at. */
const CLOCK_TICK_MS = 1_000;

/** Starts an agent. While the disk does not let the journal be opened, it waits. */
export async function startAgent(config: AgentConfig, surroundings: AgentSurroundings): Promise<Agent> {
  const { clocks, random, notifier, log, watch } = surroundings;
  const signer = await openSigner(config.gateway);
  const clock = new ClockWatch(clocks);
  const boot = nanoid(10);
  let opened: Journal | undefined;
  const report = reporter({
    version: VERSION,
    configSha256: configSha256(config),
    unacknowledged: () => (opened === undefined ? 0 : opened.head.seq - opened.acknowledged.seq),
    monoMs: clocks.monoMs,
  });
  const kept = await keepJournal({
    folder: config.gateway.stateDir,
    config: config.journal,
    clocks,
    stamp: () => ({
      gateway: config.gateway.id,
      at: formatTime(clocks.epochMs()),
      boot,
      monoMs: Math.round(clocks.monoMs()),
      clock: clock.state,
    }),
    report,
    log,
    committed: (records) => {
      uplink.appended(records);
      watch?.committed(records);
    },
  });
  const { journal, keeper } = kept;
  opened = journal;
  const budget = new DataBudget({
    file: join(config.gateway.stateDir, "traffic.json"),
    budgetKb: config.uplink.budgetMb === undefined ? null : config.uplink.budgetMb * KB_PER_MB,
    epochMs: clocks.epochMs,
    log,
  });
  const uplink = new Uplink({
    gateway: config.gateway.id,
    station: config.gateway.station,
    journal,
    signer,
    collector: ed25519Verifier(config.collector.publicKey),
    brokers: config.collector.brokers,
    tls: config.collector.tls,
    password: () => connectPassword(config.gateway.id, config.collector.publicKey, signer),
    window: { maxInFlight: config.uplink.maxInFlight, receiptTimeoutMs: config.uplink.receiptTimeoutMs },
    patienceMs: config.uplink.patienceMs,
    budget,
    reconnect: { minMs: config.uplink.reconnectMinMs, maxMs: config.uplink.reconnectMaxMs },
    now: clocks.monoMs,
    random,
    witnessedTime: (epochMs) => clock.witnessed(epochMs),
    command: (message) => remote.take(message),
    reached: () => remote.reached(),
    log,
  });
  const append = (bodies: readonly RecordBody[]) => keeper.append(bodies);
  const say = (event: GatewayRecord["event"], details: GatewayDetails = {}) => {
    try {
      append([report(event, details)]);
    } catch (error) {
      log("a record about the gateway was not kept", { event, error: String(error) });
    }
  };

  const predecessor = journal.head.seq === 0 ? predecessorOf(config.gateway.stateDir) : undefined;
  append(predecessor === undefined ? kept.beginning : [report("start", predecessor)]);
  const taxPorts = config.devices.flatMap(({ driver, device }) => (driver === "tax-port" ? [device] : []));
  const use = new StationWatch(taxPorts, clocks.monoMs());
  const lines = startLines(config, {
    ...{ now: clocks.monoMs, epochMs: clocks.epochMs, random, log, journal, append },
    watch: (sink) => use.listening(watch?.watch(sink) ?? sink, clocks.monoMs),
  });
  const remote = startRemote(config, {
    supervision: surroundings.supervision,
    logs: surroundings.logs,
    signer,
    lines,
    uplink: {
      answer: (message) => uplink.answer(message),
      resendRange: (fromSeq, toSeq) => uplink.resendRange(fromSeq, toSeq),
      collectorMs: () => uplink.collectorMs(),
    },
    updates: updatesOf(config, surroundings, { watch: use, journal }),
    append,
    epochMs: clocks.epochMs,
    log,
  });
  uplink.start();
  const stopRenewal = startRenewal(config, { signer, now: clocks.epochMs, random, log });
  const health = startHealth({
    ...{ config: config.health, gatewayHeartbeatMs: config.recorder.gatewayHeartbeatMs, budget, uplink, kept, clock },
    ...{ folder: config.gateway.stateDir, runners: lines.runners, notifier, append, now: clocks.monoMs, log },
  });
  const heartbeat = setInterval(() => say("heartbeat"), config.recorder.gatewayHeartbeatMs);
  const clockTick = setInterval(() => {
    const stepMs = clock.step();
    if (stepMs !== undefined) say("clock-stepped", { stepMs, reason: "the time of day was set" });
  }, CLOCK_TICK_MS);

  const stop = async (reason: string) => {
    clearInterval(heartbeat);
    clearInterval(clockTick);
    stopRenewal();
    await health.stop();
    // A port that hangs in the operating system must not cost the stop record.
    await within(LINES_DEADLINE_MS, lines.stop());
    await remote.settleAll();
    say("stop", { reason });
    await uplink.drain(DRAIN_DEADLINE_MS);
    await uplink.stop();
    remote.close();
    kept.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    standing: () => ({
      ...{ gateway: config.gateway.id, station: config.gateway.station, isConnected: uplink.isConnected },
      ...{ headSeq: journal.head.seq, acknowledgedSeq: journal.acknowledged.seq, clock: clock.state },
    }),
    stop(reason) {
      stopped ??= stop(reason);
      return stopped;
    },
  };
}

/** What a configuration is known by. */
export function configSha256(config: AgentConfig): string {
  return createHash("sha256").update(JSON.stringify(config)).digest("hex");
}

/** A box that replaces another says so in its first record: where the other's journal stood when it was replaced. */
function predecessorOf(stateDir: string): GatewayDetails | undefined {
  const predecessor = readEnrolment(stateDir)?.predecessor;
  if (predecessor === undefined || predecessor === null) return undefined;
  const { gateway, seq, hash } = predecessor;
  return { reason: `replaces ${gateway}`, previousSeq: seq, previousHash: hash };
}

/** What makes updates possible, where the launcher started this program. */
function updatesOf(
  { gateway }: AgentConfig,
  { launched, clocks, log }: AgentSurroundings,
  { watch, journal }: { watch: StationWatch; journal: Journal },
) {
  if (launched === undefined) return undefined;
  const { by, leave } = launched;
  return (settle: UpdateParts["settle"]) =>
    startUpdates({
      ...{ launched: by, stateDir: gateway.stateDir, version: VERSION, watch, now: clocks.monoMs, settle, leave, log },
      isJournalReadable: () => journal.head.seq > 0 && journal.read(journal.head.seq, 1, 0).length === 1,
    });
}

function startRenewal(
  { gateway, collector }: AgentConfig,
  of: Pick<RenewalOptions, "signer" | "now" | "random" | "log">,
): () => void {
  if (collector.renewal === undefined) return () => undefined;
  return keepRenewed({ stateDir: gateway.stateDir, gateway: gateway.id, collector: collector.renewal, ...of });
}

/** Waits for work, but no longer than this. */
async function within(deadlineMs: number, work: Promise<void>): Promise<void> {
  const deadline = new AbortController();
  const late = delay(deadlineMs, undefined, { signal: deadline.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  deadline.abort();
}
