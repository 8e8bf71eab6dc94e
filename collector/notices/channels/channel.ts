/** A way out of the house: what every channel is given, and what it says became of it. */

import type { Notice } from "../notice.ts";
import type { Language, Written } from "../words.ts";

/** personal: to somebody's own confirmed address. group: a robot that writes where the administrator set it up. */
export const CHANNEL_KINDS = ["email", "sms", "dingtalk", "wecom", "webhook"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const isPersonal = (kind: ChannelKind): boolean => kind === "email" || kind === "sms";

/** What is to be said: notices, or a text of the collector's own, such as a code. */
export type Content = { notices: readonly Notice[]; language: Language } | { written: Written };

export interface Message {
  /** the same at each try: the receiver can tell a repeat */
  id: string;
  /** address or telephone number; null for a group */
  to: string | null;
  content: Content;
  atMs: number;
}

/**
 * taken: the other side has it. not-taken: it certainly has not, and it can be tried again. refused: it never will.
 * unsure: the line broke while it was handed over; a second try might be a second message.
 */
export interface Sent {
  result: "taken" | "not-taken" | "refused" | "unsure";
  /** what the other side said, in short, without secrets */
  detail: string;
}

export interface Channel {
  id: string;
  kind: ChannelKind;
  /** as it is called on the pages */
  name: string;
  /** Never throws: what goes wrong out there is an answer. */
  send(message: Message): Promise<Sent>;
}

const MOST_DETAIL = 300;

/** One line of what was answered. */
export function inShort(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, MOST_DETAIL);
}
