/**
 * How far an update has come. Pure. Each step is written to disk before the next begins, so that whoever starts after
 * a power cut knows what to do: go on, try again, or go back.
 *
 *     downloading ─► waiting ─► trial ─► confirmed
 *          │            │         └────► rolling-back ─► rolled-back
 *          └────────────┴──► failed
 */
import { VERSION_PATTERN } from "@forecourt/protocol/update/version.ts";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";

/** `factory` is what the Debian package installed; a and b hold updates. */
export type Place = "factory" | "a" | "b";
export type Slot = "a" | "b";

const PHASES = ["downloading", "waiting", "trial", "confirmed", "rolling-back", "rolled-back", "failed"] as const;
type Phase = (typeof PHASES)[number];

const closed = { additionalProperties: false } as const;
const SlotSchema = Type.Union([Type.Literal("a"), Type.Literal("b")]);
const PlaceSchema = Type.Union([Type.Literal("factory"), SlotSchema]);

const StateSchema = Type.Object(
  {
    /** id of the command that ordered it */
    command: Type.String(),
    version: Type.String({ pattern: VERSION_PATTERN }),
    /** address of the folder with the bundle */
    from: Type.String(),
    allowOlder: Type.Boolean(),
    trialMs: Type.Integer({ minimum: 0 }),
    phase: Type.Unsafe<Phase>(Type.Enum([...PHASES])),
    /** where the new version lies, once it is complete */
    slot: Type.Union([SlotSchema, Type.Null()]),
    /** where the version lies that was in force */
    previous: PlaceSchema,
    /** devices that were read just before the switch: these must be read with the new version as well */
    devices: Type.Array(Type.String(), { maxItems: 1_000 }),
    /** starts of the new version */
    starts: Type.Integer({ minimum: 0 }),
    reason: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);
export type UpdateState = Static<typeof StateSchema>;
const validator = Compile(StateSchema);

/** A version that ends so often within its trial is not waited for. */
const MOST_STARTS = 3;

export type UpdateOrder = Pick<UpdateState, "command" | "version" | "from" | "allowOlder" | "trialMs">;

export type UpdateEvent =
  | { event: "installed"; slot: Slot }
  | { event: "switched"; devices: readonly string[] }
  | { event: "started" }
  | { event: "healthy" }
  | { event: "unhealthy"; reason: string }
  | { event: "gone-back" }
  | { event: "failed"; reason: string };

/** An update begins. */
export function ordered(order: UpdateOrder, previous: Place): UpdateState {
  const { command, version, from, allowOlder, trialMs } = order;
  const fresh = { phase: "downloading", slot: null, starts: 0, reason: null } as const;
  return { command, version, from, allowOlder, trialMs, previous, ...fresh, devices: [] };
}

/**
 * What an event makes of an update.
 * @returns the same state when the event does not belong there
 */
export function after(state: UpdateState, event: UpdateEvent): UpdateState {
  switch (event.event) {
    case "installed":
      return state.phase === "downloading" ? { ...state, phase: "waiting", slot: event.slot } : state;
    case "switched":
      return state.phase === "waiting" ? { ...state, phase: "trial", devices: [...event.devices] } : state;
    case "started":
      if (state.phase !== "trial") return state;
      if (state.starts < MOST_STARTS) return { ...state, starts: state.starts + 1 };
      return {
        ...state,
        phase: "rolling-back",
        reason: state.reason ?? `it ended ${state.starts} times within its trial`,
      };
    case "healthy":
      return state.phase === "trial" ? { ...state, phase: "confirmed" } : state;
    case "unhealthy":
      return state.phase === "trial" ? { ...state, phase: "rolling-back", reason: event.reason } : state;
    case "gone-back":
      return state.phase === "rolling-back" ? { ...state, phase: "rolled-back" } : state;
    case "failed":
      return state.phase === "downloading" || state.phase === "waiting"
        ? { ...state, phase: "failed", reason: event.reason }
        : state;
  }
}

/** Whether an update has come to its end. */
export function hasEnded({ phase }: UpdateState): boolean {
  return phase === "confirmed" || phase === "rolled-back" || phase === "failed";
}

/** Where the version lies that an unfinished update wants in force; undefined when it wants nothing changed. */
export function placeWanted({ phase, slot, previous }: UpdateState): Place | undefined {
  if (phase === "trial") return slot ?? undefined;
  return phase === "rolling-back" ? previous : undefined;
}

/** The slot that may be written: never the one in force. */
export function freeSlot(current: Place): Slot {
  return current === "a" ? "b" : "a";
}

/** Reads a state from outside. @returns undefined when it is none */
export function asState(value: unknown): UpdateState | undefined {
  return validator.Check(value) ? value : undefined;
}
