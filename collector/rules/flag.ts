/** A flag's growth: what a verdict makes of the flag that is open, or of none. Pure; ids come from outside. */
import { limits } from "../limits.ts";
import type { EvidenceRange, Figures, Parameters, Rule, Severity, Text, Verdict } from "./rule.ts";
import { weighed } from "./severity.ts";

export interface FlagRow {
  id: string;
  rule: string;
  station: string;
  subject: string;
  severity: Severity;
  state: "open" | "ended";
  fromMs: number;
  untilMs: number;
  endedMs: number | null;
  findings: number;
  figures: Figures;
  threshold: Parameters;
  text: Text;
  evidence: readonly EvidenceRange[];
}

export type Finding = Extract<Verdict, { verdict: "finding" }>;

const RANK: Record<Severity, number> = { notice: 0, medium: 1, high: 2 };

/** A new flag from its first finding. */
export function openFlag(
  rule: Rule,
  finding: Finding,
  place: { id: string; station: string; threshold: Parameters; earlier: number },
): FlagRow {
  const { id, station, threshold, earlier } = place;
  const row: FlagRow = {
    id,
    station,
    threshold,
    rule: rule.id,
    subject: finding.subject,
    severity: weighed(rule, finding.severity ?? rule.severity, finding.figures, earlier),
    state: "open",
    fromMs: finding.fromMs ?? finding.atMs,
    untilMs: finding.atMs,
    endedMs: null,
    findings: 1,
    figures: finding.figures,
    text: { zh: "", en: "" },
    evidence: compact(finding.evidence),
  };
  return { ...row, text: rule.text(row) };
}

/** The flag with one more finding of the same fault. @param earlier flags of the same cause within a year */
export function growFlag(rule: Rule, flag: FlagRow, finding: Finding, earlier: number): FlagRow {
  const figures = (rule.merge ?? mergeFigures)(flag.figures, finding.figures);
  const severity = weighed(rule, finding.severity ?? rule.severity, figures, earlier);
  const row: FlagRow = {
    ...flag,
    severity: RANK[severity] > RANK[flag.severity] ? severity : flag.severity,
    fromMs: Math.min(flag.fromMs, finding.fromMs ?? finding.atMs),
    untilMs: Math.max(flag.untilMs, finding.atMs),
    findings: flag.findings + 1,
    figures,
    evidence: compact([...flag.evidence, ...finding.evidence]),
  };
  return { ...row, text: rule.text(row) };
}

/** The flag whose cause is over. */
export function endFlag(flag: FlagRow, atMs: number): FlagRow {
  return { ...flag, state: "ended", endedMs: atMs };
}

/** The latest figures, except that what stood before the fault keeps its first value. */
function mergeFigures(before: Figures, now: Figures): Figures {
  const kept = Object.entries(before).filter(([name]) => /^(previous|first)[A-Z]/.test(name));
  return { ...now, ...Object.fromEntries(kept) };
}

/**
 * Joins ranges that touch or overlap, in order of gateway and seq. Of more than the limit, the first and the last stay:
 * how it began and how it stands.
 */
export function compact(ranges: readonly EvidenceRange[]): EvidenceRange[] {
  const sorted = [...ranges].sort((a, b) =>
    a.gateway === b.gateway ? a.fromSeq - b.fromSeq : a.gateway < b.gateway ? -1 : 1,
  );
  const joined: EvidenceRange[] = [];
  for (const range of sorted) {
    const last = joined[joined.length - 1];
    if (last !== undefined && last.gateway === range.gateway && range.fromSeq <= last.toSeq + 1) {
      joined[joined.length - 1] = { ...last, toSeq: Math.max(last.toSeq, range.toSeq) };
    } else {
      joined.push({ ...range });
    }
  }
  const most = limits.rules.evidenceRanges;
  return joined.length <= most ? joined : [...joined.slice(0, most / 2), ...joined.slice(-most / 2)];
}
