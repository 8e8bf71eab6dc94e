/** Replays a station from files: a registry, a journal as lines, and what was filed. Reads the journal as a stream. */
import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { parseFiling } from "@forecourt/protocol/filings/parse.ts";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import { readRegistry } from "../config/config.ts";
import { readText } from "../config/config-file.ts";
import type { ConfigError } from "../errors.ts";
import { timeReader } from "../inbox/record-time.ts";
import { unchanged } from "./entry-book.ts";
import { type SeenFiling, seenFiling } from "./filings.ts";
import { Replay, type ReplayResult } from "./replay.ts";
import type { Parameters } from "./rule.ts";

export interface ReplayFiles {
  registry: string;
  records: string;
  /** undefined: nothing was filed */
  filings?: string | undefined;
  /** undefined: the only station of the registry */
  station?: string | undefined;
}

const CHUNK_BYTES = 1_048_576;

/**
 * Replays a station's journal.
 * @returns what the rules said, or what is wrong with the files
 */
export function replayFiles(
  files: ReplayFiles,
  configured: Record<string, Parameters>,
): Result<ReplayResult, ConfigError[]> {
  const replay = readStation(files, configured);
  if (!replay.ok) return replay;
  const error = feedRecords(files.records, replay.value);
  return error === undefined ? ok(replay.value.finish()) : fail([error]);
}

/**
 * A replay of a station that has yet to be told of its records.
 * @returns it, or what is wrong with registry or filings
 */
export function readStation(
  files: Omit<ReplayFiles, "records">,
  configured: Record<string, Parameters>,
): Result<Replay, ConfigError[]> {
  const registry = readRegistry(files.registry);
  if (!registry.ok) return registry;
  const { stations } = registry.value;
  const station = files.station === undefined ? stations[0] : registry.value.station(files.station);
  if (station === undefined || (files.station === undefined && stations.length > 1)) {
    const message = station === undefined ? "no such station is registered" : "several stations are registered";
    return fail([wrong(files.registry, 0, { message, expected: "one station", cure: "Name it with --station." })]);
  }
  const filings = files.filings === undefined ? ok([]) : readFilings(files.filings, station.id);
  return filings.ok ? ok(new Replay(unchanged(station), configured, filings.value)) : filings;
}

function wrong(
  file: string,
  line: number,
  what: { message: string; expected: string; cure: string; code?: ConfigError["code"] },
): ConfigError {
  return { code: "value", file, line, column: 1, field: "", ...what };
}

function readFilings(file: string, station: string): Result<{ atMs: number; filing: SeenFiling }[], ConfigError[]> {
  const text = readText(file);
  if (!text.ok) return text;
  const list: { atMs: number; filing: SeenFiling }[] = [];
  for (const [index, line] of text.value.split("\n").entries()) {
    if (line === "") continue;
    const cure = "See protocol/filings/schema.ts.";
    const value = jsonOf(line);
    const parsed = parseFiling(value);
    if (!parsed.ok) {
      const message = `${parsed.error.field}: ${parsed.error.message}`;
      return fail([wrong(file, index + 1, { message, expected: "a filing", cure })]);
    }
    const atMs = parseTime(parsed.value.at);
    if (atMs === undefined) {
      return fail([wrong(file, index + 1, { message: "/at is no instant", expected: "a time", cure })]);
    }
    if (parsed.value.station === station) list.push({ atMs, filing: seenFiling(parsed.value) });
  }
  return ok(list);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function feedRecords(path: string, replay: Replay): ConfigError | undefined {
  const readTime = timeReader();
  let number = 0;
  for (const line of linesOf(path)) {
    if (typeof line !== "string") return line;
    number += 1;
    if (line === "") continue;
    const parsed = parseLine(line);
    const atMs = parsed.ok ? readTime(parsed.value.at) : undefined;
    if (!parsed.ok || atMs === undefined) {
      const message = parsed.ok ? "/at is no instant" : parsed.error.message;
      return wrong(path, number, { message, expected: "a journal line", cure: "Export the journal again." });
    }
    replay.record({ record: parsed.value, atMs });
  }
  return undefined;
}

/** The lines of a file, read a chunk at a time; an error in place of a line ends them. */
function* linesOf(path: string): Generator<string | ConfigError> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const message = (error as Error).message;
    yield wrong(path, 0, { message, expected: "a readable file", cure: "Mend the path.", code: "unreadable" });
    return;
  }
  const decoder = new StringDecoder("utf8");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = "";
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, read))).split("\n");
      rest = lines.pop()!;
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(file);
  }
}
