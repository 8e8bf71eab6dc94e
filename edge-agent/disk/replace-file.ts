/** Small files that must survive a power cut: whatever happens, the old text stands there afterwards, or the new one. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Readable by its owner alone, unless somebody says otherwise. */
const OWNER_ONLY = 0o600;

/**
 * Puts a text, or bytes, in a file's place, on disk when the call returns.
 * @throws Error with a `code` when the disk refuses; the old text stands then
 */
export function replaceFile(file: string, text: string | Uint8Array, mode = OWNER_ONLY): void {
  const fresh = `${file}.new`;
  const handle = openSync(fresh, "w", mode);
  try {
    const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
    if (writeSync(handle, bytes) !== bytes.length) {
      throw Object.assign(new Error(`short write of ${file}`), { code: "ENOSPC" });
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
  syncFolder(dirname(file));
}

/** Makes renames in a folder last. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
