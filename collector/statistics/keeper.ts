/**
 * Sums sales and tank readings behind the inbox. What is summed is remembered in the transaction of the sums themselves, by
 * the place in the order of batches: after a crash nothing is counted twice and nothing is left out.
 */
import type { SaleRecord, TankRecord } from "@forecourt/protocol/records/schema.ts";
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import type { RuleInput, SeenRecord } from "../rules/rule.ts";
import type { StatisticsStore, UnsummedBatch } from "./store.ts";
import { Sums } from "./sums.ts";

export interface KeeperOptions {
  store: StatisticsStore;
  /** the fuel that a nozzle was registered for at a moment; empty when it is not registered */
  gradeOf: (station: string, nozzle: string, atMs: number) => string;
  log: Logger;
}

export class StatisticsKeeper {
  readonly #options: KeeperOptions;
  /** sales and readings of batches that were just stored: they need not be read and parsed again */
  readonly #fresh = new Map<number, SeenRecord[]>();
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** A batch was stored. */
  offer(id: number, input: RuleInput): void {
    if (input.kind !== "batch" || this.#fresh.size >= limits.statistics.batchesInMemory) return;
    this.#fresh.set(id, input.records.filter(isSummed));
  }

  /** Sums what was stored and is not summed yet, some batches at a time; others get their turn in between. */
  workOff(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends after the running transaction. What is left is summed at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, log } = this.#options;
    try {
      while (!this.#stopped) {
        const { after, batches } = await store.unsummed(limits.statistics.batchesAtOnce);
        const last = batches[batches.length - 1];
        if (last === undefined) break;
        if (!(await store.add(this.#sum(batches), after, last.id))) continue;
        for (const id of this.#fresh.keys()) if (id <= last.id) this.#fresh.delete(id);
        if (batches.length < limits.statistics.batchesAtOnce) break;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      log.error({ event: "statistics-error", err: error }, "sums could not be brought up to date");
    }
  }

  #sum(batches: readonly UnsummedBatch[]): Sums {
    const sums = new Sums();
    for (const { id, station, records } of batches) {
      for (const { record, atMs } of this.#fresh.get(id) ?? records()) {
        if (record.kind === "sale") this.#addSale(sums, station, record, atMs);
        else if (record.kind === "tank") addLevel(sums, station, record, atMs);
      }
    }
    return sums;
  }

  #addSale(sums: Sums, station: string, record: SaleRecord, atMs: number): void {
    const { nozzle, volumeCl, amountFen, quality } = record;
    const grade = this.#options.gradeOf(station, nozzle, atMs);
    sums.addSale({ station, nozzle, grade, atMs, volumeCl, amountFen, trusted: quality === "good" });
  }
}

function addLevel(sums: Sums, station: string, record: TankRecord, atMs: number): void {
  const { tank, levelUm, volumeCl, temperatureMc, quality } = record;
  if (quality !== "good" || levelUm === null) return;
  sums.addLevel({ station, tank, atMs, levelUm, volumeCl, temperatureMc });
}

const isSummed = ({ record }: SeenRecord): boolean => record.kind === "sale" || record.kind === "tank";
