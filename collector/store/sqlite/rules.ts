/** Where the rules keep their memory: inputs in order, states, flags. */
import type Database from "better-sqlite3";
import type { FlagStep } from "../../desk/store.ts";
import type { SeenFiling, WaybillFiling } from "../../rules/filings.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { RefusedBatch, RuleInput } from "../../rules/rule.ts";
import type { SettingChange } from "../../rules/settings.ts";
import type { TrustEvent } from "../../trust/events.ts";
import type { RuleStore, RulesCommit, StoredInput } from "../store.ts";
import { versionReader, versionsReader } from "./registry.ts";
import { type FlagColumns, flagOf } from "./rows.ts";
import { storedRecord } from "./stored-record.ts";
import { unhurried } from "./unhurried.ts";

interface InputRow {
  id: number;
  /** `notice` is what a filing was called before there were others */
  kind: RuleInput["kind"] | "notice";
  at_ms: number;
  body: string | null;
}

/** The rules' side of the store. */
export function sqliteRules(raw: Database.Database): RuleStore {
  const state = raw.prepare<[string], { cursor: number; checkpoint: number; states: string }>(
    "SELECT cursor, coalesce(checkpoint, cursor) AS checkpoint, states FROM rule_state WHERE station = ?",
  );
  const open = raw.prepare<[string], FlagColumns>("SELECT * FROM flag WHERE station = ? AND state = 'open'");
  const all = raw.prepare<[string], FlagColumns>("SELECT * FROM flag WHERE station = ? ORDER BY from_ms, id");
  const inputs = raw.prepare<[string, number, number], InputRow>(
    "SELECT id, kind, at_ms, body FROM input WHERE station = ? AND id > ? ORDER BY id LIMIT ?",
  );
  const thinned = raw.prepare<[], { ms: number }>("SELECT coalesce(max(until_ms), 0) AS ms FROM retention_place");
  const toInput = inputReader(raw);
  const save = commitWriter(raw);
  const started = startedWriter(raw);
  return {
    load: async (station) => {
      const row = state.get(station);
      const flags = open.all(station).map(flagOf);
      if (row === undefined) return { cursor: 0, checkpoint: 0, states: {}, open: flags };
      const { cursor, checkpoint } = row;
      return { cursor, checkpoint, states: JSON.parse(row.states) as Record<string, unknown>, open: flags };
    },
    versions: versionsReader(raw),
    inputsAfter: async (station, cursor, limit, known) =>
      inputs
        .all(station, cursor, limit)
        .map((row): StoredInput => ({ id: row.id, input: known?.(row.id) ?? toInput(row) })),
    commit: async (station, commit) => save.commit(station, commit),
    commitTick: async (station, nowMs, commit) => save.tick(station, nowMs, commit),
    started: async (atMs) => started(atMs),
    thinnedUntilMs: async () => thinned.get()?.ms ?? 0,
    allFlags: async (station) => all.all(station).map(flagOf),
  };
}

function inputReader(raw: Database.Database): (row: InputRow) => RuleInput {
  const batch = raw.prepare<[number], { no: number; id: string; first_seq: number; count: number }>(
    `SELECT gateway.no, gateway.id, first_seq, count FROM batch JOIN gateway ON gateway.no = batch.gateway
     WHERE batch.input = ?`,
  );
  const version = versionReader(raw);
  const lines = raw.prepare<[number, number, number], { line: string }>(
    "SELECT line FROM record WHERE gateway = ? AND seq BETWEEN ? AND ? AND line <> '' ORDER BY seq",
  );
  return (row) => {
    const atMs = row.at_ms;
    const body: unknown = row.body === null ? null : JSON.parse(row.body);
    switch (row.kind) {
      case "batch": {
        const found = batch.get(row.id);
        if (found === undefined) throw new Error(`input ${row.id} names a batch that is not stored`);
        const { no, id, first_seq: first, count } = found;
        const records = lines.all(no, first, first + count - 1).map(({ line }) => storedRecord(line));
        return { kind: "batch", atMs, gateway: id, records };
      }
      case "hello":
        return { kind: "hello", atMs, ...(body as { gateway: string }) };
      case "refused":
        return { kind: "refused", atMs, ...(body as { gateway: string; refused: RefusedBatch }) };
      case "filing":
        return { kind: "filing", atMs, filing: body as SeenFiling };
      case "notice":
        return { kind: "filing", atMs, filing: waybillOf(body as OldNotice) };
      case "step":
        return { kind: "step", atMs, ...(body as { step: FlagStep }) };
      case "setting":
        return { kind: "setting", atMs, ...(body as { change: SettingChange }) };
      case "registry": {
        const named = body as { station: string; version: number };
        return { kind: "registry", atMs, version: version(named.station, named.version) };
      }
      case "trust":
        return { kind: "trust", atMs, ...(body as { event: TrustEvent }) };
      default:
        return { kind: row.kind, atMs };
    }
  };
}

interface OldNotice extends Pick<WaybillFiling, "id" | "station" | "tank" | "volumeCl" | "tanker"> {
  expectedFromMs: number;
  expectedUntilMs: number;
}

function waybillOf({ expectedFromMs, expectedUntilMs, ...rest }: OldNotice): WaybillFiling {
  return { filing: "waybill", grade: null, ...rest, fromMs: expectedFromMs, untilMs: expectedUntilMs };
}

function commitWriter(raw: Database.Database): {
  commit: (station: string, commit: RulesCommit) => void;
  tick: (station: string, nowMs: number, commit: RulesCommit) => boolean;
} {
  const saveState = raw.prepare(
    "INSERT OR REPLACE INTO rule_state (station, cursor, states, checkpoint) VALUES (?, ?, ?, ?)",
  );
  const saveCursor = raw.prepare(`INSERT INTO rule_state (station, cursor, states, checkpoint) VALUES (?, ?, '{}', 0)
    ON CONFLICT (station) DO UPDATE SET cursor = excluded.cursor, checkpoint = coalesce(checkpoint, rule_state.cursor)`);
  const newest = raw.prepare<[string], { id: number | null }>("SELECT max(id) AS id FROM input WHERE station = ?");
  const tick = raw.prepare("INSERT INTO input (station, kind, at_ms) VALUES (?, 'tick', ?)");
  const saveFlag = raw.prepare(`INSERT INTO flag VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = excluded.state, from_ms = excluded.from_ms,
      until_ms = excluded.until_ms, ended_ms = excluded.ended_ms, findings = excluded.findings,
      figures = excluded.figures, threshold = excluded.threshold, text = excluded.text, evidence = excluded.evidence`);
  const saveUnknown = raw.prepare(`INSERT INTO unknown_verdict VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (station, rule, subject) DO UPDATE SET reason = excluded.reason, last_ms = excluded.last_ms,
      times = times + excluded.times`);
  const saveInconclusive = raw.prepare("INSERT OR REPLACE INTO inconclusive VALUES (?, ?, ?, ?, ?)");
  const write = (station: string, { cursor, states, flags, unknowns, inconclusive }: RulesCommit): void => {
    // Ended ones first: a subject may end one flag and open the next in one run, and only one may be open.
    for (const flag of [...flags].sort((a, b) => (a.state < b.state ? -1 : 1))) saveFlag.run(...flagValues(flag));
    for (const { rule, subject, reason, atMs, count } of unknowns) {
      saveUnknown.run(station, rule, subject, reason, atMs, atMs, count);
    }
    for (const { rule, subject, day, reason } of inconclusive)
      saveInconclusive.run(station, rule, subject, day, reason);
    if (states === null) saveCursor.run(station, cursor);
    else saveState.run(station, cursor, JSON.stringify(states), cursor);
  };
  const writeAll = raw.transaction(write);
  return {
    commit: (station, commit) => {
      // A flag that somebody may have seen is worth the wait; all else is judged again, and the same is said.
      if (commit.flags.length > 0) writeAll(station, commit);
      else unhurried(raw, () => writeAll(station, commit));
    },
    tick: raw.transaction((station: string, nowMs: number, commit: RulesCommit): boolean => {
      if ((newest.get(station)?.id ?? 0) > commit.cursor) return false;
      write(station, { ...commit, cursor: Number(tick.run(station, nowMs).lastInsertRowid) });
      return true;
    }),
  };
}

function flagValues(flag: FlagRow): (string | number | null)[] {
  return [
    flag.id,
    flag.rule,
    flag.station,
    flag.subject,
    flag.severity,
    flag.state,
    flag.fromMs,
    flag.untilMs,
    flag.endedMs,
    flag.findings,
    JSON.stringify(flag.figures),
    JSON.stringify(flag.threshold),
    JSON.stringify(flag.text),
    JSON.stringify(flag.evidence),
  ];
}

function startedWriter(raw: Database.Database): (atMs: number) => void {
  const stations = raw.prepare<[], { station: string }>("SELECT DISTINCT station FROM gateway");
  const insert = raw.prepare("INSERT INTO input (station, kind, at_ms) VALUES (?, 'started', ?)");
  return raw.transaction((atMs: number) => {
    for (const { station } of stations.all()) insert.run(station, atMs);
  });
}
