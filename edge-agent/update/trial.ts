/** Whether a new version does its work: what must be seen within its trial before it stays. Pure. */

export interface TrialSigns {
  /** devices that were read just before the switch */
  wanted: readonly string[];
  /** devices that this version has read */
  read: readonly string[];
  /** the collector has receipted something of this version */
  isReached: boolean;
  /** the journal was opened, and its end could be read */
  isJournalReadable: boolean;
}

/** What is still missing; empty when the version stays. */
export function missingSigns({ wanted, read, isReached, isJournalReadable }: TrialSigns): string[] {
  const unread = wanted.filter((device) => !read.includes(device));
  return [
    ...(isJournalReadable ? [] : ["the journal cannot be read"]),
    ...(unread.length === 0 ? [] : [`not read: ${unread.slice(0, MOST_NAMED).join(", ")}${more(unread.length)}`]),
    ...(isReached ? [] : ["the collector was not reached"]),
  ];
}

const MOST_NAMED = 5;

function more(count: number): string {
  return count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : "";
}
