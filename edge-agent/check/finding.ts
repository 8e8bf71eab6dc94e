/** What one check found: a verdict, what was seen, and what to do about it, in Chinese and English. */
import type { AgentConfig } from "../config.ts";

/** `skipped` is no verdict: the check could not be made now, and the text says why. */
export type Verdict = "ok" | "warn" | "fail" | "skipped";

export interface Text {
  zh: string;
  en: string;
}

export interface Finding {
  check: string;
  /** a line, a device, a broker, a file; empty when the check has one subject only */
  subject: string;
  verdict: Verdict;
  seen: Text;
  /** what to do; null when there is nothing to be done */
  cure: Text | null;
}

export interface CheckContext {
  config: AgentConfig;
  /** process id of the agent that runs on the same state folder, if one does */
  runningPid: number | undefined;
  /** epoch ms */
  nowMs: number;
}

/** One check: a name and a probe. Judging what the probe saw is done by pure functions beside it. */
export interface Check {
  name: string;
  run(of: CheckContext): Promise<Finding[]> | Finding[];
}

type Judged = Pick<Finding, "verdict" | "seen" | "cure">;

export function good(zh: string, en: string): Judged {
  return { verdict: "ok", seen: { zh, en }, cure: null };
}

export function bad(verdict: "warn" | "fail", seen: Text, cure: Text): Judged {
  return { verdict, seen, cure };
}

export function skipped(zh: string, en: string): Judged {
  return { verdict: "skipped", seen: { zh, en }, cure: null };
}

/** 0: all is well. 1: something needs attention. 2: something must be mended. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ verdict }) => verdict === "fail")) return 2;
  return findings.some(({ verdict }) => verdict === "warn") ? 1 : 0;
}
