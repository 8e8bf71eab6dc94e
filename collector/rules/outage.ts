/** What is down or unheard, since when, and whether it was told: one bookkeeping for devices, hubs and seals. */
import { type EvidenceRange, evidenceOf, NONE, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";

export interface Outage {
  /** epoch ms */
  sinceMs: number;
  /** the record that showed it */
  evidence: EvidenceRange;
  told: boolean;
}
/** By name. JSON. */
export type Outages = Record<string, Outage>;

/** Notes that a thing is down; one that is down already stays so. */
export function goneDown(outages: Outages, name: string, { record, atMs }: SeenRecord): Outage {
  const outage = outages[name] ?? { sinceMs: atMs, evidence: evidenceOf(record), told: false };
  outages[name] = outage;
  return outage;
}

/** Notes that it is back: what was told has ended. */
export function back(outages: Outages, subject: string, atMs: number): Verdicts {
  const told = outages[subject]?.told === true;
  delete outages[subject];
  return told ? [{ verdict: "ended", subject, atMs }] : NONE;
}

/** A finding about an outage as it stands at a record. */
export function tell(outage: Outage, subject: string, { record, atMs }: SeenRecord, more: object = {}): Verdict {
  outage.told = true;
  const figures = { silentMs: atMs - outage.sinceMs, ...more };
  const evidence = [outage.evidence, evidenceOf(record)];
  return { verdict: "finding", subject, fromMs: outage.sinceMs, atMs, figures, evidence };
}

/**
 * Tells each outage once, when it has lasted long enough. What is down says nothing: the records of its gateway let it
 * grow.
 * @param isExcused whether something filed covers it now
 */
export function tellLong(
  outages: Outages,
  seen: SeenRecord,
  leastMs: number,
  isExcused: (name: string) => boolean,
): Verdicts {
  let verdicts: Verdict[] | undefined;
  // Nearly always there is nothing: no list is made of it.
  for (const name in outages) {
    const outage = outages[name]!;
    if (outage.told || outage.evidence.gateway !== seen.record.gateway) continue;
    if (seen.atMs - outage.sinceMs < leastMs || isExcused(name)) continue;
    verdicts ??= [];
    verdicts.push(tell(outage, name, seen));
  }
  return verdicts ?? NONE;
}
