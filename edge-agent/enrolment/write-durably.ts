/** Writes a small file so that it is on disk when the call returns. */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** @throws Error when the disk refuses */
export function writeDurably(file: string, text: string): void {
  const handle = openSync(file, "w", 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
