/** The rules of one station at work: each with its state, its parameters and what takes each kind of record. */
import type { RecordKind } from "@forecourt/protocol/records/schema.ts";
import { catalogue, parametersOf } from "./catalogue.ts";
import type { Parameters, Rule, RuleContext, SeenRecord, Verdicts } from "./rule.ts";

/** A rule at work on one station. */
export interface Slot {
  rule: Rule;
  context: RuleContext;
  /** parameters without what officials have set for this station */
  configured: Parameters;
  muted: boolean;
  /** changed in place by the rule */
  state: unknown;
}

/** What a rule may have beside its takers of records. */
export type Handler =
  | "onWetstock"
  | "onHeard"
  | "onRefused"
  | "onFiling"
  | "onStep"
  | "onTrust"
  | "onStarted"
  | "onTick";

type Taker = (state: unknown, record: unknown, seen: SeenRecord, context: RuleContext) => Verdicts;
type AnyTaker = (state: unknown, seen: SeenRecord, context: RuleContext) => Verdicts;
/** What takes a record of one kind: what the rule has for this kind, then what it has for any. */
export interface Taking {
  slot: Slot;
  take: Taker | undefined;
  takeAny: AnyTaker | undefined;
}

/**
 * Every rule of the catalogue with the state that was stored for it, or a new one.
 * @param states as stored, by {@link stateKey}
 * @param configured parameters by rule id, where they differ from their defaults
 */
export function slotsOf(
  states: Record<string, unknown>,
  configured: Record<string, Parameters>,
  place: Omit<RuleContext, "parameters">,
): Slot[] {
  return catalogue.map((rule) => ({
    rule,
    configured: parametersOf(rule, configured),
    muted: false,
    context: { ...place, parameters: parametersOf(rule, configured) },
    // A state may be null, and still be one.
    state: Object.hasOwn(states, stateKey(rule)) ? states[stateKey(rule)] : rule.start(),
  }));
}

/** Who takes a record of this kind, in the order of the catalogue. */
export function takersOf(slots: readonly Slot[], kind: RecordKind): Taking[] {
  return slots
    .map((slot): Taking => ({ slot, take: slot.rule.on[kind] as Taker | undefined, takeAny: slot.rule.onRecord }))
    .filter(({ take, takeAny }) => take !== undefined || takeAny !== undefined);
}

/** The key of a rule's state: with its version, so that a state of another shape is never taken for it. */
export function stateKey({ id, stateVersion = 1 }: Rule): string {
  return stateVersion === 1 ? id : `${id}@${stateVersion}`;
}
