/** Makes what was written last: a file's content, or the names in a folder after a rename. */
import { closeSync, fsyncSync, openSync } from "node:fs";

/** @param path a file or a folder @throws Error when the disk refuses */
export function syncPath(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
