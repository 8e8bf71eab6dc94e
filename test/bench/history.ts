/** How fast months become files: one station-year on one core, beside writing the same bytes and nothing else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../rig/program.ts";
import type { Bench } from "./row.ts";

const MONTHS = 12;
/** Enough that start and warming-up weigh little: every kind of station is among them. */
const MANY = 4;
const LEAST_RECORDS = 300_000;
const MOST_RECORDS = 1_000_000;

export const history: Bench = {
  name: "history",
  async run() {
    const out = mkdtempSync(join(tmpdir(), "forecourt-history-"));
    try {
      // What is compiled at the first start is kept for the next, as it is for whoever works with the simulator.
      write(out, ["--stations", "1", "--months", "0"]);
      const one = write(out, ["--stations", "1", "--months", String(MONTHS)]);
      const station = readdirSync(out).find((name) => name !== "registry.yaml");
      const bytes = readFileSync(join(out, String(station), "records.ndjson"));
      const began = process.cpuUsage();
      writeFileSync(join(out, "copy"), bytes);
      const { user, system } = process.cpuUsage(began);
      const bare = `${((user + system) / 1e6).toFixed(2)} s for writing the same ${Math.round(bytes.length / 1e6)} MB and nothing else`;
      const many = write(out, ["--stations", String(MANY), "--months", String(MONTHS)]);
      return [
        {
          name: "history-station-year",
          value: one.seconds,
          unit: "s of processor time",
          aim: { max: 2 },
          comparedWith: bare,
        },
        {
          name: "history-station-year-of-many",
          value: many.seconds / MANY,
          unit: "s of processor time",
          aim: {},
          comparedWith: `${MANY} stations of all sorts, ${Math.round(many.records / MANY)} records each on average`,
        },
        {
          name: "history-records",
          value: one.records,
          unit: "records a station-year",
          aim: { min: LEAST_RECORDS, max: MOST_RECORDS },
          comparedWith: "what a rule engine must read of one station",
        },
      ];
    } finally {
      rmSync(out, { recursive: true });
    }
  },
};

function write(out: string, flags: readonly string[]): { seconds: number; records: number } {
  const args = ["simulators/main.ts", "history", "--out", out, ...flags];
  const printed = execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  const seconds = Number(/([\d.]+) s of processor time/.exec(printed)?.[1]);
  const records = [...printed.matchAll(/(\d+) records/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  return { seconds, records };
}
