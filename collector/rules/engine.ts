/**
 * The engine of one station: hands inputs to the rules in order and turns their verdicts into flags. Pure apart from
 * its own memory; the runner feeds it and stores what it says.
 */
import type { RecordKind } from "@forecourt/protocol/records/schema.ts";
import type { StationEntry } from "../registry/schema.ts";
import { catalogue, parametersOf } from "./catalogue.ts";
import { endFlag, type FlagRow, growFlag, openFlag } from "./flag.ts";
import {
  layoutOf,
  type Parameters,
  type Rule,
  type RuleContext,
  type RuleInput,
  type SeenRecord,
  type Step,
  type Verdict,
} from "./rule.ts";

export interface Unknown {
  rule: string;
  subject: string;
  reason: string;
  atMs: number;
  count: number;
}

/** What a run of inputs changed. */
export interface Outcome {
  /** by id, each as it stands now */
  flags: Map<string, FlagRow>;
  /** by rule and subject */
  unknowns: Map<string, Unknown>;
  verdicts: number;
}

/** What the engine remembers between runs: JSON. */
export interface EngineMemory {
  states: Record<string, unknown>;
  open: readonly FlagRow[];
}

interface Slot {
  rule: Rule;
  context: RuleContext;
  state: unknown;
}

export class StationEngine {
  readonly #station: StationEntry;
  readonly #slots: Slot[];
  readonly #byKind = new Map<RecordKind, Slot[]>();
  readonly #open: Map<string, FlagRow>;
  readonly #newId: () => string;

  /**
   * @param configured parameters by rule id, where they differ from their defaults
   * @param newId makes the id of a new flag
   */
  constructor(
    station: StationEntry,
    configured: Record<string, Parameters>,
    memory: EngineMemory,
    newId: () => string,
  ) {
    const layout = layoutOf(station);
    this.#station = station;
    this.#newId = newId;
    this.#slots = catalogue.map((rule) => ({
      rule,
      context: { station, layout, parameters: parametersOf(rule, configured) },
      state: Object.hasOwn(memory.states, rule.id) ? memory.states[rule.id] : rule.start(),
    }));
    for (const slot of this.#slots) {
      for (const kind of slot.rule.needs) {
        const list = this.#byKind.get(kind);
        if (list === undefined) this.#byKind.set(kind, [slot]);
        else list.push(slot);
      }
    }
    this.#open = new Map(memory.open.map((flag) => [keyOf(flag.rule, flag.subject), flag]));
  }

  /** The states of all rules, to be stored. */
  get states(): Record<string, unknown> {
    return Object.fromEntries(this.#slots.map((slot) => [slot.rule.id, slot.state]));
  }

  /** Works off one input. What it changes is added to the outcome. */
  apply(input: RuleInput, outcome: Outcome): void {
    switch (input.kind) {
      case "batch":
        for (const seen of input.records) this.#record(seen, outcome);
        this.#each("onHeard", outcome, (slot) =>
          slot.rule.onHeard?.(slot.state, input.gateway, input.atMs, slot.context),
        );
        return;
      case "hello":
        this.#each("onHeard", outcome, (slot) =>
          slot.rule.onHeard?.(slot.state, input.gateway, input.atMs, slot.context),
        );
        return;
      case "refused":
        this.#each("onRefused", outcome, (slot) =>
          slot.rule.onRefused?.(slot.state, input.gateway, input.refused, input.atMs, slot.context),
        );
        return;
      case "notice":
        this.#each("onNotice", outcome, (slot) => slot.rule.onNotice?.(slot.state, input.notice, slot.context));
        return;
      case "started":
        this.#each("onStarted", outcome, (slot) => slot.rule.onStarted?.(slot.state, input.atMs, slot.context));
        return;
      case "tick":
        this.#each("onTick", outcome, (slot) => slot.rule.onTick?.(slot.state, input.atMs, slot.context));
        return;
    }
  }

  #record(seen: SeenRecord, outcome: Outcome): void {
    const slots = this.#byKind.get(seen.record.kind);
    if (slots === undefined) return;
    for (const slot of slots) this.#take(slot, slot.rule.onRecord?.(slot.state, seen, slot.context), outcome);
  }

  #each(
    handler: "onHeard" | "onRefused" | "onNotice" | "onStarted" | "onTick",
    outcome: Outcome,
    call: (slot: Slot) => Step<unknown> | undefined,
  ): void {
    for (const slot of this.#slots) {
      if (slot.rule[handler] !== undefined) this.#take(slot, call(slot), outcome);
    }
  }

  #take(slot: Slot, step: Step<unknown> | undefined, outcome: Outcome): void {
    if (step === undefined) return;
    slot.state = step.state;
    for (const verdict of step.verdicts) this.#judge(slot, verdict, outcome);
  }

  #judge({ rule, context }: Slot, verdict: Verdict, outcome: Outcome): void {
    const key = keyOf(rule.id, verdict.subject);
    const open = this.#open.get(key);
    outcome.verdicts += 1;
    if (verdict.verdict === "unknown") {
      const count = (outcome.unknowns.get(key)?.count ?? 0) + 1;
      const { subject, reason, atMs } = verdict;
      outcome.unknowns.set(key, { rule: rule.id, subject, reason, atMs, count });
      return;
    }
    if (verdict.verdict === "ended") {
      if (open === undefined) return;
      outcome.flags.set(open.id, endFlag(open, verdict.atMs));
      this.#open.delete(key);
      return;
    }
    const place = { id: this.#newId(), station: this.#station.id, threshold: context.parameters };
    const flag = open === undefined ? openFlag(rule, verdict, place) : growFlag(rule, open, verdict);
    outcome.flags.set(flag.id, flag);
    this.#open.set(key, flag);
  }
}

/** An outcome that says nothing yet. */
export function emptyOutcome(): Outcome {
  return { flags: new Map(), unknowns: new Map(), verdicts: 0 };
}

function keyOf(rule: string, subject: string): string {
  return `${rule}\n${subject}`;
}
