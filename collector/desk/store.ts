/** What the desk keeps: where each flag stands in people's hands, and what was set for rules, with who and why. */
import type { ChainedEntry } from "../audit/chain.ts";
import type { RuleSetting } from "../rules/settings.ts";
import type { Life, Step, StepError } from "./flag-life.ts";

/** A step of a flag as the rules are told of it. */
export interface FlagStep {
  flag: string;
  rule: string;
  subject: string;
  step: Step;
  by: string;
  reason: string | null;
}

export interface StepOrder {
  flag: string;
  step: Step;
  by: string;
  reason: string | null;
  /** epoch ms */
  atMs: number;
}

export interface StepTaken {
  life: Life;
  station: string;
  /** id of the rules' input */
  input: number;
  told: FlagStep;
}

/** A setting with its place and its end. */
export interface SettingRow extends RuleSetting {
  station: string;
  fromMs: number;
  withdrawnMs: number | null;
  withdrawnBy: string | null;
}

export interface DeskStore {
  /** Takes a step, with its audit entry and the rules' input, in one transaction. */
  step(order: StepOrder): Promise<StepTaken | StepError | "no-such-flag">;
  life(flag: string): Promise<Life>;
  /** What was done to a flag or setting, oldest first. */
  history(subject: string): Promise<ChainedEntry[]>;
  /** @returns id of the rules' input */
  set(station: string, setting: RuleSetting, atMs: number): Promise<number>;
  /** Ends a setting before its time. @returns undefined when it is not in force */
  withdraw(id: string, by: string, atMs: number): Promise<{ station: string; input: number } | undefined>;
  settings(): Promise<SettingRow[]>;
}
