/**
 * A backup of the collector's database while it runs, and its way back. SQLite's online backup copies pages between the
 * writer's transactions, so a copy is one moment of the database, and the writer never waits for it.
 *
 *     collector.db    the copy
 *     audit-head      the signed end of the audit log, taken before the copy: it is never ahead of it
 *     backup.json     what the copy holds, and its SHA-256
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import Database from "better-sqlite3";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { auditCheckpoint } from "../audit/place.ts";
import { syncPath } from "../durable.ts";
import { type ChainCount, checkChains } from "./check-chains.ts";

const COPY = "collector.db";
const HEAD = "audit-head";
const NOTE = "backup.json";

const NoteSchema = Type.Object({
  madeAt: Type.String(),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  gateways: Type.Integer({ minimum: 0 }),
  records: Type.Integer({ minimum: 0 }),
  /** left out by backups of before there was retention */
  thinned: Type.Optional(Type.Integer({ minimum: 0 })),
  lastInput: Type.Integer({ minimum: 0 }),
});
const noteValidator = Compile(NoteSchema);

export interface BackupNote extends ChainCount {
  madeAt: string;
  sha256: string;
  /** id of the newest input that the rules had been given */
  lastInput: number;
}

export interface BackupError {
  code: "exists" | "missing" | "damaged";
  message: string;
  cure: string;
}

/**
 * Makes a backup, and proves it before it says so.
 * @param folder made; must not hold a backup
 * @param nowMs epoch ms
 */
export async function makeBackup(
  database: string,
  folder: string,
  nowMs: number,
): Promise<Result<BackupNote, BackupError>> {
  if (existsSync(join(folder, NOTE))) {
    return fail({ code: "exists", message: `${folder} holds a backup`, cure: "Name another folder." });
  }
  if (!existsSync(database))
    return fail({ code: "missing", message: `${database} is missing`, cure: "Check the path." });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const head = auditCheckpoint(database);
  if (existsSync(head)) copyFileSync(head, join(folder, HEAD));
  const copy = join(folder, COPY);
  const raw = new Database(database, { readonly: true, fileMustExist: true });
  try {
    await raw.backup(copy);
  } finally {
    raw.close();
  }
  asOneFile(copy);
  const checked = contentsOf(copy);
  if (!checked.ok) return checked;
  syncPath(copy);
  const note = { madeAt: formatTime(nowMs), sha256: await sha256Of(copy), ...checked.value };
  // Written last: a folder without it holds a backup that did not come to its end.
  writeFileSync(join(folder, NOTE), `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600, flush: true });
  syncPath(folder);
  return ok(note);
}

/** Proves a backup: the file is what was written, SQLite finds no fault, and every gateway's chain holds. */
export async function verifyBackup(folder: string): Promise<Result<BackupNote, BackupError>> {
  const cure = "Take another backup; keep this one aside.";
  const note = noteOf(folder);
  if (note === undefined) return fail({ code: "missing", message: `${folder} holds no complete backup`, cure });
  const copy = join(folder, COPY);
  if (!existsSync(copy)) return fail({ code: "missing", message: `${copy} is missing`, cure });
  if ((await sha256Of(copy)) !== note.sha256) {
    return fail({ code: "damaged", message: `${copy} is not the file that was written`, cure });
  }
  const checked = contentsOf(copy);
  if (!checked.ok) return checked;
  const { gateways, records, thinned, lastInput } = checked.value;
  const isSame =
    gateways === note.gateways && records === note.records && thinned === note.thinned && lastInput === note.lastInput;
  return isSame ? ok(note) : fail({ code: "damaged", message: `${copy} does not hold what ${NOTE} says`, cure });
}

/**
 * Puts a backup in the place of a database that is not there (any more), after proving it.
 * @returns what it holds
 */
export async function restoreBackup(folder: string, database: string): Promise<Result<BackupNote, BackupError>> {
  for (const file of [database, `${database}-wal`, auditCheckpoint(database)]) {
    if (existsSync(file)) {
      const cure = "Stop the collector and move the old files away first: nothing is overwritten.";
      return fail({ code: "exists", message: `${file} is there`, cure });
    }
  }
  const verified = await verifyBackup(folder);
  if (!verified.ok) return verified;
  mkdirSync(dirname(database), { recursive: true });
  const restoring = `${database}.restoring`;
  copyFileSync(join(folder, COPY), restoring);
  // The backup has just been proved: what is copied byte by byte needs no second walk along its chains.
  if ((await sha256Of(restoring)) !== verified.value.sha256) {
    rmSync(restoring, { force: true });
    const message = `${restoring} is not what was copied`;
    return fail({ code: "damaged", message, cure: "Look at the disk, and restore again." });
  }
  if (existsSync(join(folder, HEAD))) {
    copyFileSync(join(folder, HEAD), auditCheckpoint(database));
    syncPath(auditCheckpoint(database));
  }
  // A restore that was told to be done must stand after a power cut as well.
  syncPath(restoring);
  renameSync(restoring, database);
  syncPath(dirname(database));
  return verified;
}

/** A copy keeps the writer's mode of its log, and is nobody else's to read; without its log file it is complete by itself. */
function asOneFile(copy: string): void {
  const raw = new Database(copy);
  raw.pragma("journal_mode = DELETE");
  raw.close();
  chmodSync(copy, 0o600);
}

function contentsOf(copy: string): Result<ChainCount & { lastInput: number }, BackupError> {
  const damaged = (message: string): Result<never, BackupError> =>
    fail({ code: "damaged", message, cure: "Take another backup, and look at the disk." });
  try {
    const raw = new Database(copy, { readonly: true, fileMustExist: true });
    try {
      const fault = raw.pragma("integrity_check(1)", { simple: true });
      if (fault !== "ok") return damaged(`SQLite: ${String(fault)}`);
      const chains = checkChains(raw);
      if (!chains.ok) return damaged(chains.error);
      const { id } = raw.prepare("SELECT coalesce(max(id), 0) AS id FROM input").get() as { id: number };
      return ok({ ...chains.value, lastInput: id });
    } finally {
      raw.close();
    }
  } catch (error) {
    return damaged(`${copy}: ${(error as Error).message}`);
  }
}

function noteOf(folder: string): BackupNote | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, NOTE), "utf8"));
    return noteValidator.Check(value) ? { thinned: 0, ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
