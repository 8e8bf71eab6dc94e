/** Runs one station from event to event over months, and writes records, truth, filings and registry to files. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { sum } from "../physics/cheats.ts";
import { createStation } from "../physics/station.ts";
import { settle } from "../physics/stock.ts";
import { advance, step, type World } from "../physics/world.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { TruthLine } from "../truth/events.ts";
import { summarise } from "../truth/summary.ts";
import { readable } from "../truth/truth-file.ts";
import { VERSION } from "../version.ts";
import { FastClock } from "./fast-clock.ts";
import { Filings } from "./filings.ts";
import { Journal } from "./line.ts";
import type { HistoryOptions } from "./options.ts";
import { StationRecorder } from "./recorder.ts";
import { gatewayOf, registryEntry } from "./registry.ts";

export interface StationResult {
  station: string;
  records: number;
  byKind: Record<string, number>;
  sales: number;
  bytes: number;
}

/** What is held of a file before it is written, and the longest line that is taken, bytes. */
const HELD_BYTES = 1 << 20;
const LONGEST_LINE = 1 << 18;

/** A file of lines that is written in large pieces. */
class Output {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(HELD_BYTES);
  #used = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  /** @param text with its line end */
  write(text: string): void {
    if (this.#used + LONGEST_LINE > HELD_BYTES) this.#flush();
    this.#used += this.#buffer.write(text, this.#used);
  }

  #flush(): void {
    if (this.#used > 0) writeSync(this.#file, this.#buffer, 0, this.#used);
    this.#used = 0;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }
}

/**
 * Writes the history of a station into `directory`: records.ndjson, truth.jsonl, filings.ndjson, registry.yaml.
 * @param span epoch ms
 */
export function writeHistory(
  scenario: Scenario,
  span: { from: number; until: number },
  directory: string,
  options: HistoryOptions,
): StationResult {
  mkdirSync(directory, { recursive: true });
  const records = openSync(join(directory, "records.ndjson"), "w");
  let bytes = 0;
  const truth = new Output(join(directory, "truth.jsonl"));
  const filings = new Output(join(directory, "filings.ndjson"));
  const clock = new FastClock();
  const tell = (line: TruthLine) => truth.write(`${JSON.stringify(readable(line, (at) => clock.format(at)))}\n`);
  const files = new Filings(scenario);
  const world = createStation(scenario, span.from);
  const journal = new Journal(gatewayOf(scenario), (piece) => {
    bytes += writeSync(records, piece);
  });
  const { id: station } = scenario.station;
  const { name, seed } = scenario;
  tell({ at: span.from, event: "start", station, scenario: name, seed, speed: 0, version: VERSION });
  for (const filing of files.opening(span.from)) filings.write(`${JSON.stringify(filing)}\n`);
  const recorder = new StationRecorder(world, journal, options);
  for (let done = false; !done; ) {
    const at = Math.min(world.due[0]?.at ?? span.until, recorder.nextAt(), span.until);
    const events = step(world, at);
    for (const event of events) {
      tell(event);
      const filing = files.of(event);
      if (filing) filings.write(`${JSON.stringify(filing)}\n`);
    }
    recorder.run(events);
    done = at >= span.until;
  }
  endRun(world, tell);
  journal.flush();
  closeSync(records);
  for (const output of [truth, filings]) output.close();
  writeFileSync(join(directory, "registry.yaml"), stringify({ stations: [registryEntry(scenario)] }));
  const byKind = Object.fromEntries(journal.byKind);
  return { station, records: journal.seq, byKind, sales: byKind.sale ?? 0, bytes };
}

/** What still runs is said to be cut off by the end of the run, and the accounts are closed. */
function endRun(world: World, tell: (line: TruthLine) => void): void {
  for (const tank of world.tanks.values()) settle(tank, world.now, world.climate);
  for (const plant of world.plants) {
    if (plant.phase !== "running") continue;
    const { id, kind, subject, subjects, expects } = plant;
    const event = plant.honest ? "odd" : "cheat";
    tell({ at: world.now, event, id, kind, subject, subjects, phase: "end", expects, cutOff: true, ...sum(plant) });
  }
  advance(world, world.now);
  tell({ at: world.now, event: "stop", summary: summarise(world) });
}
