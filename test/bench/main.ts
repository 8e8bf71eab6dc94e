/** Runs the benchmarks, prints them as a table and writes `.run/bench.json`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { ROOT } from "../rig/program.ts";
import { agentFootprint } from "./agent-footprint.ts";
import { agentWeek } from "./agent-week.ts";
import { collectorIngest } from "./collector-ingest.ts";
import { firstLoad } from "./first-load.ts";
import { fleet } from "./fleet.ts";
import { hangUpToPage } from "./hang-up-to-page.ts";
import { history } from "./history.ts";
import { journalAppend } from "./journal-append.ts";
import { migrations } from "./migrations.ts";
import { physics } from "./physics.ts";
import { type Bench, type BenchRow, reaches } from "./row.ts";
import { rules } from "./rules.ts";
import { bytesPerSale, catchUp } from "./uplink.ts";
import { wireShare } from "./wire-share.ts";
import { year } from "./year.ts";

const BENCHES: readonly Bench[] = [
  history,
  physics,
  wireShare,
  agentFootprint,
  agentWeek,
  journalAppend,
  collectorIngest,
  rules,
  migrations,
  fleet,
  hangUpToPage,
  firstLoad,
  catchUp,
  bytesPerSale,
  year,
];

function table(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${Number(row.value.toPrecision(4))} ${row.unit}`,
    [row.aim.min === undefined ? "" : `≥ ${row.aim.min}`, row.aim.max === undefined ? "" : `≤ ${row.aim.max}`]
      .filter((text) => text !== "")
      .join(", "),
    row.aim.min === undefined && row.aim.max === undefined ? "" : reaches(row) ? "✓" : "✗",
    row.comparedWith,
  ]);
  const head = ["figure", "value", "aim", "", "compared with"];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  return [head, ...cells]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .join("\n");
}

await new Command("bench")
  .addOption(new Option("--only <name>", "runs this one").choices(BENCHES.map(({ name }) => name)))
  .action(async ({ only }: { only?: string }) => {
    const chosen = BENCHES.filter(({ name }) => only === undefined || name === only);
    const rows: BenchRow[] = [];
    for (const bench of chosen) {
      process.stderr.write(`measuring ${bench.name} …\n`);
      rows.push(...(await bench.run()));
    }
    mkdirSync(join(ROOT, ".run"), { recursive: true });
    writeFileSync(join(ROOT, ".run", "bench.json"), `${JSON.stringify(rows, null, 2)}\n`);
    process.stdout.write(`${table(rows)}\n`);
  })
  .parseAsync();
