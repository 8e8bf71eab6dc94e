/** How fast the collector stores what arrives, beside the bare database doing the same inserts in the same run. */
import { execFileSync } from "node:child_process";
import { ROOT } from "../rig/program.ts";
import { type Bench, median } from "./row.ts";

const RUNS = 3;

interface Measured {
  recordsPerSecond: number;
  rawRecordsPerSecond: number;
}

export const collectorIngest: Bench = {
  name: "collector-ingest",
  async run() {
    const runs = Array.from({ length: RUNS }, () => {
      const printed = execFileSync(process.execPath, ["collector/bench/ingest.ts", "--json"], { cwd: ROOT });
      return JSON.parse(printed.toString("utf8")) as Measured;
    });
    const rate = median(runs.map(({ recordsPerSecond }) => recordsPerSecond));
    const raw = median(runs.map(({ rawRecordsPerSecond }) => rawRecordsPerSecond));
    const ratio = median(runs.map((run) => run.recordsPerSecond / run.rawRecordsPerSecond));
    return [
      {
        name: "collector-ingest",
        value: rate,
        unit: "records/s",
        aim: {},
        comparedWith: `${Math.round(raw)} records/s of bare inserts of the same rows`,
      },
      {
        name: "collector-ingest-ratio",
        value: ratio,
        unit: "of bare inserts",
        aim: { min: 0.5 },
        comparedWith: "better-sqlite3 with prepared statements, the same rows and batches, synchronous=FULL",
      },
    ];
  },
};
