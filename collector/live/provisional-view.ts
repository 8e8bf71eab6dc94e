/** The shape of what is shown before it is stored: every part of it says that it is provisional. */
import type { LinkRecord } from "@forecourt/protocol/records/schema.ts";
import { type Static, Type } from "typebox";
import { may, type Reader } from "../access/reader.ts";
import { SaleSchema, TankLevelSchema } from "../api/schemas.ts";

const Time = Type.String({ format: "date-time" });

const ProvisionalLinkSchema = Type.Object({
  line: Type.String(),
  device: Type.Union([Type.String(), Type.Null()]),
  state: Type.String(),
  reason: Type.String(),
  at: Time,
});

export const ProvisionalSchema = Type.Object(
  {
    provisional: Type.Literal(true),
    station: Type.String(),
    gateway: Type.String(),
    headSeq: Type.Integer({ description: "the end of the gateway's journal" }),
    storedSeq: Type.Union([Type.Integer({ description: "how far it is stored" }), Type.Null()]),
    receivedAt: Time,
    tanks: Type.Array(TankLevelSchema),
    sales: Type.Array(SaleSchema, { description: "newest first; not in any sum yet" }),
    links: Type.Array(ProvisionalLinkSchema),
  },
  { description: "shown by the gateway while it works off a backlog: not stored, not counted, not judged" },
);
export type ProvisionalState = Static<typeof ProvisionalSchema>;

/** What of it a reader is shown: single sales are for who may see sales. */
export function provisionalFor(reader: Reader, state: ProvisionalState): ProvisionalState {
  return may(reader, "sales:view") ? state : { ...state, sales: [] };
}

/** A link record as it is shown. */
export function provisionalLink({ line, device, state, reason, at }: LinkRecord): ProvisionalState["links"][number] {
  return { line, device, state, reason, at };
}
