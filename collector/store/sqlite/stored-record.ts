/** A journal line that the store kept, as a record again. */
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import type { SeenRecord } from "../../rules/rule.ts";

/**
 * A line that was checked when it was stored.
 * @throws Error when it no longer reads: the database was changed behind our back
 */
export function storedRecord(line: string): SeenRecord {
  const record = parseLine(line);
  if (!record.ok) throw new Error(`a stored record cannot be read: ${record.error.message}`);
  return { record: record.value, atMs: parseTime(record.value.at) ?? 0 };
}
