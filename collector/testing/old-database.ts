/** A database as an earlier version of this program left it. */
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations } from "../store/sqlite/migrations.ts";
import { makeDurable } from "../store/sqlite/open.ts";

/**
 * Makes an empty database and brings it as far as one step of the schema, and no further.
 * @param file must not be there
 */
export async function emptyAt(file: string, step: string): Promise<Database.Database> {
  const raw = new Database(file);
  makeDurable(raw);
  const typed = new Kysely<unknown>({ dialect: new SqliteDialect({ database: raw }) });
  const { error } = await new Migrator({ db: typed, provider: migrations }).migrateTo(step);
  if (error !== undefined) throw error;
  return raw;
}
