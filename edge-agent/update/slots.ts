/** A slot: put together from fetched pieces and from what the box has already, and proved against its signed manifest. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
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

const READ_BYTES = 1024 * 1024;

/** SHA-256 of a file, hex; undefined when it cannot be read. */
export function fileSha256(file: string): string | undefined {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(READ_BYTES);
  try {
    const handle = openSync(file, "r");
    try {
      for (let read = 1; read > 0; ) {
        read = readSync(handle, buffer, 0, READ_BYTES, null);
        hash.update(buffer.subarray(0, read));
      }
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}

/** Whether a version that is installed holds the same file: most of a new version is like the one before. */
export function holdsFile(home: string, { path, bytes, sha256 }: UpdateFile): boolean {
  try {
    if (statSync(join(home, path)).size !== bytes) return false;
  } catch {
    return false;
  }
  return fileSha256(join(home, path)) === sha256;
}

/**
 * Fills a slot. Everything is on disk when it returns.
 * @param frame the signed manifest as it came
 * @param home of the version in force, whose equal files are copied
 * @throws Error when the disk refuses, or a piece is missing
 */
export function fillSlot(
  files: UpdateFiles,
  slot: Slot,
  of: { manifest: UpdateManifest; frame: Uint8Array; home: string },
): void {
  const folder = join(files.folder, slot);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const file of of.manifest.files) {
    const target = join(folder, file.path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
    if (holdsFile(of.home, file)) copyFileSync(join(of.home, file.path), target);
    else writePieces(files.pieces, file, target);
    // Whatever the umask says.
    chmodSync(target, file.executable ? 0o755 : 0o644);
  }
  for (const { path, to } of of.manifest.links) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o755 });
    symlinkSync(to, join(folder, path));
  }
  // Thousands of small files: one order to the file system, not one for each.
  execFileSync("sync", ["--file-system", folder]);
  writeFileSync(files.manifestFile(slot), of.frame, { flush: true });
  execFileSync("sync", ["--file-system", folder]);
}

function writePieces(pieces: string, { path, pieces: parts }: UpdateFile, target: string): void {
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
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * Proves a slot against its manifest: signed by the authority, every file there and as it was signed, and none beside.
 * @returns what is wrong, or undefined
 */
export function slotProblem(files: UpdateFiles, slot: Slot, authority: Verifier): string | undefined {
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
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    // A link to a folder is walked into: what it shows is looked at where it lies.
    const isShown = manifest.value.links.some((link) => path.startsWith(`${link.path}/`));
    if (!entry.isDirectory() && !isShown && !expected.has(path))
      return `slot ${slot} holds ${path}, which was not signed`;
  }
  for (const { path, to } of manifest.value.links) {
    if (linkTarget(join(folder, path)) !== to) return `slot ${slot}: ${path} is not as it was signed`;
  }
  const wrong = manifest.value.files.find(({ path, sha256 }) => fileSha256(join(folder, path)) !== sha256);
  return wrong === undefined ? undefined : `slot ${slot}: ${wrong.path} is not as it was signed`;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
