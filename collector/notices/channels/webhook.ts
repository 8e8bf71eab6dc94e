/**
 * A gateway of our own signature, for short messages to people (`sms`) or for a group (`webhook`). The body is JSON;
 * `x-forecourt-signature` is `sha256=` and the hexadecimal HMAC-SHA256 of the timestamp, a dot and the body.
 */
import { createHmac } from "node:crypto";
import { shortOf } from "../words.ts";
import type { Channel, Message, Sent } from "./channel.ts";
import { post } from "./http.ts";

export interface WebhookSettings {
  id: string;
  name: string;
  kind: "sms" | "webhook";
  url: string;
  secret: string;
  /** sent as a bearer token where the gateway asks for one */
  token: string | undefined;
  /** of this collector's page */
  address: string;
}

export function webhookChannel({ id, name, kind, url, secret, token, address }: WebhookSettings): Channel {
  const send = ({ id: message, to, content, atMs }: Message): Promise<Sent> => {
    const notices = "written" in content ? [] : content.notices;
    const text = "written" in content ? content.written.text : shortOf(content.notices, content.language);
    const items = notices.map(({ key, topic, severity, urgent, station, title, link, atMs: happenedMs }) => {
      return { key, topic, severity, urgent, station, title, link: `${address}${link}`, atMs: happenedMs };
    });
    const body = JSON.stringify({ id: message, to, text, notices: kind === "sms" ? [] : items });
    return post(url, body, {
      "x-forecourt-delivery": message,
      "x-forecourt-timestamp": String(atMs),
      "x-forecourt-signature": signatureOf(secret, atMs, body),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    });
  };
  return { id, kind, name, send };
}

/** @param atMs epoch ms, as in `x-forecourt-timestamp` */
export function signatureOf(secret: string, atMs: number, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${atMs}.${body}`).digest("hex")}`;
}
