/**
 * Keeps the journal: commits records, lets them wait in order while the disk refuses, removes the oldest acknowledged
 * ones in small steps, and thins tank levels while room is short. What it does beyond committing it says in records.
 */
import type { JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { GatewayDetails } from "../health/report.ts";
import { type DiskRefusal, refusalOf } from "./errors.ts";
import type { Journal, Stamp } from "./journal.ts";
import { Thinning } from "./thinning.ts";
import { WaitingRoom } from "./waiting.ts";

export interface KeepingOptions {
  keepDays: number;
  /** Bytes that the journal may use. */
  budgetBytes: number;
  /** Bytes of the disk that others must be able to use. */
  minFreeBytes: number;
  /** While levels are thinned, one of each tank is kept this often. */
  thinnedLevelMs: number;
}

export interface KeeperOptions extends KeepingOptions {
  journal: Journal;
  stamp: () => Stamp;
  /** Bytes free on the journal's disk, or undefined when that cannot be told. */
  diskFreeBytes: () => number | undefined;
  /** Makes the record that says how many levels were left out. */
  thinnedRecord: (details: GatewayDetails) => RecordBody;
  /** Monotonic milliseconds. */
  now: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
  /** Told after each commit. */
  committed?: (records: readonly JournalRecord[]) => void;
}

export type DiskState = "good" | "thinning" | "full" | "read-only" | "unknown";

/** Some hours of a large station without a disk, a few megabytes of memory. */
const MOST_WAITING = 20_000;
/** Bounds a transaction that catches up. */
const COMMIT_STEP = 1_000;
/** Bounds the time that pruning holds up the readings: a few milliseconds. */
const PRUNE_STEP = 500;
/** Acknowledged lines that stay however short room is: a collector that went back a little is served from them. */
const ALWAYS_KEPT = 1_000;
/** How often it is said how many levels were left out. */
const SAY_THINNED_MS = 3_600_000;
const DAY_MS = 86_400_000;

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #waiting = new WaitingRoom(MOST_WAITING);
  readonly #thinning: Thinning;
  #refusal: DiskRefusal | undefined;
  #isShort = false;
  #leftOut = 0;
  #saidAt: number;
  #ranAt: number;
  /** When a commit, or a refusal that is understood, last ended: for whoever watches over it. */
  lastAttemptAt: number;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#thinning = new Thinning(options.thinnedLevelMs);
    this.#ranAt = options.now();
    this.#saidAt = this.#ranAt;
    this.lastAttemptAt = this.#ranAt;
    this.#look();
  }

  /** Records that are not on disk yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get diskState(): DiskState {
    if (this.#refusal !== undefined) return this.#refusal === "failing" ? "unknown" : this.#refusal;
    return this.#isShort ? "thinning" : "good";
  }

  /**
   * Commits records, or lets them wait while the disk refuses.
   * @throws WaitingRoomFullError when even the waiting room is full: the caller holds them
   */
  append(bodies: readonly RecordBody[]): void {
    const { stamp, now } = this.#options;
    const kept = this.#isShort ? this.#thinning.thin(bodies, now()) : bodies;
    const made = stamp();
    this.#waiting.add(kept.map((body) => ({ body, stamp: made })));
    this.#leftOut += bodies.length - kept.length;
    try {
      this.commit();
    } catch (error) {
      // No disk's refusal: what cannot be written must not stand before all others for ever.
      this.#waiting.takeBack(kept.length);
      throw error;
    }
  }

  /** Commits what waits. @returns whether nothing waits any more */
  commit(): boolean {
    const { journal, now } = this.#options;
    while (this.#waiting.length > 0) {
      const step = this.#waiting.oldest(COMMIT_STEP);
      let records: readonly JournalRecord[];
      try {
        records = journal.appendAll(step);
      } catch (error) {
        this.#refused(error);
        return false;
      }
      this.#waiting.taken(step.length);
      this.#accepted(records);
    }
    this.lastAttemptAt = now();
    return true;
  }

  /** What is done now and then: try again, remove what is old enough, look at the room, say what was left out. */
  tick(): void {
    const { journal, keepDays, now, log } = this.#options;
    this.commit();
    try {
      journal.retention.ran(now() - this.#ranAt);
      this.#ranAt = now();
      this.#prune(journal.retention.acknowledgedBefore(keepDays * DAY_MS));
      this.#look();
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      log("the journal cannot be tidied", { error: String(error) });
    }
    this.#sayThinned(false);
  }

  /** Says what is unsaid before an orderly end. */
  finish(): void {
    this.#sayThinned(true);
  }

  /** Room is short when the budget is used or the disk nearly full; acknowledged lines give way before levels do. */
  #look(): void {
    const { journal, log } = this.#options;
    const wasShort = this.#isShort;
    this.#isShort = this.#isRoomShort() && this.#prune(journal.acknowledged.seq - ALWAYS_KEPT) === 0;
    if (wasShort !== this.#isShort) log(this.#isShort ? "room is short: tank levels are thinned" : "room again", {});
  }

  #isRoomShort(): boolean {
    const { journal, budgetBytes, minFreeBytes, diskFreeBytes } = this.#options;
    const { usedBytes, freeBytes } = journal.retention.size();
    const onDisk = diskFreeBytes();
    return usedBytes >= budgetBytes || (onDisk !== undefined && onDisk + freeBytes < minFreeBytes);
  }

  #prune(upToSeq: number): number {
    const { journal } = this.#options;
    return upToSeq <= 0 ? 0 : journal.retention.prune(Math.min(upToSeq, journal.acknowledged.seq), PRUNE_STEP);
  }

  #accepted(records: readonly JournalRecord[]): void {
    const { log, committed } = this.#options;
    if (this.#refusal !== undefined) log("the disk takes records again", { waited: this.#waiting.length });
    this.#refusal = undefined;
    committed?.(records);
  }

  #refused(error: unknown): void {
    const { now, log } = this.#options;
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    if (this.#refusal !== refusal) log("the disk refuses records: they wait", { refusal, error: String(error) });
    this.#refusal = refusal;
    this.lastAttemptAt = now();
  }

  #sayThinned(atOnce: boolean): void {
    const { now, thinnedRecord } = this.#options;
    this.#leftOut += this.#waiting.takeGaveWay();
    const isDue = atOnce || !this.#isShort || now() - this.#saidAt >= SAY_THINNED_MS;
    if (this.#leftOut === 0 || !isDue || this.#refusal !== undefined) return;
    const thinned = this.#leftOut;
    this.#leftOut = 0;
    this.#saidAt = now();
    this.append([
      thinnedRecord({ thinned, reason: "room on the disk was short: tank levels without alarm were left out" }),
    ]);
  }
}
