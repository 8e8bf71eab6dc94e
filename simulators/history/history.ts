/** Runs one station from event to event over months, and writes records, truth, filings and registry to files. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Filing } from "@forecourt/protocol/filings/schema.ts";
import { stringify } from "yaml";
import { sum } from "../physics/cheats.ts";
import { createStation } from "../physics/station.ts";
import { settle } from "../physics/stock.ts";
import { advance, step, type World } from "../physics/world.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { summarise } from "../truth/summary.ts";
import { VERSION } from "../version.ts";
import { Filings } from "./filings.ts";
import { Journal } from "./line.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { HistoryOptions } from "./options.ts";
import { StationRecorder } from "./recorder.ts";
import { gatewayOf, registryEntry } from "./registry.ts";
import { TruthLines } from "./truth-lines.ts";

export interface StationResult {
  station: string;
  records: number;
  byKind: Record<string, number>;
  sales: number;
  bytes: number;
}

/** A file of lines that is written in large pieces. */
class Output {
  readonly #file: number;
  bytes = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  readonly write = (piece: Uint8Array): void => {
    this.bytes += writeSync(this.#file, piece);
  };

  close(): void {
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
  const records = new Output(join(directory, "records.ndjson"));
  const truths = new Output(join(directory, "truth.jsonl"));
  const filed = new Output(join(directory, "filings.ndjson"));
  const truth = new TruthLines(truths.write);
  const filings = new LineBuffer(filed.write);
  const file = (filing: Filing) => filings.line(Buffer.from(`${JSON.stringify(filing)}\n`));
  const files = new Filings(scenario);
  const world = createStation(scenario, span.from);
  const journal = new Journal(gatewayOf(scenario), records.write);
  const { id: station } = scenario.station;
  const { name, seed } = scenario;
  truth.tell({ at: span.from, event: "start", station, scenario: name, seed, speed: 0, version: VERSION });
  for (const filing of files.opening(span.from)) file(filing);
  const recorder = new StationRecorder(world, journal, options);
  for (let done = false; !done; ) {
    const at = Math.min(world.due[0]?.at ?? span.until, recorder.nextAt(), span.until);
    const events = step(world, at);
    for (const event of events) {
      truth.tell(event);
      const filing = files.of(event);
      if (filing) file(filing);
    }
    recorder.run(events);
    done = at >= span.until;
  }
  endRun(world, truth);
  for (const lines of [journal, truth, filings]) lines.flush();
  for (const output of [records, truths, filed]) output.close();
  writeFileSync(join(directory, "registry.yaml"), stringify({ stations: [registryEntry(scenario)] }));
  const byKind = Object.fromEntries(journal.byKind);
  return { station, records: journal.seq, byKind, sales: byKind.sale ?? 0, bytes: records.bytes };
}

/** What still runs is said to be cut off by the end of the run, and the accounts are closed. */
function endRun(world: World, truth: TruthLines): void {
  for (const tank of world.tanks.values()) settle(tank, world.now, world.climate);
  for (const plant of world.plants) {
    if (plant.phase !== "running") continue;
    const { id, kind, subject, subjects, expects, also } = plant;
    const event = plant.honest ? "odd" : "cheat";
    truth.tell({
      at: world.now,
      event,
      id,
      kind,
      subject,
      subjects,
      phase: "end",
      expects,
      also,
      cutOff: true,
      ...sum(plant),
    });
  }
  advance(world, world.now);
  truth.tell({ at: world.now, event: "stop", summary: summarise(world) });
}
