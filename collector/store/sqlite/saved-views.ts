/** The views that people keep, in SQLite. */
import type Database from "better-sqlite3";
import type { SavedViewRow, SavedViewStore, ViewPage } from "../../saved-views/store.ts";

/** The step of the schema. */
export const savedViewTables: readonly string[] = [
  `CREATE TABLE saved_view (id TEXT PRIMARY KEY, account TEXT NOT NULL, who TEXT NOT NULL, unit TEXT, page TEXT NOT NULL,
    name TEXT NOT NULL, query TEXT NOT NULL, made_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  "CREATE INDEX saved_view_by_account ON saved_view (account, page)",
  "CREATE INDEX saved_view_by_unit ON saved_view (unit, page) WHERE unit IS NOT NULL",
];

export function sqliteSavedViews(raw: Database.Database): SavedViewStore {
  const own = raw.prepare<[string, string | null, ViewPage], SavedViewRow>(
    `SELECT id, account, who, unit, page, name, query, made_ms AS madeMs FROM saved_view
     WHERE (account = ? OR unit = ?) AND page = ? ORDER BY name, made_ms`,
  );
  const count = raw.prepare<[string], { views: number }>("SELECT count(*) AS views FROM saved_view WHERE account = ?");
  const add = raw.prepare("INSERT INTO saved_view VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const remove = raw.prepare("DELETE FROM saved_view WHERE account = ? AND id = ?");
  const keep = raw.transaction((view: SavedViewRow, most: number): boolean => {
    if ((count.get(view.account)?.views ?? 0) >= most) return false;
    const { id, account, who, unit, page, name, query, madeMs } = view;
    add.run(id, account, who, unit, page, name, query, madeMs);
    return true;
  });
  return {
    of: async ({ account, unit }, page) => own.all(account, unit, page),
    keep: async (view, most) => keep(view, most),
    remove: async (account, id) => remove.run(account, id).changes > 0,
  };
}
