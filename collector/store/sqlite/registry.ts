/** The registry's side of the SQLite store. Strapping tables are kept once, by their hash: entries only name them. */
import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import type { AuditTable } from "../../audit/table.ts";
import type { ChartPoint, StationEntry } from "../../registry/schema.ts";
import type { AddedVersion, NewVersion, RecordedVersion, RegistryStore, StationVersion } from "../../registry/store.ts";

/** The step of the schema. */
export const registryTables: readonly string[] = [
  `CREATE TABLE registry_chart (hash BLOB PRIMARY KEY, points TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE registry_version (no INTEGER PRIMARY KEY AUTOINCREMENT, station TEXT NOT NULL, version INTEGER NOT NULL,
    from_ms INTEGER NOT NULL, known_ms INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, change TEXT,
    input INTEGER, entry TEXT NOT NULL) STRICT`,
  "CREATE UNIQUE INDEX registry_version_of_station ON registry_version (station, version)",
];

interface VersionRow {
  no: number;
  station: string;
  version: number;
  from_ms: number;
  known_ms: number;
  who: string;
  why: string;
  change: string | null;
  input: number | null;
  entry: string;
}

/** @param audit of the same database */
export function sqliteRegistry(raw: Database.Database, audit: AuditTable): RegistryStore {
  const after = raw.prepare<[number], VersionRow>("SELECT * FROM registry_version WHERE no > ? ORDER BY no");
  const history = raw.prepare<[string, number, number], VersionRow>(
    "SELECT * FROM registry_version WHERE station = ? AND version < ? ORDER BY version DESC LIMIT ?",
  );
  const some = raw.prepare<[], { no: number }>("SELECT no FROM registry_version LIMIT 1");
  const last = raw.prepare<[string], { version: number | null }>(
    "SELECT max(version) AS version FROM registry_version WHERE station = ?",
  );
  const nozzles = raw.prepare<[], string>("SELECT station || char(10) || nozzle FROM latest_nozzle");
  const tanks = raw.prepare<[], string>("SELECT station || char(10) || tank FROM latest_tank");
  const stations = raw.prepare<[], { station: string; ms: number }>(
    "SELECT station, max(heard_ms) AS ms FROM gateway GROUP BY station",
  );
  const { read } = entryCodec(raw);
  const versionOf = (row: VersionRow): RecordedVersion => recorded(row, read(row.entry));
  const write = versionWriter(raw);

  const add = raw.transaction((versions: readonly NewVersion[]): AddedVersion[] | { changed: string } => {
    const changed = versions.find(({ entry, after: before }) => (last.get(entry.id)?.version ?? 0) !== before);
    if (changed !== undefined) return { changed: changed.entry.id };
    return versions.map((one) => {
      const added = write(one);
      const { version, fromMs, who, why, change, knownMs } = added;
      const action = version === 1 ? "registry.add" : "registry.change";
      audit.append({ atMs: knownMs, who, action, subject: one.entry.id, detail: { version, fromMs, why, change } });
      return added;
    });
  });
  const seed = raw.transaction((list: readonly StationEntry[], by: { who: string; why: string; knownMs: number }) => {
    if (some.get() !== undefined) return false;
    for (const entry of list) write({ entry, fromMs: 0, change: null, after: 0, ...by });
    return true;
  });

  return {
    addedAfter: async (no) => after.all(no).map((row) => ({ ...versionOf(row), input: row.input ?? undefined })),
    versions: versionsReader(raw),
    heard: async () => ({
      nozzles: new Set(nozzles.pluck().all()),
      tanks: new Set(tanks.pluck().all()),
      stations: new Map(stations.all().map(({ station, ms }) => [station, ms])),
    }),
    history: async (station, { limit, before = Number.MAX_SAFE_INTEGER }) =>
      history.all(station, before, limit).map(versionOf),
    // Another process may be writing: the look and the write are one.
    add: async (versions) => add.immediate(versions),
    seed: async (list, by) => seed.immediate(list, by),
  };
}

/** Reads all versions of a station, oldest first. */
export function versionsReader(raw: Database.Database): (station: string) => Promise<StationVersion[]> {
  const all = raw.prepare<[string], VersionRow>("SELECT * FROM registry_version WHERE station = ? ORDER BY version");
  const { read } = entryCodec(raw);
  return async (station) =>
    all.all(station).map((row) => ({ version: row.version, fromMs: row.from_ms, entry: read(row.entry) }));
}

/** Reads one version of a station. */
export function versionReader(raw: Database.Database): (station: string, version: number) => StationVersion {
  const one = raw.prepare<[string, number], VersionRow>(
    "SELECT * FROM registry_version WHERE station = ? AND version = ?",
  );
  const { read } = entryCodec(raw);
  return (station, version) => {
    const row = one.get(station, version);
    if (row === undefined) throw new Error(`version ${version} of station ${station} is not stored`);
    return { version, fromMs: row.from_ms, entry: read(row.entry) };
  };
}

function recorded(row: VersionRow, entry: StationEntry): RecordedVersion {
  const { no, version, from_ms: fromMs, known_ms: knownMs, who, why, change } = row;
  return { no, version, fromMs, knownMs, who, why, change, entry };
}

function versionWriter(raw: Database.Database): (one: NewVersion) => AddedVersion {
  const insert = raw.prepare(
    `INSERT INTO registry_version (station, version, from_ms, known_ms, who, why, change, input, entry)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const tell = raw.prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, 'registry', ?, ?)");
  const { text } = entryCodec(raw);
  return ({ entry, fromMs, knownMs, who, why, change, after }) => {
    const version = after + 1;
    // From its first version a station's rules start; of every later one they are told in its place among the records.
    const body = JSON.stringify({ station: entry.id, version });
    const input = version === 1 ? undefined : Number(tell.run(entry.id, knownMs, body).lastInsertRowid);
    const written = insert.run(entry.id, version, fromMs, knownMs, who, why, change, input ?? null, text(entry));
    return { no: Number(written.lastInsertRowid), version, fromMs, knownMs, who, why, change, entry, input };
  };
}

/** Entries as text, with a hash in the place of each strapping table. */
function entryCodec(raw: Database.Database): { text(entry: StationEntry): string; read(text: string): StationEntry } {
  const keep = raw.prepare("INSERT OR IGNORE INTO registry_chart VALUES (?, ?)");
  const points = raw.prepare<[Buffer], { points: string }>("SELECT points FROM registry_chart WHERE hash = ?");
  const chartOf = (hash: string) => {
    const row = points.get(Buffer.from(hash, "hex"));
    if (row === undefined) throw new Error(`strapping table ${hash} is not stored`);
    return (JSON.parse(row.points) as [number, number][]).map(([levelUm, volumeCl]) => ({ levelUm, volumeCl }));
  };
  return {
    text: (entry) => {
      const tanks = entry.tanks.map(({ chart, ...tank }) =>
        chart === undefined ? tank : { ...tank, chart: kept(chart) },
      );
      return JSON.stringify({ ...entry, tanks });
    },
    read: (text) => {
      const entry = JSON.parse(text) as Omit<StationEntry, "tanks"> & {
        tanks: (StationEntry["tanks"][number] & { chart?: unknown })[];
      };
      const tanks = entry.tanks.map((tank) =>
        typeof tank.chart === "string" ? { ...tank, chart: chartOf(tank.chart) } : tank,
      );
      return { ...entry, tanks } as StationEntry;
    },
  };

  function kept(chart: readonly ChartPoint[]): string {
    const body = JSON.stringify(chart.map(({ levelUm, volumeCl }) => [levelUm, volumeCl]));
    const hash = createHash("sha256").update(body).digest();
    keep.run(hash, body);
    return hash.toString("hex");
  }
}
