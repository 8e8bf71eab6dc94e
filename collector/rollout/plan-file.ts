/** A roll-out as it lies on disk: kept by `collector rollout`, shown by the API. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { syncPath } from "../durable.ts";

const Moment = Type.Integer({ minimum: 0, description: "epoch ms" });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const OUTCOMES = ["open", "done", "rolled-back", "failed", "refused", "expired"] as const;

const MemberSchema = Type.Object({
  gateway: Type.String(),
  station: Type.String(),
  ring: Type.Integer({ minimum: 0 }),
  /** id of the command, once it has been ordered */
  command: Nullable(Type.String()),
  /** devices that could not be read when it was ordered */
  unreadableBefore: Type.Integer({ minimum: 0 }),
  /** of the command, as it was seen last; null before it was ordered */
  outcome: Nullable(Type.Unsafe<(typeof OUTCOMES)[number]>(Type.Enum([...OUTCOMES]))),
});

const RolloutSchema = Type.Object({
  version: Type.String(),
  startedMs: Moment,
  state: Type.Unsafe<"running" | "stopped" | "finished">(Type.Enum(["running", "stopped", "finished"])),
  reason: Nullable(Type.String()),
  /** the ring that is under way */
  ring: Type.Integer({ minimum: 0 }),
  /** since when the ring has nothing more to wait for; null while it has */
  settledMs: Nullable(Moment),
  members: Type.Array(MemberSchema, { maxItems: 100_000 }),
});

const PlanSchema = Type.Object({
  rollout: RolloutSchema,
  /** address of the bundles */
  from: Type.String(),
  trialMs: Type.Integer({ minimum: 0 }),
  /** when somebody last looked */
  lookedMs: Moment,
});

export type Member = Static<typeof MemberSchema>;
export type Rollout = Static<typeof RolloutSchema>;
export type Plan = Static<typeof PlanSchema>;
const validator = Compile(PlanSchema);

/** Replaces the plan in one step. @throws Error when the disk refuses */
export function keepPlan(file: string, plan: Plan): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o640, flush: true });
  renameSync(`${file}.new`, file);
  syncPath(dirname(resolve(file)));
}

/** @throws Error when the file holds no roll-out */
export function readPlan(file: string): Plan {
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new Error(`${file} holds no roll-out: ${first?.instancePath ?? ""} ${first?.message ?? ""}`);
}

/** The roll-outs of a folder, the newest first; a file that holds none is passed over. */
export function plansIn(folder: string): Plan[] {
  const plans = namesIn(folder).flatMap((name) => {
    try {
      return [readPlan(join(folder, name))];
    } catch {
      return [];
    }
  });
  return plans.sort((a, b) => b.rollout.startedMs - a.rollout.startedMs);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}
