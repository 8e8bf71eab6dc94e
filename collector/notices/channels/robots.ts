/**
 * Robots of group chats. DingTalk (custom robot, security setting 加签): `timestamp` and `sign` in the query, the sign
 * being base64(HMAC-SHA256(secret, timestamp ‖ "\n" ‖ secret)). WeCom (群机器人): the key in the query is all it knows.
 */
import { createHmac } from "node:crypto";
import { markdownOf } from "../words.ts";
import type { Channel, Message, Sent } from "./channel.ts";
import { post } from "./http.ts";

export interface RobotSettings {
  id: string;
  name: string;
  kind: "dingtalk" | "wecom";
  /** without token and sign */
  url: string;
  /** DingTalk: access_token; WeCom: key */
  token: string;
  /** DingTalk's secret, `SEC…`; WeCom has none */
  secret: string | undefined;
  /** of this collector's page */
  address: string;
}

/** WeCom's most bytes of a message's content; DingTalk allows more. */
const MOST_BYTES = 4_096;

export function robotChannel(settings: RobotSettings): Channel {
  const { id, name, kind, address } = settings;
  const send = ({ content, atMs }: Message): Promise<Sent> => {
    const { subject, text } =
      "written" in content ? content.written : markdownOf(content.notices, content.language, address);
    const said = withinBytes(text, MOST_BYTES);
    const markdown = kind === "dingtalk" ? { title: subject, text: said } : { content: said };
    return post(robotUrl(settings, atMs), JSON.stringify({ msgtype: "markdown", markdown }), {});
  };
  return { id, kind, name, send };
}

/** The address with what proves that we may write. @param atMs epoch ms, within an hour of DingTalk's clock */
export function robotUrl({ kind, url, token, secret }: RobotSettings, atMs: number): string {
  const full = new URL(url);
  full.searchParams.set(kind === "dingtalk" ? "access_token" : "key", token);
  if (kind === "dingtalk" && secret !== undefined) {
    full.searchParams.set("timestamp", String(atMs));
    full.searchParams.set("sign", createHmac("sha256", secret).update(`${atMs}\n${secret}`).digest("base64"));
  }
  return full.href;
}

/** The text, or its beginning, cut between two characters. */
function withinBytes(text: string, most: number): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.byteLength <= most) return text;
  return `${bytes
    .subarray(0, most - 8)
    .toString("utf8")
    .replace(/�+$/, "")}…`;
}
