/** Reads the lines of a batch as records: each must be of its gateway and stand at its seq. */
import type { ChainedLine } from "@forecourt/protocol/batch/envelope.ts";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { InboxError } from "../errors.ts";
import type { SeenRecord } from "../rules/rule.ts";
import { timeReader } from "./record-time.ts";

/**
 * Parses proved lines.
 * @returns a record for each line, or what is wrong with the first that cannot be taken
 */
export function readRecords(gateway: string, lines: readonly ChainedLine[]): Result<SeenRecord[], InboxError> {
  const records: SeenRecord[] = [];
  const readTime = timeReader();
  for (const { seq, line } of lines) {
    const parsed = parseLine(line);
    if (!parsed.ok) {
      const { message, cure } = parsed.error;
      return fail({ code: "schema", message: `record ${seq}: ${message}`, cure });
    }
    const record = parsed.value;
    if (record.gateway !== gateway || record.seq !== seq) {
      const message = `record ${seq} says that it is record ${record.seq} of ${record.gateway}`;
      return fail({
        code: "schema",
        message,
        cure: "the agent is broken or the batch was forged: compare the journal",
      });
    }
    const atMs = readTime(record.at);
    if (atMs === undefined) {
      const message = `record ${seq}, field /at: ${record.at} is no moment in time`;
      return fail({ code: "schema", message, cure: "the agent's clock or the agent is broken" });
    }
    records.push({ record, atMs });
  }
  return ok(records);
}
