/** What came of a demonstration: nothing lost, nothing doubled, every planted cheat flagged, no honest station accused. */
import {
  chainFaults,
  type Flagged,
  readFlags,
  readJournal,
  readStore,
  readTruth,
  salesOf,
  storeFaults,
  type TruthEvent,
} from "../rig/account.ts";
import type { Chain, Station } from "../rig/chain.ts";

export interface PlantedCheat {
  id: string;
  kind: string;
  subject: string;
  expects: string[];
  flagged: boolean;
}

export interface StationSummary {
  station: string;
  name: string;
  recordsJournalled: number;
  recordsStored: number;
  /** sold through the hose in finished fuellings, also past the tax port (0.01 L) */
  pumpCl: number;
  /** of that, what the tax port stated */
  wireCl: number;
  /** what the collector holds */
  storeCl: number;
  planted: PlantedCheat[];
  /** flags above "notice" that no planted cheat explains */
  unexpected: Flagged[];
  faults: string[];
}

export interface DemoSummary {
  stations: StationSummary[];
  passed: boolean;
}

/** Reads the files of a chain that has come to rest. */
export function summarise(chain: Chain): DemoSummary {
  const stations = chain.stations.map((station) => summariseStation(chain, station));
  const passed = stations.every(
    ({ faults, planted, unexpected }) =>
      faults.length === 0 && unexpected.length === 0 && planted.every(({ flagged }) => flagged),
  );
  return { stations, passed };
}

function summariseStation(chain: Chain, station: Station): StationSummary {
  const journal = readJournal(station);
  const store = readStore(chain.collector.database, station.gateway);
  const truth = readTruth(station);
  const flags = readFlags(chain.collector.database, station.plan.station.id);
  const planted = plantedCheats(truth, flags);
  const sales = truth.filter(({ event }) => event === "sale");
  const wireCl = sum(sales.filter(({ onWire }) => onWire === true).map(volumeOf));
  const storeCl = sum([...salesOf(store).values()].map(({ volumeCl }) => volumeCl));
  const faults = [...chainFaults(journal).map((fault) => `journal: ${fault}`), ...storeFaults(journal, store)];
  if (wireCl !== storeCl) faults.push(`${litres(wireCl)} L on the tax ports, ${litres(storeCl)} L in the store`);
  return {
    station: station.plan.station.id,
    name: `${station.plan.station.nameZh} ${station.plan.station.nameEn}`,
    recordsJournalled: journal.length,
    recordsStored: store.length,
    pumpCl: sum(sales.map(volumeOf)),
    wireCl,
    storeCl,
    planted,
    unexpected: flags.filter((flag) => flag.severity !== "notice" && !isExpected(flag, planted)),
    faults,
  };
}

function plantedCheats(truth: readonly TruthEvent[], flags: readonly Flagged[]): PlantedCheat[] {
  return truth
    .filter(({ event, phase }) => event === "cheat" && phase === "start")
    .map((cheat) => {
      const { id, kind, subject, expects } = cheat as unknown as Omit<PlantedCheat, "flagged">;
      const seen = (rule: string) => flags.some((flag) => flag.rule === rule && isAbout(flag, subject));
      const flagged = expects.length === 0 || expects.some(seen);
      return { id, kind, subject, expects, flagged };
    });
}

/** What befalls the gateway is seen at its name, and at every device that it reads. */
function isAbout(flag: Flagged, subject: string): boolean {
  return flag.subject === subject || subject === "gateway";
}

/** Rules that see the same cheat from another side: a pulled cable also hides litres, a swapped board is silent. */
const SIDE_EFFECTS: Record<string, readonly string[]> = {
  "cable-pulled": ["tax-port.litres-missing", "tax-port.sold-unseen"],
  "board-swap": ["tax-port.litres-missing", "tax-port.silent", "tax-port.sold-unseen"],
  "total-rollback": ["tax-port.litres-missing"],
};

function isExpected(flag: Flagged, planted: readonly PlantedCheat[]): boolean {
  return planted.some(
    ({ kind, subject, expects }) =>
      (expects.includes(flag.rule) && isAbout(flag, subject)) || SIDE_EFFECTS[kind]?.includes(flag.rule) === true,
  );
}

/** The summary as a table for a person. */
export function formatSummary(summary: DemoSummary): string {
  const lines: string[] = [];
  for (const station of summary.stations) {
    const { planted, unexpected, faults } = station;
    lines.push(
      "",
      `${station.station}  ${station.name}`,
      `  records   ${station.recordsJournalled} journalled, ${station.recordsStored} stored`,
      `  litres    ${litres(station.pumpCl)} at the pump, ${litres(station.wireCl)} on the tax ports, ${litres(station.storeCl)} in the store`,
      `  cheats    ${planted.length} planted, ${planted.filter(({ flagged }) => flagged).length} flagged`,
      ...planted.map(
        (cheat) =>
          `            ${cheat.flagged ? "✓" : "✗"} ${cheat.kind} ${cheat.subject} → ${cheat.expects.join(", ")}`,
      ),
      ...unexpected.map((flag) => `  ✗ unexpected flag: ${flag.rule} ${flag.subject}`),
      ...faults.map((fault) => `  ✗ ${fault}`),
    );
  }
  lines.push(
    "",
    summary.passed ? "Nothing lost, nothing doubled, every cheat flagged." : "NOT as it should be: see ✗.",
  );
  return lines.join("\n");
}

function volumeOf(sale: TruthEvent): number {
  return sale.volumeCl as number;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function litres(cl: number): string {
  return (cl / 100).toFixed(2);
}
