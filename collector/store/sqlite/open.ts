/** Opens the SQLite database so that what was committed survives a power cut, and brings its schema up to date. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";

export interface SqliteDatabase {
  raw: Database.Database;
  typed: Kysely<Tables>;
}

const OWNER_ONLY = 0o600;

/**
 * @param file path of the database; made when missing
 * @throws Error when it cannot be opened, or was made by a newer version
 */
export async function openDatabase(file: string): Promise<SqliteDatabase> {
  keepToOwner(file);
  const raw = new Database(file);
  await refuseNewer(raw);
  makeDurable(raw);
  const typed = new Kysely<Tables>({ dialect: new SqliteDialect({ database: raw }) });
  const { error } = await new Migrator({ db: typed, provider: migrations }).migrateToLatest();
  if (error !== undefined) throw error;
  return { raw, typed };
}

/** Nobody else on the machine reads it. SQLite gives the files beside it (-wal, -shm) the mode of the database. */
function keepToOwner(file: string): void {
  if (file === ":memory:") return;
  closeSync(openSync(file, "a", OWNER_ONLY));
  for (const one of [file, `${file}-wal`, `${file}-shm`]) {
    const facts = statSync(one, { throwIfNoEntry: false });
    // Of another user it is theirs to keep: that user's next start does it.
    if (facts !== undefined && (facts.mode & 0o077) !== 0 && isOurs(facts.uid)) chmodSync(one, OWNER_ONLY);
  }
}

function isOurs(uid: number): boolean {
  const own = process.getuid?.();
  return own === uid || own === 0;
}

/**
 * A newer program may have changed what tables mean: an older one must not write into them, nor go back silently.
 * @throws Error when the database knows a step of the schema that this program does not
 */
async function refuseNewer(raw: Database.Database): Promise<void> {
  const table = raw.prepare("SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'").get();
  if (table === undefined) return;
  const done = raw.prepare<[], { name: string }>("SELECT name FROM kysely_migration ORDER BY name").all();
  const known = await migrations.getMigrations();
  const strange = done.filter(({ name }) => !Object.hasOwn(known, name)).map(({ name }) => name);
  if (strange.length === 0) return;
  raw.close();
  throw new Error(
    `the database was made by a newer version (${strange.join(", ")}): install that version, or restore a backup`,
  );
}

/** WAL lets readers go on while a batch is written; FULL makes every commit wait for the disk. */
export function makeDurable(raw: Database.Database): void {
  raw.pragma("journal_mode = WAL");
  raw.pragma("synchronous = FULL");
  raw.pragma("busy_timeout = 5000");
  raw.pragma("cache_size = -65536");
}
