/** The account that must balance at the end of every test of the chain, whatever happened in between. */
import type { JournalRecord, SaleRecord } from "@forecourt/protocol/records/schema.ts";
import { expect } from "vitest";
import { chainFaults, type Line, readJournal, readStore, readTruth, salesOf, storeFaults } from "./account.ts";
import type { Chain, Station } from "./chain.ts";
import { until } from "./program.ts";

/** How long a chain may take to come to rest. */
const REST_DEADLINE_MS = 60_000;

/** Waits until everything that reached the wire is journalled and everything journalled is stored. */
export async function comeToRest(chain: Chain, station: Station, deadlineMs = REST_DEADLINE_MS): Promise<void> {
  const wire = wireLitres(station);
  await until(
    "the journal accounts for every litre on the wire",
    () => same(litres(readJournal(station)), wire),
    deadlineMs,
  ).catch(() => undefined);
  await until(
    "the store holds the whole journal",
    () => {
      const head = readJournal(station).length;
      return head > 0 && readStore(chain.collector.database, station.gateway).length >= head;
    },
    deadlineMs,
  ).catch(() => undefined);
}

/** The journal is an unbroken chain, the store equals it, and its litres are those that reached the wire. */
export function expectBalanced(chain: Chain, station: Station): { journal: Line[]; store: Line[] } {
  const journal = readJournal(station);
  const store = readStore(chain.collector.database, station.gateway);
  expect(chainFaults(journal)).toEqual([]);
  expect(storeFaults(journal.slice(0, store.length), store)).toEqual([]);
  expect(store.length).toBe(journal.length);
  expect(Object.fromEntries(litres(journal))).toEqual(Object.fromEntries(wireLitres(station)));
  expect(inventedSales(station, journal)).toEqual([]);
  return { journal, store };
}

/** Sales recorded as one confirmed fuelling that never happened like that. */
export function inventedSales(station: Station, journal: readonly Line[]): SaleRecord[] {
  const truth = new Set(
    readTruth(station)
      .filter(({ event, onWire }) => event === "sale" && onWire === true)
      .map((sale) => [sale.nozzle, sale.volumeCl, sale.amountFen, sale.totalAfterCl].join("/")),
  );
  return journal
    .map(({ line }) => JSON.parse(line) as JournalRecord)
    .filter((record): record is SaleRecord => record.kind === "sale" && record.count === 1 && record.quality === "good")
    .filter(
      ({ nozzle, volumeCl, amountFen, totalVolumeCl }) =>
        !truth.has([nozzle, volumeCl, amountFen, totalVolumeCl].join("/")),
    );
}

function wireLitres(station: Station): Map<string, number> {
  const byNozzle = new Map<string, number>();
  for (const sale of readTruth(station)) {
    if (sale.event !== "sale" || sale.onWire !== true) continue;
    const nozzle = sale.nozzle as string;
    byNozzle.set(nozzle, (byNozzle.get(nozzle) ?? 0) + (sale.volumeCl as number));
  }
  return byNozzle;
}

function litres(lines: readonly Line[]): Map<string, number> {
  return new Map([...salesOf(lines)].map(([nozzle, { volumeCl }]) => [nozzle, volumeCl]));
}

function same(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
