/** How long a year of data takes from the oldest tables that can hold records to the present ones, and its sums. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../rig/program.ts";
import type { Bench } from "./row.ts";

const STATIONS = "2";

interface Measured {
  records: number;
  megabytes: number;
  migrateSeconds: number;
  sumSeconds: number;
}

export const migrations: Bench = {
  name: "migrations",
  async run() {
    const out = mkdtempSync(join(tmpdir(), "forecourt-year-"));
    try {
      const node = (args: readonly string[]) =>
        execFileSync(process.execPath, [...args], { cwd: ROOT, encoding: "utf8" });
      node(["simulators/main.ts", "history", "--stations", STATIONS, "--months", "12", "--out", out]);
      const measured = JSON.parse(node(["collector/bench/migrations.ts", out])) as Measured;
      const of = `a year of ${STATIONS} stations, ${measured.records} records, ${Math.round(measured.megabytes)} MB; chains and sums proved after it`;
      return [
        { name: "migrations-year", value: measured.migrateSeconds, unit: "s", aim: { max: 60 }, comparedWith: of },
        {
          name: "migrations-year-sums",
          value: measured.sumSeconds,
          unit: "s",
          aim: {},
          comparedWith: "the sums of all of it, made while the collector already runs",
        },
      ];
    } finally {
      rmSync(out, { recursive: true });
    }
  },
};
