/** Roll-outs of updates, as they were last looked at: which ring is under way, how its gateways fare, and why one stopped. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { type Reader, seesStation } from "../../access/reader.ts";
import { type Plan, plansIn } from "../../rollout/plan-file.ts";
import type { Api } from "../context.ts";
import { type RolloutView, RolloutViewSchema } from "../rollout-schemas.ts";

const MOST_NAMED = 200;

const config = { permission: "updates:view" } as const;
const WORSE = new Set(["rolled-back", "failed", "refused", "expired"]);

/** @param folder where `collector rollout` keeps them; undefined: nowhere that is known here */
export function rolloutRoutes(api: Api, folder: string | undefined): void {
  const schema = {
    summary: "Roll-outs of updates, the newest first",
    response: { 200: Type.Object({ items: Type.Array(RolloutViewSchema) }) },
  };
  api.get("/rollouts", { schema, config }, async (request) => ({
    items: folder === undefined ? [] : plansIn(folder).map((plan) => viewOf(plan, readerOf(request))),
  }));
}

function viewOf({ rollout, lookedMs }: Plan, reader: Reader): RolloutView {
  const { version, state, startedMs, ring } = rollout;
  const members = rollout.members.filter(({ station }) => seesStation(reader, station));
  const rings = [...new Set(rollout.members.map((member) => member.ring))].sort((a, b) => a - b);
  const troubled = members.filter(({ outcome }) => outcome !== null && WORSE.has(outcome));
  return {
    ...{ version, state, ring: ring + 1, startedAt: formatTime(startedMs), lookedAt: formatTime(lookedMs) },
    // It names gateways: of other counties' ones nothing is told.
    reason: members.length === rollout.members.length ? rollout.reason : null,
    rings: rings.map((one) => {
      const of = members.filter((member) => member.ring === one);
      return {
        ring: one + 1,
        gateways: of.length,
        ordered: of.filter(({ command }) => command !== null).length,
        done: of.filter(({ outcome }) => outcome === "done").length,
        worse: of.filter(({ outcome }) => outcome !== null && WORSE.has(outcome)).length,
      };
    }),
    troubled: troubled.slice(0, MOST_NAMED).map(({ gateway, station, ring: at, outcome }) => ({
      ...{ gateway, station, ring: at + 1, outcome: outcome ?? "" },
    })),
  };
}
