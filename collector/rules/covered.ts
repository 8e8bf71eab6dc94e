/** Whether a filed work order makes a change an honest one. */
import type { WorkOrderChange } from "@forecourt/protocol/filings/schema.ts";
import type { RuleContext } from "./rule.ts";

/** Work begins a little early and ends a little late; the record of a change comes when the device answers again. */
const MARGIN_MS = 3_600_000;

/**
 * Whether a work order for one of these changes covers one of the subjects at this moment.
 * @param subjects what changed and what it is part of, for example a nozzle and its tax port
 * @param atMs epoch ms
 */
export function covered(
  { filings }: Pick<RuleContext, "filings">,
  changes: readonly WorkOrderChange[],
  subjects: readonly string[],
  atMs: number,
): boolean {
  return changes.some((change) =>
    subjects.some((subject) => filings.workOrder(change, subject, atMs, MARGIN_MS) !== undefined),
  );
}
