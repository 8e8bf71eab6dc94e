/** The notice to the system administrator that a channel lost a message for good; one a day and channel. Pure. */
import { localDate } from "@forecourt/protocol/time.ts";
import { may } from "../../access/reader.ts";
import type { Draft } from "../notice.ts";

export function ofDeadDelivery(channel: string, atMs: number): Draft {
  return {
    notice: {
      ...{ key: `dead:${channel}:${localDate(atMs)}`, topic: "system", rule: null, severity: "high", urgent: true },
      ...{ station: null, county: null, needs: "system:manage", departments: null, atMs },
      link: "/notices?part=deliveries",
      title: { zh: `通道“${channel}”有通知未能送达`, en: `Notices by "${channel}" could not be delivered` },
      text: { zh: "多次重试后放弃，请查看送达记录。", en: "They were tried many times. See the record of deliveries." },
    },
    concern: (reader) => (may(reader, "system:manage") ? "own" : "none"),
  };
}
