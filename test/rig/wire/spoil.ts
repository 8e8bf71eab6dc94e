/**
 * Copies of a run's records, each with one thing wrong: an account that does not notice them would notice nothing.
 * Pure.
 */
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import type { Told } from "./told.ts";

/** A record with one figure changed; undefined: it has nothing to spoil. */
type Change = (record: JournalRecord) => JournalRecord | undefined;

const isOne = (record: JournalRecord): boolean => record.kind === "sale" && record.quality === "good";

const changes: Record<string, Change> = {
  "a sale of another amount": (record) =>
    record.kind === "sale" && isOne(record) ? { ...record, amountFen: record.amountFen + 1 } : undefined,
  "a sale that ends at another total": (record) =>
    record.kind === "sale" && isOne(record) ? { ...record, totalVolumeCl: record.totalVolumeCl + 1 } : undefined,
  "another last fuelling": (record) =>
    record.kind === "sale" && record.lastFuelling
      ? { ...record, lastFuelling: { ...record.lastFuelling, minute: record.lastFuelling.minute + 1 } }
      : undefined,
  "a day's total of another volume": (record) =>
    record.kind === "total" && record.scope === "day" ? { ...record, volumeCl: record.volumeCl + 1 } : undefined,
  "another factory serial": (record) =>
    record.kind === "identity" ? { ...record, factorySerial: "0000000000" } : undefined,
  "a level a step higher": (record) =>
    record.kind === "tank" && record.levelUm !== null ? { ...record, levelUm: record.levelUm + 1 } : undefined,
  "a volume a step higher": (record) =>
    record.kind === "tank" && record.volumeCl !== null ? { ...record, volumeCl: record.volumeCl + 1 } : undefined,
  "a frame that was never sent": (record) =>
    record.kind === "tank" ? { ...record, raw: [...record.raw.slice(1), "00"] } : undefined,
  "a seal that was opened once more": (record) =>
    record.kind === "seal" && record.openCount !== null ? { ...record, openCount: record.openCount + 1 } : undefined,
  "another seal": (record) => (record.kind === "seal" ? { ...record, serial: "FS-none" } : undefined),
  "a chart with another point": (record) =>
    record.kind === "chart"
      ? { ...record, points: [{ levelUm: 1, volumeCl: 1 }, ...record.points.slice(1)] }
      : undefined,
  "a delivery of another volume": (record) =>
    record.kind === "delivery" && record.basis === "gauge-report"
      ? { ...record, end: { ...record.end, volumeCl: 1 } }
      : undefined,
  "a clock that was set by more": (record) =>
    record.kind === "gateway" && record.stepMs !== null ? { ...record, stepMs: record.stepMs + 60_000 } : undefined,
  "an outage of another length": (record) =>
    record.kind === "gateway" && record.outageMs !== null ? { ...record, outageMs: record.outageMs * 3 } : undefined,
};

/** Kinds of which not one record may be missing. */
const kept: Record<string, (record: JournalRecord) => boolean> = {
  "a sale that is missing": isOne,
  "an outage that is missing": (record) => record.kind === "gateway" && record.event === "outage",
};

/** Spoilt copies by what is wrong with them; each spoils the middle one of the records that it can. */
export function spoilt(told: readonly Told[]): Map<string, Told[]> {
  const copies = new Map<string, Told[]>();
  for (const [name, change] of Object.entries(changes)) {
    const places = told.flatMap(({ record }, index) => (change(record) ? [index] : []));
    const place = places[places.length >> 1];
    if (place === undefined) continue;
    const { record, at } = told[place]!;
    copies.set(name, told.with(place, { record: change(record)!, at }));
  }
  for (const [name, isKind] of Object.entries(kept)) {
    const places = told.flatMap(({ record }, index) => (isKind(record) ? [index] : []));
    const place = places[places.length >> 1];
    if (place !== undefined) copies.set(name, told.toSpliced(place, 1));
  }
  return copies;
}
