/**
 * `make score`: every scenario over some seeds through the simulator's history and the collector's rules, held against
 * the bars. `SCENARIOS=dir` scores scenario files that the project has never seen, `SEEDS=a-b` seeds.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { holdAgainst, readBars } from "./bars.ts";
import { runAll, type Task } from "./pool.ts";
import { reportPage } from "./report.ts";
import { summarise, tableOf } from "./summary.ts";

const ROOT = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    scenarios: { type: "string", default: join(ROOT, "simulators/scenarios") },
    seeds: { type: "string", default: "1-3" },
    only: { type: "string" },
    months: { type: "string", default: "6" },
    out: { type: "string", default: join(ROOT, ".run") },
  },
});

const seeds = seedsOf(values.seeds);
const folder = resolve(values.scenarios);
const scenarios = scenariosIn(folder).filter(({ name }) => values.only === undefined || name.includes(values.only));
const tasks: Task[] = scenarios.flatMap(({ name, file }) => seeds.map((seed) => ({ scenario: name, file, seed })));
/** Stations of the templates in which nothing is planted, for months: what wrong flags and doubts are counted on. */
const HONEST = "honest-station";
if (values.months !== "0" && (values.only === undefined || HONEST.includes(values.only))) {
  scenarios.push({ name: HONEST, file: "" });
  for (const seed of seeds) tasks.push({ scenario: HONEST, file: null, seed, months: Number(values.months) });
}
const started = performance.now();
const { runs, failed } = await runAll(tasks, Math.min(2, availableParallelism()), (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${tasks.length} stations`);
});
if (process.stderr.isTTY) process.stderr.write("\n");

const rows = scenarios
  .map(({ name }) =>
    summarise(
      name,
      runs.filter((run) => run.scenario === name),
    ),
  )
  .filter((row) => row.stations > 0);
const held = holdAgainst(readBars(join(import.meta.dirname, "bars.yaml")), rows);
const years = runs.reduce((sum, run) => sum + run.days, 0) / 365;
const seconds = (performance.now() - started) / 1_000;
const about = `${runs.length} stations, ${years.toFixed(2)} station-years, seeds ${values.seeds}, ${seconds.toFixed(0)} s.`;
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, "score.json"), `${JSON.stringify({ about, rows, held, runs, failed }, null, 2)}\n`);
writeFileSync(join(values.out, "score.html"), reportPage(rows, held, about));

process.stdout.write(`${tableOf(rows)}\n\n${about}\n\n`);
for (const { name, figure, value, bar, kind, reached } of held) {
  const asked = `${kind === "least" ? ">=" : "<="} ${bar}`;
  process.stdout.write(`${reached ? "ok  " : "FAIL"} ${name}: ${figure} ${value.toFixed(4)} (${asked})\n`);
}
for (const { task, reason } of failed) process.stdout.write(`FAIL ${task.scenario} seed ${task.seed}: ${reason}\n`);
process.exitCode = held.every((one) => one.reached) && failed.length === 0 ? 0 : 1;

/** Scenarios that say how long they last; the others are made for running by the clock. */
function scenariosIn(directory: string): { name: string; file: string }[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ name: basename(name, ".yaml"), file: join(directory, name) }))
    .filter(({ file }) => typeof (parse(readFileSync(file, "utf8")) as { days?: unknown }).days === "number");
}

function seedsOf(text: string): number[] {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text);
  if (match === null) throw new Error(`SEEDS=${text}: state one seed or a range such as 1-5`);
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
