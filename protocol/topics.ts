/**
 * MQTT topics. A gateway publishes below `…/<gateway>/up/` and listens below `…/<gateway>/down/`, so that one rule
 * of the broker's access list keeps every gateway to its own topics.
 */
import { type GatewayId, gatewayId } from "./ids.ts";

export const TOPIC_ROOT = "forecourt/v1";

/** What a gateway sends: its position on connecting, batches of records, previews, and answers to commands. */
export type UpChannel = "hello" | "batch" | "live" | "answer";
/** What the collector sends: receipts, positions, refusals and requests to resend; and commands. */
export type DownChannel = "receipt" | "command";

/** The topic on which a gateway publishes. */
export function upTopic(gateway: GatewayId, channel: UpChannel): string {
  return `${TOPIC_ROOT}/${gateway}/up/${channel}`;
}

/** The topic on which the collector answers a gateway. */
export function downTopic(gateway: GatewayId, channel: DownChannel): string {
  return `${TOPIC_ROOT}/${gateway}/down/${channel}`;
}

/** What the collector subscribes to when the broker is not its own. */
export const ALL_UP_TOPICS = `${TOPIC_ROOT}/+/up/+`;

/**
 * Takes a topic apart.
 * @returns gateway, direction and channel, or undefined when the topic is not one of ours
 */
export function parseTopic(
  topic: string,
): { gateway: GatewayId; direction: "up" | "down"; channel: string } | undefined {
  const match = /^forecourt\/v1\/([^/]+)\/(up|down)\/([a-z]+)$/.exec(topic);
  if (match === null) return undefined;
  const gateway = gatewayId(match[1] ?? "");
  if (gateway === undefined) return undefined;
  return { gateway, direction: match[2] as "up" | "down", channel: match[3] ?? "" };
}
