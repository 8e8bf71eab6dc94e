/**
 * A slot: put together from fetched pieces and from what the box has already, and proved against its signed manifest.
 * It has 130 MB: while they are copied and hashed the agent goes on reading its lines, so nothing here takes long at once.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { copyFile, open, readdir, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { zstdDecompressSync } from "node:zlib";
import type { Verifier } from "@forecourt/protocol/batch/signer.ts";
import {
  decodeManifest,
  type UpdateFile,
  type UpdateManifest,
  updateLimits,
} from "@forecourt/protocol/update/manifest.ts";
import type { UpdateFiles } from "./files.ts";
import type { Slot } from "./state.ts";

/** Hashed at once: two milliseconds of a small processor. */
const READ_BYTES = 256 * 1024;
const run = promisify(execFile);

/**
 * SHA-256 of a file, hex; undefined when it cannot be read.
 * @throws what the signal was aborted with
 */
async function fileSha256(file: string, signal?: AbortSignal): Promise<string | undefined> {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(READ_BYTES);
  const handle = await open(file, "r").catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    await handle.close();
  }
}

/** Whether a version that is installed holds the same file: most of a new version is like the one before. */
export async function holdsFile(home: string, of: UpdateFile, signal?: AbortSignal): Promise<boolean> {
  const { path, bytes, sha256 } = of;
  try {
    if (statSync(join(home, path)).size !== bytes) return false;
  } catch {
    return false;
  }
  return (await fileSha256(join(home, path), signal)) === sha256;
}

/**
 * Fills a slot. Everything is on disk when it returns.
 * @param frame the signed manifest as it came
 * @param home of the version in force, whose equal files are copied
 * @throws Error when the disk refuses, a piece is missing, or the signal is aborted; the slot then holds no version
 */
export async function fillSlot(
  files: UpdateFiles,
  slot: Slot,
  of: { manifest: UpdateManifest; frame: Uint8Array; home: string; signal: AbortSignal },
): Promise<void> {
  const folder = join(files.folder, slot);
  await rm(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const file of of.manifest.files) {
    const target = join(folder, file.path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
    if (await holdsFile(of.home, file, of.signal)) await copyFile(join(of.home, file.path), target);
    else await writePieces(files.pieces, file, target);
    // Whatever the umask says.
    chmodSync(target, file.executable ? 0o755 : 0o644);
  }
  for (const { path, to } of of.manifest.links) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o755 });
    symlinkSync(to, join(folder, path));
  }
  // Thousands of small files: one order to the file system, not one for each.
  await run("sync", ["--file-system", folder]);
  of.signal.throwIfAborted();
  writeFileSync(files.manifestFile(slot), of.frame, { flush: true });
  await run("sync", ["--file-system", folder]);
}

async function writePieces(pieces: string, { path, pieces: parts }: UpdateFile, target: string): Promise<void> {
  const handle = openSync(target, "w", 0o644);
  try {
    for (const { sha256, plainBytes } of parts) {
      const plain = zstdDecompressSync(readFileSync(join(pieces, sha256)), {
        maxOutputLength: updateLimits.pieceBytes,
      });
      if (plain.length !== plainBytes)
        throw new Error(`a piece of ${path} has ${plain.length} bytes, not ${plainBytes}`);
      if (writeSync(handle, plain) !== plain.length)
        throw Object.assign(new Error(`short write of ${path}`), { code: "ENOSPC" });
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * Proves a slot against its manifest: signed by the authority, every file there and as it was signed, and none beside.
 * @returns what is wrong, or undefined
 * @throws what the signal was aborted with
 */
export async function slotProblem(
  files: UpdateFiles,
  slot: Slot,
  authority: Verifier,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const folder = join(files.folder, slot);
  let frame: Buffer;
  try {
    frame = readFileSync(files.manifestFile(slot));
  } catch {
    return `slot ${slot} holds no manifest`;
  }
  const manifest = decodeManifest(frame, authority);
  if (!manifest.ok) return `slot ${slot}: ${manifest.error.message}`;
  const expected = new Set([...manifest.value.files, ...manifest.value.links].map(({ path }) => path));
  expected.add(relative(folder, files.manifestFile(slot)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    // A link to a folder is walked into: what it shows is looked at where it lies.
    const isShown = manifest.value.links.some((link) => path.startsWith(`${link.path}/`));
    if (!entry.isDirectory() && !isShown && !expected.has(path))
      return `slot ${slot} holds ${path}, which was not signed`;
  }
  for (const { path, to } of manifest.value.links) {
    if (linkTarget(join(folder, path)) !== to) return `slot ${slot}: ${path} is not as it was signed`;
  }
  for (const { path, sha256 } of manifest.value.files) {
    if ((await fileSha256(join(folder, path), signal)) !== sha256)
      return `slot ${slot}: ${path} is not as it was signed`;
  }
  return undefined;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
