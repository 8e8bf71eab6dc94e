/** The desk's side of the SQLite store: steps of flags and settings of rules, each with its audit entry in one commit. */
import type Database from "better-sqlite3";
import type { ChainedEntry } from "../../audit/chain.ts";
import type { AuditTable } from "../../audit/table.ts";
import { type Life, type Step, take } from "../../desk/flag-life.ts";
import type { DeskStore, SettingRow, StepOrder } from "../../desk/store.ts";
import type { RuleSetting } from "../../rules/settings.ts";

/** The step of the schema. */
export const deskTables: readonly string[] = [
  `CREATE TABLE flag_life (flag TEXT PRIMARY KEY, life TEXT NOT NULL, at_ms INTEGER NOT NULL, who TEXT NOT NULL,
    reason TEXT) STRICT, WITHOUT ROWID`,
  `CREATE TABLE rule_setting (id TEXT PRIMARY KEY, station TEXT NOT NULL, rule TEXT NOT NULL, muted INTEGER NOT NULL,
    parameters TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL, from_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL, withdrawn_ms INTEGER, withdrawn_by TEXT) STRICT, WITHOUT ROWID`,
  "CREATE INDEX rule_setting_by_station ON rule_setting (station, from_ms)",
];

interface FlagPlace {
  station: string;
  rule: string;
  subject: string;
  life: Life | null;
}

interface SettingColumns {
  id: string;
  station: string;
  rule: string;
  muted: number;
  parameters: string;
  reason: string;
  who: string;
  from_ms: number;
  until_ms: number;
  withdrawn_ms: number | null;
  withdrawn_by: string | null;
}

/** @param audit of the same database */
export function sqliteDesk(raw: Database.Database, audit: AuditTable): DeskStore {
  const place = raw.prepare<[string], FlagPlace>(
    `SELECT flag.station, flag.rule, flag.subject, flag_life.life FROM flag
     LEFT JOIN flag_life ON flag_life.flag = flag.id WHERE flag.id = ?`,
  );
  const saveLife = raw.prepare("INSERT OR REPLACE INTO flag_life VALUES (?, ?, ?, ?, ?)");
  const input = raw.prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, ?, ?, ?)");
  const lives = raw.prepare<[string], { life: Life }>("SELECT life FROM flag_life WHERE flag = ?");
  const addSetting = raw.prepare("INSERT INTO rule_setting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)");
  const endSetting = raw.prepare(
    "UPDATE rule_setting SET withdrawn_ms = ?, withdrawn_by = ? WHERE id = ? AND withdrawn_ms IS NULL AND until_ms > ?",
  );
  const settings = raw.prepare<[], SettingColumns>("SELECT * FROM rule_setting ORDER BY from_ms DESC, id");
  const setting = raw.prepare<[string], SettingColumns>("SELECT * FROM rule_setting WHERE id = ?");
  const store = (station: string, kind: string, atMs: number, body: object) =>
    Number(input.run(station, kind, atMs, JSON.stringify(body)).lastInsertRowid);

  const step = raw.transaction(({ flag, step, by, reason, atMs }: StepOrder) => {
    const found = place.get(flag);
    if (found === undefined) return "no-such-flag" as const;
    const { station, rule, subject } = found;
    const taken = take(step, found.life ?? "open", reason);
    if (!taken.ok) return taken.error;
    saveLife.run(flag, taken.value, atMs, by, reason);
    audit.append({ atMs, who: by, action: `flag.${step}`, subject: flag, detail: { station, rule, subject, reason } });
    const told = { flag, rule, subject, step: step satisfies Step, by, reason };
    return { life: taken.value, station, input: store(station, "step", atMs, { step: told }), told };
  });

  const set = raw.transaction((station: string, one: RuleSetting, atMs: number) => {
    const { id, rule, muted, parameters, reason, by, untilMs } = one;
    addSetting.run(id, station, rule, muted ? 1 : 0, JSON.stringify(parameters), reason, by, atMs, untilMs);
    const detail = { station, rule, muted, parameters, reason, untilMs };
    audit.append({ atMs, who: by, action: muted ? "rule.mute" : "rule.tune", subject: id, detail });
    return store(station, "setting", atMs, { change: { set: one } });
  });

  const withdraw = raw.transaction((id: string, by: string, atMs: number) => {
    if (endSetting.run(atMs, by, id, atMs).changes === 0) return undefined;
    const { station } = setting.get(id)!;
    audit.append({ atMs, who: by, action: "rule.withdraw", subject: id, detail: { station } });
    return { station, input: store(station, "setting", atMs, { change: { withdraw: id } }) };
  });

  return {
    step: async (order) => step(order),
    life: async (flag) => lives.get(flag)?.life ?? "open",
    history: async (subject): Promise<ChainedEntry[]> => audit.of(subject),
    set: async (station, one, atMs) => set(station, one, atMs),
    withdraw: async (id, by, atMs) => withdraw(id, by, atMs),
    settings: async () => settings.all().map(settingOf),
  };
}

function settingOf(row: SettingColumns): SettingRow {
  return {
    id: row.id,
    station: row.station,
    rule: row.rule,
    muted: row.muted === 1,
    parameters: JSON.parse(row.parameters) as RuleSetting["parameters"],
    reason: row.reason,
    by: row.who,
    fromMs: row.from_ms,
    untilMs: row.until_ms,
    withdrawnMs: row.withdrawn_ms,
    withdrawnBy: row.withdrawn_by,
  };
}
