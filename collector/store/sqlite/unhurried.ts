/** A commit that does not wait for the disk. */
import type Database from "better-sqlite3";

/**
 * Commits without waiting for the disk. After a power cut the last such commits may be gone, whole and in order: only for
 * what is made again from what was stored before.
 */
export function unhurried(raw: Database.Database, commit: () => void): void {
  raw.pragma("synchronous = NORMAL");
  try {
    commit();
  } finally {
    raw.pragma("synchronous = FULL");
  }
}
