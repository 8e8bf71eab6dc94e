/** What a run of inputs through the engine changed: flags, and what the rules could not tell. */
import type { WetstockEvent } from "../wetstock/state.ts";
import type { FlagRow } from "./flag.ts";

export interface Unknown {
  rule: string;
  subject: string;
  reason: string;
  atMs: number;
  count: number;
}

/** A day of which a rule could not say whether anything was wrong. */
export interface Inconclusive {
  rule: string;
  subject: string;
  /** local calendar day, `2026-03-02` */
  day: string;
  reason: string;
}

/** What a run of inputs changed. */
export interface Outcome {
  /** by id, each as it stands now */
  flags: Map<string, FlagRow>;
  /** by rule and subject */
  unknowns: Map<string, Unknown>;
  inconclusive: Inconclusive[];
  verdicts: number;
  /** what the tanks' books told, for whoever asks for it by giving a list */
  wetstock?: WetstockEvent[];
}

/** An outcome that says nothing yet. */
export function emptyOutcome(): Outcome {
  return { flags: new Map(), unknowns: new Map(), inconclusive: [], verdicts: 0 };
}
