/**
 * Which sales came in over the live stream a moment ago, so that their rows and nozzles can be pointed out once.
 */

const FRESH_MS = 4000;
const keys = new Set<string>();

/** Marks a sale as just arrived, for four seconds. */
export function markFresh(key: string): void {
  keys.add(key);
  setTimeout(() => keys.delete(key), FRESH_MS);
}

/** Whether the sale came in over the live stream within the last four seconds. */
export function isFresh(key: string): boolean {
  return keys.has(key);
}
