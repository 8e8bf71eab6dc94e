/** Fetches what is missing of an update, piece by piece: an interruption costs one piece, and equal files cost nothing. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { UpdateManifest, UpdatePiece } from "@forecourt/protocol/update/manifest.ts";
import { replaceFile } from "../disk/replace-file.ts";
import { holdsFile } from "./slots.ts";

export interface FetchError {
  /** network: try again later; missing: there is no such bundle; short: less came than was asked for */
  code: "network" | "missing" | "short";
  message: string;
}

/** Fetches bytes of a file of the bundle, from `at` on; with `bytes` undefined all of a small file. */
export type Fetch = (file: string, range?: { at: number; bytes: number }) => Promise<Result<Buffer, FetchError>>;

/** One request brings at most so much: it is held in memory, and lost when the line breaks. */
const RANGE_BYTES = 2 * 1024 * 1024;

/** Over so many bytes that are not wanted one request goes on: a round trip over a bad line costs more. */
const BRIDGE_BYTES = 32 * 1024;

/** Neighbouring pieces that are fetched with one request. */
export interface PieceRange {
  at: number;
  bytes: number;
  pieces: UpdatePiece[];
}

/** Groups missing pieces into requests. Pure. @param pieces in any order; doubles count once */
export function rangesOf(pieces: readonly UpdatePiece[]): PieceRange[] {
  const ranges: PieceRange[] = [];
  const once = new Map(pieces.map((piece) => [piece.at, piece]));
  for (const piece of [...once.values()].sort((a, b) => a.at - b.at)) {
    const last = ranges.at(-1);
    const reach = last === undefined ? 0 : piece.at + piece.bytes - last.at;
    if (last !== undefined && piece.at - last.at - last.bytes <= BRIDGE_BYTES && reach <= RANGE_BYTES) {
      last.pieces.push(piece);
      last.bytes = reach;
    } else ranges.push({ at: piece.at, bytes: piece.bytes, pieces: [piece] });
  }
  return ranges;
}

/** The pieces of files that no installed version holds. */
export async function piecesWanted(
  manifest: UpdateManifest,
  home: string,
  signal: AbortSignal,
): Promise<UpdatePiece[]> {
  const wanted: UpdatePiece[] = [];
  for (const file of manifest.files) if (!(await holdsFile(home, file, signal))) wanted.push(...file.pieces);
  return wanted;
}

/**
 * Fetches pieces into a folder. Those that lie there already are not fetched again, strangers are removed.
 * @returns how many bytes were fetched; an error leaves what has come
 */
export async function fetchPieces(
  folder: string,
  wanted: readonly UpdatePiece[],
  of: { pack: string; fetch: Fetch; signal: AbortSignal },
): Promise<Result<number, FetchError>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = new Set(wanted.map(({ sha256 }) => sha256));
  for (const name of readdirSync(folder)) if (!names.has(name)) rmSync(join(folder, name), { force: true });
  let fetched = 0;
  for (const range of rangesOf(wanted.filter((piece) => !isThere(folder, piece)))) {
    if (of.signal.aborted) return fail({ code: "network", message: "the agent stops" });
    const came = await of.fetch(of.pack, { at: range.at, bytes: range.bytes });
    if (!came.ok) return came;
    fetched += came.value.length;
    for (const piece of range.pieces) {
      const bytes = came.value.subarray(piece.at - range.at, piece.at - range.at + piece.bytes);
      if (createHash("sha256").update(bytes).digest("hex") !== piece.sha256) {
        const message = `the piece at ${piece.at} is not what was signed (${bytes.length} of ${piece.bytes} bytes came)`;
        return fail({ code: "short", message });
      }
      replaceFile(join(folder, piece.sha256), bytes);
    }
  }
  return ok(fetched);
}

/** Written in one step, so the right size says that all of it is there; what it says is proved when it is used. */
function isThere(folder: string, { sha256, bytes }: UpdatePiece): boolean {
  const file = join(folder, sha256);
  return existsSync(file) && statSync(file).size === bytes;
}
