/** How fast months become files: one station-year on one core, beside writing the same bytes and nothing else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../rig/program.ts";
import type { Bench } from "./row.ts";

const MONTHS = 12;
const LEAST_RECORDS = 300_000;
const MOST_RECORDS = 1_000_000;

export const history: Bench = {
  name: "history",
  async run() {
    const out = mkdtempSync(join(tmpdir(), "forecourt-history-"));
    try {
      const flags = ["history", "--stations", "1", "--months", String(MONTHS), "--out", out];
      const printed = execFileSync(process.execPath, ["simulators/main.ts", ...flags], { cwd: ROOT, encoding: "utf8" });
      const seconds = Number(/([\d.]+) s of processor time/.exec(printed)?.[1]);
      const records = Number(/(\d+) records/.exec(printed)?.[1]);
      const station = readdirSync(out).find((name) => name !== "registry.yaml");
      const bytes = readFileSync(join(out, String(station), "records.ndjson"));
      const began = process.cpuUsage();
      writeFileSync(join(out, "copy"), bytes);
      const { user, system } = process.cpuUsage(began);
      const bare = `${((user + system) / 1e6).toFixed(2)} s for writing the same ${Math.round(bytes.length / 1e6)} MB and nothing else`;
      return [
        {
          name: "history-station-year",
          value: seconds,
          unit: "s of processor time",
          aim: { max: 2 },
          comparedWith: bare,
        },
        {
          name: "history-records",
          value: records,
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
