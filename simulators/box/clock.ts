/**
 * The clock of a box, for a program that knows nothing of it: libfaketime (Debian's package `faketime`) stands between
 * the program and the system's clock, and reads from a file how far it is ahead. The monotonic clock is left alone.
 */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LIBRARIES = "/usr/lib";

/** Where the library is; undefined where it is not installed. */
export function faketimeLibrary(): string | undefined {
  const folders = existsSync(LIBRARIES) ? readdirSync(LIBRARIES) : [];
  return folders.map((name) => join(LIBRARIES, name, "faketime", "libfaketime.so.1")).find((path) => existsSync(path));
}

/** What a program's environment needs so that its clock is the one in the file. */
export function clockEnvironment(library: string, file: string): Record<string, string> {
  setClock(file, 0);
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    // The file is read again after a second.
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
}

/** Sets the clock. @param aheadMs ahead of the right time */
export function setClock(file: string, aheadMs: number): void {
  writeFileSync(`${file}.new`, `${aheadMs < 0 ? "-" : "+"}${(Math.abs(aheadMs) / 1_000).toFixed(3)}\n`);
  renameSync(`${file}.new`, file);
}

/** Removes what libfaketime leaves in shared memory of a program that has ended. */
export function forgetClock(pid: number): void {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`])
    rmSync(join("/dev/shm", name), { force: true });
}
