/**
 * One station of the score, in a process of its own: makes its history with the simulator, replays it with the
 * collector, compares, and prints the comparison as one JSON line. Both programs are started, never imported.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { type Replayed, scoreStation } from "./judge.ts";
import { findShown, type Line } from "./shown.ts";
import { readTruth } from "./truth.ts";

const ROOT = join(import.meta.dirname, "../..");
const MOST_BYTES = 256 * 1024 * 1024;
/** Histories hold the gateway's word every ten minutes, not every one: a year of them stays small. */
const PARAMETERS = { rules: { "gateway.silent": { silentMs: 1_500_000 } } };

const { values } = parseArgs({
  options: { scenario: { type: "string" }, seed: { type: "string" }, months: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "forecourt-score-"));
try {
  process.stdout.write(`${JSON.stringify(score())}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function score() {
  const { scenario, seed = "1", months } = values;
  const startedMs = performance.now();
  run("simulators/main.ts", [
    "history",
    ...["--out", folder, "--seed", seed],
    ...(scenario === undefined ? [] : ["--scenario", scenario]),
    ...(months === undefined ? [] : ["--months", months]),
  ]);
  const madeMs = performance.now();
  const station = readdirSync(folder, { withFileTypes: true }).find((one) => one.isDirectory())!.name;
  const at = (name: string) => join(folder, station, name);
  writeFileSync(join(folder, "parameters.yaml"), stringify(PARAMETERS));
  const replayed = JSON.parse(
    run("collector/main.ts", [
      ...["rules", "replay", "--registry", join(folder, "registry.yaml"), "--records", at("records.ndjson")],
      ...["--filings", at("filings.ndjson"), "--parameters", join(folder, "parameters.yaml")],
    ]),
  ) as Replayed;
  const replayedMs = performance.now();
  const truth = readTruth(at("truth.jsonl"));
  const registry = parse(readFileSync(join(folder, "registry.yaml"), "utf8")) as Registry;
  findShown(truth, linesOf(at("records.ndjson")), devicesOf(registry));
  return {
    ...scoreStation(truth, replayed, tanksOf(registry)),
    historyMs: madeMs - startedMs,
    replayMs: replayedMs - madeMs,
  };
}

/** Journal lines that may show a cheat: tank levels, most of them all, do not. */
function* linesOf(path: string): Generator<Line> {
  for (const text of readFileSync(path, "utf8").split("\n")) {
    if (text === "" || text.includes('"kind":"tank"')) continue;
    const line = JSON.parse(text) as Line & { at: string };
    yield { ...line, atMs: Date.parse(line.at) };
  }
}

function run(program: string, args: string[]): string {
  return execFileSync(process.execPath, [join(ROOT, program), ...args], {
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

interface Registry {
  stations: { dispensers: { device: string; nozzles: { nozzle: string; tank: string }[] }[] }[];
}

function devicesOf(registry: Registry): Map<string, string> {
  return new Map(
    registry.stations.flatMap(({ dispensers }) =>
      dispensers.flatMap(({ device, nozzles }) => nozzles.map(({ nozzle }): [string, string] => [nozzle, device])),
    ),
  );
}

function tanksOf(registry: Registry): Map<string, string> {
  return new Map(
    registry.stations.flatMap(({ dispensers }) =>
      dispensers.flatMap(({ nozzles }) => nozzles.map(({ nozzle, tank }): [string, string] => [nozzle, tank])),
    ),
  );
}
