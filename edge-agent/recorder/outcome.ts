/** What a recorder decides on one observation: records to keep, and polls it wants made soon. */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { Want } from "../lines/reporter.ts";

export interface Outcome {
  records: RecordBody[];
  wants: Want[];
}

export const nothing: Outcome = { records: [], wants: [] };
