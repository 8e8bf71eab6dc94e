/** Where commands to gateways are kept, with what became of them. */
import { commandLimits } from "@forecourt/protocol/commands/schema.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type Database from "better-sqlite3";
import type { CommandState } from "../../commands/state.ts";
import { limits } from "../../limits.ts";
import type { CommandRow, CommandStore } from "../commands.ts";

/** The step of the schema. */
export const commandTables: readonly string[] = [
  `CREATE TABLE command (no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, gateway TEXT NOT NULL,
    station TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, issued_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL, message BLOB NOT NULL, state TEXT NOT NULL, reason TEXT, text TEXT,
    answered_ms INTEGER) STRICT`,
  "CREATE INDEX command_by_gateway ON command (gateway, no)",
];

interface Row {
  id: string;
  gateway: string;
  station: string;
  name: string;
  body: string;
  issued_ms: number;
  expires_ms: number;
  message: Buffer;
  state: string;
  reason: string | null;
  text: string | null;
  answered_ms: number | null;
}

/** The commands' side of the store. */
export function sqliteCommands(raw: Database.Database): CommandStore {
  const insert = raw.prepare(
    `INSERT INTO command (id, gateway, station, name, body, issued_ms, expires_ms, message, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'issued')`,
  );
  const get = raw.prepare<[string], Row>("SELECT * FROM command WHERE id = ?");
  // Both conditions may be left out; counties are a JSON array of codes.
  const newest = raw.prepare<[{ gateway: string | null; counties: string | null; limit: number }], Row>(
    `SELECT * FROM command WHERE (@gateway IS NULL OR gateway = @gateway)
       AND (@counties IS NULL OR substr(station, 1, 6) IN (SELECT value FROM json_each(@counties)))
     ORDER BY no DESC LIMIT @limit`,
  );
  const open = raw.prepare<[string, number, number, number], Row>(
    `SELECT * FROM command WHERE gateway = ?
       AND ((state = 'issued' AND expires_ms > ?) OR (state = 'accepted' AND expires_ms > ?)) ORDER BY no LIMIT ?`,
  );
  const update = raw.prepare(
    "UPDATE command SET state = ?, reason = ?, text = ?, answered_ms = ? WHERE id = ? AND state = ?",
  );
  return {
    add: async ({ id, gateway, station, name, body, issuedMs, expiresMs, message }) => {
      insert.run(id, gateway, station, name, body, issuedMs, expiresMs, message);
    },
    get: async (id) => rowOf(get.get(id)),
    list: async ({ gateway = null, counties }, limit) =>
      newest
        .all({ gateway, counties: counties === "all" ? null : JSON.stringify([...counties]), limit })
        .map(rowOfKnown),
    // A command that has begun may end after its time; a gateway that never says so is not asked for ever.
    open: async (gateway, nowMs) =>
      open.all(gateway, nowMs, nowMs - commandLimits.lifeMs, limits.commands.openOfGateway).map(rowOfKnown),
    answered: async (id, { from, state, reason, text, answeredMs }) => {
      update.run(state, reason, text === "" ? null : text, answeredMs, id, from);
    },
  };
}

function rowOf(row: Row | undefined): CommandRow | undefined {
  return row === undefined ? undefined : rowOfKnown(row);
}

function rowOfKnown(row: Row): CommandRow {
  return {
    id: row.id,
    gateway: row.gateway as GatewayId,
    station: row.station,
    name: row.name,
    body: row.body,
    issuedMs: row.issued_ms,
    expiresMs: row.expires_ms,
    message: row.message,
    state: row.state as CommandState,
    reason: row.reason,
    text: row.text,
    answeredMs: row.answered_ms,
  };
}
