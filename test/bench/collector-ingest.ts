/** How fast the collector stores what arrives, beside the bare database doing the same inserts in the same run. */
import { execFileSync } from "node:child_process";
import { ROOT } from "../rig/program.ts";
import { type Bench, median } from "./row.ts";

const RUNS = 3;

interface Measured {
  recordsPerSecond: number;
  rawRecordsPerSecond: number;
  ratio: number;
  processorRatio: number;
  rulesShare: number;
}

export const collectorIngest: Bench = {
  name: "collector-ingest",
  async run() {
    const runs = Array.from({ length: RUNS }, () => {
      const printed = execFileSync(process.execPath, ["collector/bench/ingest.ts", "--json"], { cwd: ROOT });
      return JSON.parse(printed.toString("utf8")) as Measured;
    });
    const middle = (name: keyof Measured) => median(runs.map((run) => run[name]));
    return [
      {
        name: "collector-ingest",
        value: middle("recordsPerSecond"),
        unit: "records/s",
        aim: {},
        comparedWith: `${Math.round(middle("rawRecordsPerSecond"))} records/s of bare inserts of the same rows`,
      },
      {
        name: "collector-ingest-ratio",
        value: middle("ratio"),
        unit: "of bare inserts",
        aim: { min: 0.5 },
        comparedWith: "better-sqlite3, prepared statements, same rows, synchronous=FULL, 8 batches of 500 in flight",
      },
      {
        name: "collector-ingest-processor",
        value: middle("processorRatio"),
        unit: "of bare inserts",
        aim: {},
        comparedWith: "the same of processor time, for a machine that does other work meanwhile",
      },
      {
        name: "collector-rules-cost",
        value: middle("rulesShare"),
        unit: "of the ingest's processor time",
        aim: { max: 0.3 },
        comparedWith: "the same batches without the rules behind them",
      },
    ];
  },
};
