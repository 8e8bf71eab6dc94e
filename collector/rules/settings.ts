/**
 * What officials have set for rules at one station: other parameters, or silence, each with an end. Settings come in as
 * inputs, in their order, so that a re-run knows what was in force when.
 */
import type { Parameters } from "./rule.ts";

export interface RuleSetting {
  id: string;
  rule: string;
  /** true: the rule's findings raise no flag while this lasts */
  muted: boolean;
  /** parameters that differ from the configuration's */
  parameters: Parameters;
  reason: string;
  by: string;
  /** epoch ms: after this it is no longer in force */
  untilMs: number;
}

/** A setting, or the end of one before its time. */
export type SettingChange = { set: RuleSetting } | { withdraw: string };

export interface InForce {
  muted: boolean;
  parameters: Parameters;
}

const NOTHING: InForce = { muted: false, parameters: {} };

/** The settings of one station. JSON inside. */
export class SettingsBook {
  #settings: RuleSetting[];

  /** @param settings as {@link SettingsBook.toJSON} gave them */
  constructor(settings: readonly RuleSetting[] = []) {
    this.#settings = [...settings];
  }

  take(change: SettingChange, atMs: number): void {
    const gone = "withdraw" in change ? change.withdraw : undefined;
    this.#settings = this.#settings.filter((one) => one.id !== gone && one.untilMs > atMs);
    if ("set" in change) this.#settings.push(change.set);
  }

  /** When the next setting ends, epoch ms; infinity when none does. */
  nextEndMs(): number {
    return Math.min(...this.#settings.map(({ untilMs }) => untilMs));
  }

  /** What is in force for a rule; of several settings the latest wins where they disagree. */
  inForce(rule: string, atMs: number): InForce {
    const mine = this.#settings.filter((one) => one.rule === rule && one.untilMs > atMs);
    if (mine.length === 0) return NOTHING;
    return {
      muted: mine.some(({ muted }) => muted),
      parameters: Object.assign({}, ...mine.map(({ parameters }) => parameters)) as Parameters,
    };
  }

  /** For the checkpoint. */
  toJSON(): readonly RuleSetting[] {
    return this.#settings;
  }
}
