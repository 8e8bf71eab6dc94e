/** Who may publish and subscribe where. Pure; refusals say why. */
import { parseTopic, TOPIC_ROOT } from "@forecourt/protocol/topics.ts";

export type Principal = { role: "gateway"; id: string } | { role: "observer"; id: string };

/**
 * Whether a principal may publish.
 * @returns why not, or undefined when it may
 */
export function publishRefused(who: Principal | undefined, topic: string, retain: boolean): string | undefined {
  if (who === undefined) return "the client is not known";
  if (who.role === "observer") return `observer ${who.id} may only read`;
  const place = parseTopic(topic);
  if (place === undefined || place.direction !== "up" || place.gateway !== who.id) {
    return `gateway ${who.id} may only publish below ${TOPIC_ROOT}/${who.id}/up/`;
  }
  return retain ? "retained messages are not taken" : undefined;
}

/**
 * Whether a principal may subscribe.
 * @param filter an MQTT topic filter
 * @returns why not, or undefined when it may
 */
export function subscribeRefused(who: Principal | undefined, filter: string): string | undefined {
  if (who === undefined) return "the client is not known";
  const below = who.role === "gateway" ? `${TOPIC_ROOT}/${who.id}/down/` : `${TOPIC_ROOT}/`;
  if (filter.startsWith(below)) return undefined;
  return `${who.role} ${who.id} may only subscribe below ${below}`;
}
