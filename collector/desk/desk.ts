/** The desk: officials take flags through their life and set rules for a station; every act is in the audit log. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Registry } from "../registry/registry.ts";
import { catalogue } from "../rules/catalogue.ts";
import type { Parameters, RuleInput } from "../rules/rule.ts";
import type { Life, Step } from "./flag-life.ts";
import type { DeskStore, SettingRow } from "./store.ts";

export interface DeskParts {
  store: DeskStore;
  registry: Registry;
  /** Signs the audit log's head. */
  sign: () => Promise<void>;
  /** epoch ms */
  now: () => number;
  newId: () => string;
  /** Hands the rules an input that was stored. */
  onInput: (station: string, id: number, input: RuleInput) => void;
}

export interface DeskError {
  code: "flag" | "step" | "reason" | "station" | "rule" | "parameter" | "until" | "setting";
  message: string;
  cure: string;
}

export interface SettingOrder {
  station: string;
  rule: string;
  muted: boolean;
  parameters: Parameters;
  reason: string;
  by: string;
  untilMs: number;
}

/** A setting is for a while: what should hold for ever belongs into the configuration. */
const LONGEST_MS = 366 * 86_400_000;

export class Desk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Takes a flag a step on. */
  async step(order: { flag: string; step: Step; by: string; reason: string | null }): Promise<Result<Life, DeskError>> {
    const { store, now, onInput } = this.#parts;
    const atMs = now();
    const taken = await store.step({ ...order, atMs });
    if (taken === "no-such-flag") {
      return fail({ code: "flag", message: `there is no flag ${order.flag}`, cure: "Check the id." });
    }
    if ("code" in taken) {
      const cure = taken.code === "reason" ? "Say what it rests on." : "Take one of the possible steps.";
      return fail({ code: taken.code === "reason" ? "reason" : "step", message: taken.message, cure });
    }
    onInput(taken.station, taken.input, { kind: "step", atMs, step: taken.told });
    await this.#parts.sign();
    return ok(taken.life);
  }

  /** Tunes or mutes a rule at one station, for a while. */
  async set(order: SettingOrder): Promise<Result<string, DeskError>> {
    const { store, now, newId, onInput } = this.#parts;
    const atMs = now();
    const wrong = this.#fault(order, atMs);
    if (wrong !== undefined) return fail(wrong);
    const { station, ...rest } = order;
    const setting = { id: newId(), ...rest };
    const input = await store.set(station, setting, atMs);
    onInput(station, input, { kind: "setting", atMs, change: { set: setting } });
    await this.#parts.sign();
    return ok(setting.id);
  }

  /** Ends a setting before its time. */
  async withdraw(id: string, by: string): Promise<Result<void, DeskError>> {
    const { store, now, onInput } = this.#parts;
    const atMs = now();
    const withdrawn = await store.withdraw(id, by, atMs);
    if (withdrawn === undefined) {
      const cure = "It has ended, was withdrawn, or never was.";
      return fail({ code: "setting", message: `no setting ${id} is in force`, cure });
    }
    onInput(withdrawn.station, withdrawn.input, { kind: "setting", atMs, change: { withdraw: id } });
    await this.#parts.sign();
    return ok(undefined);
  }

  settings(): Promise<SettingRow[]> {
    return this.#parts.store.settings();
  }

  life(flag: string): Promise<Life> {
    return this.#parts.store.life(flag);
  }

  /** Who did what to a flag or setting. */
  history(subject: string) {
    return this.#parts.store.history(subject);
  }

  #fault({ station, rule: id, parameters, untilMs, reason, muted }: SettingOrder, atMs: number): DeskError | undefined {
    if (this.#parts.registry.station(station) === undefined) {
      return { code: "station", message: `there is no station ${station}`, cure: "Check the id." };
    }
    const rule = catalogue.find((one) => one.id === id);
    if (rule === undefined) return { code: "rule", message: `there is no rule ${id}`, cure: "See /api/v1/rules." };
    const foreign = Object.keys(parameters).find((name) => !Object.hasOwn(rule.parameters, name));
    if (foreign !== undefined) {
      const names = Object.keys(rule.parameters).join(", ") || "none";
      return { code: "parameter", message: `rule ${id} has no parameter ${foreign}`, cure: `It has: ${names}.` };
    }
    if (!muted && Object.keys(parameters).length === 0) {
      return { code: "parameter", message: "the setting changes nothing", cure: "Mute the rule, or give a parameter." };
    }
    // Not a number is neither: it fails as well.
    if (!(untilMs > atMs && untilMs - atMs <= LONGEST_MS)) {
      const cure = "Give an end within a year; what should hold for ever belongs into the configuration.";
      return { code: "until", message: "the end lies in the past or more than a year ahead", cure };
    }
    if (reason.trim().length < 3) return { code: "reason", message: "a reason is needed", cure: "Say why." };
    return undefined;
  }
}
