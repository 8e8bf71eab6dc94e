/** Wires the journal: opens it, however long the disk refuses, and keeps it tidy until the agent stops. */
import { mkdirSync, statfsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime, parseTime } from "@forecourt/protocol/time.ts";
import type { Clocks } from "../health/clock.ts";
import type { GatewayDetails } from "../health/report.ts";
import type { JournalConfig } from "../journal/config.ts";
import { refusalOf } from "../journal/errors.ts";
import type { Journal, Stamp } from "../journal/journal.ts";
import { Keeper } from "../journal/keeper.ts";
import { type StartedJournal, startJournal } from "../journal/start.ts";
import { markRunning } from "../running.ts";

type Report = (
  event: "journal-replaced" | "levels-thinned" | "outage" | "start",
  details: GatewayDetails,
) => RecordBody;

export interface JournalSurroundings {
  folder: string;
  config: JournalConfig;
  clocks: Clocks;
  stamp: () => Stamp;
  report: Report;
  log: (message: string, details: Record<string, unknown>) => void;
  /** Told after each commit. */
  committed: (records: readonly JournalRecord[]) => void;
}

export interface KeptJournal {
  journal: Journal;
  keeper: Keeper;
  /** What is to be recorded about how the program ended before and began now. */
  beginning: RecordBody[];
  /** Commits what waits, as far as the disk lets it, and closes the file. */
  close(): void;
}

/** A disk that refuses at the start is asked again after this. */
const TRY_AGAIN_MS = 5_000;
/** After so many attempts a file that cannot be read, on a disk that can be written, counts as damaged. */
const ATTEMPTS_BEFORE_DAMAGED = 6;
const TIDY_MS = 5_000;
/** The place that was acknowledged is written beside the journal this often: a small write, but flash wears. */
const SAVE_MARK_MS = 60_000;
const MB = 1024 * 1024;

/** Opens the journal of a gateway. While the disk refuses, nothing is read, and the log says why. */
export async function keepJournal(of: JournalSurroundings): Promise<KeptJournal> {
  const { folder, config, clocks, stamp, report, log, committed } = of;
  const started = await startPatiently(of);
  const { journal, replaced } = started;
  if (replaced !== undefined) log("the journal was set aside, a new chain begins", { ...replaced });
  const keeper = new Keeper({
    journal,
    stamp,
    keepDays: config.keepDays,
    budgetBytes: config.budgetMb * MB,
    minFreeBytes: config.minFreeMb * MB,
    thinnedLevelMs: config.thinnedLevelMs,
    diskFreeBytes: () => diskFreeBytes(folder),
    thinnedRecord: (details) => report("levels-thinned", details),
    now: clocks.monoMs,
    log,
    committed,
  });
  const beginning = beginningOf(lastRecord(journal), clocks.epochMs(), report);
  const saveMark = () => {
    try {
      started.saveMark();
    } catch (error) {
      log("the file beside the journal cannot be written", { error: String(error) });
    }
  };
  const timers = [setInterval(() => keeper.tick(), TIDY_MS), setInterval(saveMark, SAVE_MARK_MS)];
  return {
    journal,
    keeper,
    beginning,
    close() {
      for (const timer of timers) clearInterval(timer);
      keeper.finish();
      if (!keeper.commit()) log("records were not written: the disk refuses them", { waiting: keeper.waiting });
      saveMark();
      journal.close();
    },
  };
}

async function startPatiently({ folder, clocks, stamp, report, log }: JournalSurroundings): Promise<StartedJournal> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      mkdirSync(folder, { recursive: true });
      markRunning(folder);
      return startJournal({
        folder,
        at: formatTime(clocks.epochMs()),
        breakRecord: (details) => ({ body: report("journal-replaced", details), stamp: stamp() }),
        unreadableIsDamage: attempt > ATTEMPTS_BEFORE_DAMAGED,
      });
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      log("the journal cannot be opened yet", { attempt, error: String(error) });
      await delay(TRY_AGAIN_MS);
    }
  }
}

/** Bytes that may still be written in a folder, or undefined when that cannot be told. */
export function diskFreeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function lastRecord(journal: Journal): JournalRecord | undefined {
  const [last] = journal.read(journal.head.seq, 1, 0);
  return last === undefined ? undefined : (JSON.parse(last.line) as JournalRecord);
}

/**
 * The records of a start. Pure. An end without a stop record was a power cut, a kill or a crash.
 * @param last the journal's last record
 * @param nowMs epoch ms; a clock that stands before the last record cannot say how long it was
 */
export function beginningOf(last: JournalRecord | undefined, nowMs: number, report: Report): RecordBody[] {
  if (last === undefined) return [report("start", { reason: "first start" })];
  if (last.kind === "gateway" && last.event === "stop") {
    return [report("start", { reason: `after an orderly stop: ${last.reason ?? "no reason"}`.slice(0, 200) })];
  }
  if (last.kind === "gateway" && last.event === "journal-replaced") {
    return [report("start", { reason: "after the journal was replaced" })];
  }
  const outageMs = nowMs - (parseTime(last.at) ?? Number.NaN);
  const known = outageMs >= 0 ? { outageMs } : {};
  return [
    report("outage", { ...known, reason: "the program had ended without a stop record" }),
    report("start", { reason: "after an unclean end" }),
  ];
}
