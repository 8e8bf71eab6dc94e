/** Wall displays in SQLite. */
import type Database from "better-sqlite3";
import type { Note } from "../../access/store.ts";
import type { WallRow, WallStore } from "../../access/wall-store.ts";
import type { AuditTable } from "../../audit/table.ts";

/** The step of the schema. */
export const wallTables: readonly string[] = [
  `CREATE TABLE wall (id TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL, madeMs INTEGER NOT NULL,
    codeHash TEXT, codeUntilMs INTEGER NOT NULL, secretHash TEXT, openedMs INTEGER, address TEXT, seenMs INTEGER,
    expiresMs INTEGER NOT NULL, endedMs INTEGER) STRICT, WITHOUT ROWID`,
];

export function sqliteWalls(raw: Database.Database, audit: AuditTable): WallStore {
  const all = raw.prepare<[], WallRow>("SELECT * FROM wall ORDER BY madeMs DESC, id");
  const save = raw.prepare(
    `INSERT OR REPLACE INTO wall VALUES (@id, @name, @account, @madeMs, @codeHash, @codeUntilMs, @secretHash, @openedMs,
      @address, @seenMs, @expiresMs, @endedMs)`,
  );
  const see = raw.prepare("UPDATE wall SET seenMs = ? WHERE id = ?");
  const noted = raw.transaction((wall: WallRow, note: Note) => {
    save.run(wall);
    audit.append(note);
  });
  const seen = raw.transaction((ids: readonly string[], atMs: number) => {
    for (const id of ids) see.run(atMs, id);
  });
  return {
    all: () => all.all(),
    add: (wall, note) => noted(wall, note),
    change: (wall, note) => noted(wall, note),
    seen: (ids, atMs) => seen(ids, atMs),
  };
}
