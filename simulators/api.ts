/**
 * The simulator as a library: drive a station from a test, in real time on real lines, or as fast as the machine can
 * without any. docs/tester.md shows both.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { createStation } from "./physics/station.ts";
import { advance, type World } from "./physics/world.ts";
import { type Run, type RunOptions, startRun } from "./run.ts";
import { describeError } from "./scenario/errors.ts";
import { parseScenario } from "./scenario/parse.ts";
import { resolveScenario } from "./scenario/scenario.ts";
import type { ScenarioFile } from "./scenario/schema.ts";
import type { TruthEvent } from "./truth/events.ts";

const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "scenarios");

/**
 * A scenario from a file, or a shipped one by its name.
 * @throws Error with every place and cure when it is wrong
 */
export function scenarioFrom(pathOrName: string): ScenarioFile {
  const path = existsSync(pathOrName) ? pathOrName : join(SHIPPED, `${basename(pathOrName, ".yaml")}.yaml`);
  const parsed = parseScenario(readFileSync(path, "utf8"), path);
  if (!parsed.ok) throw new Error(parsed.error.map(describeError).join("\n"));
  return parsed.value;
}

export interface StationOptions extends Omit<RunOptions, "file" | "linesDirectory" | "truthPath" | "wire" | "log"> {
  /** For lines and truth.jsonl. */
  folder: string;
  /** `instant`: without the wire's timing. Default: as on a real wire. */
  wire?: RunOptions["wire"];
  log?: RunOptions["log"];
}

/** Starts a station on real lines below `folder`; `stop()` ends it. */
export function startStation(file: ScenarioFile, options: StationOptions): Promise<Run> {
  const { folder, wire = "baud", log = pino({ level: "silent" }), ...rest } = options;
  return startRun({
    ...rest,
    file,
    wire,
    log,
    linesDirectory: join(folder, "lines"),
    truthPath: join(folder, "truth.jsonl"),
  });
}

export interface FastRun {
  world: World;
  truth: TruthEvent[];
}

/**
 * Runs a station for a simulated time, as fast as the machine can, without lines.
 * @param options.forMs simulated milliseconds; `startsAt` (epoch ms) stands in where the scenario names no start
 */
export function runStation(
  file: ScenarioFile,
  options: { forMs: number; seed?: number; startsAt?: number; stepMs?: number },
): FastRun {
  const scenario = resolveScenario(file, options.seed);
  const startsAt = scenario.station.startsAt ?? options.startsAt ?? 0;
  const world = createStation(scenario, startsAt);
  const truth: TruthEvent[] = [];
  const stepMs = options.stepMs ?? options.forMs;
  for (let at = startsAt; at < startsAt + options.forMs; ) {
    at = Math.min(at + stepMs, startsAt + options.forMs);
    truth.push(...advance(world, at));
  }
  return { world, truth };
}
