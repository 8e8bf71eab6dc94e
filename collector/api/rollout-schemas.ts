/** What the API says of roll-outs, as schemas. */
import { type Static, Type } from "typebox";
import { Int, Nullable, Time } from "./schemas.ts";

const RingSchema = Type.Object({
  ring: Int,
  gateways: Int,
  ordered: Int,
  done: Int,
  worse: Int,
});
export const RolloutViewSchema = Type.Object({
  version: Type.String(),
  state: Type.Unsafe<"running" | "stopped" | "finished">(Type.Enum(["running", "stopped", "finished"])),
  reason: Nullable(Type.String()),
  startedAt: Time,
  lookedAt: Time,
  ring: Int,
  rings: Type.Array(RingSchema),
  /** gateways that went back, failed, refused or never answered */
  troubled: Type.Array(
    Type.Object({ gateway: Type.String(), station: Type.String(), ring: Int, outcome: Type.String() }),
  ),
});
export type RolloutView = Static<typeof RolloutViewSchema>;
