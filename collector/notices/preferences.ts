/**
 * What somebody wants to be told of, where, and when: by topic, rule or group of rules; quiet hours; at once or gathered.
 * Nobody has to choose anything: the defaults show everything of one's own on screen. Pure.
 */
import { type Static, Type } from "typebox";
import type { Severity } from "../rules/rule.ts";
import { type Concern, NOTICE_SEVERITIES, type Notice, TOPICS } from "./notice.ts";

const closed = { additionalProperties: false } as const;
/** Hour and minute in the prefecture's time. */
export const TIME_OF_DAY = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
/** A topic; or `flags/` with a rule's id or the word before its dot. */
const TOPIC = `^(${TOPICS.map((topic) => topic.replace(".", "\\.")).join("|")}|flags/[a-z-]{1,40}(\\.[a-z-]{1,60})?)$`;
export const CHANNEL_PATTERN = "^[a-z][a-z0-9-]{0,31}$";

export const LEAST = [...NOTICE_SEVERITIES, "never"] as const;
export const DIGESTS = ["at-once", "hourly", "daily"] as const;
export type Digest = (typeof DIGESTS)[number];
/** The page's own list and bell; every other channel goes out. */
export const SCREEN = "screen";

export const ChoiceSchema = Type.Object(
  {
    least: Type.Unsafe<Severity | "never">(Type.Enum([...LEAST])),
    channels: Type.Array(Type.String({ pattern: CHANNEL_PATTERN }), { maxItems: 20 }),
  },
  closed,
);

export const PreferencesSchema = Type.Object(
  {
    choices: Type.Record(Type.String({ pattern: TOPIC }), ChoiceSchema, {
      maxProperties: 100,
      additionalProperties: false,
    }),
    quiet: Type.Union([
      Type.Object(
        { from: Type.String({ pattern: TIME_OF_DAY }), until: Type.String({ pattern: TIME_OF_DAY }) },
        closed,
      ),
      Type.Null(),
    ]),
    urgentThrough: Type.Boolean({ description: "what is urgent comes in quiet hours too, and is not gathered" }),
    digest: Type.Unsafe<Digest>(Type.Enum([...DIGESTS])),
    dailyAt: Type.String({ pattern: TIME_OF_DAY, description: "when a daily digest is sent" }),
    language: Type.Unsafe<"zh" | "en">(Type.Enum(["zh", "en"])),
  },
  { ...closed, $id: "NoticePreferences" },
);

export type Choice = Static<typeof ChoiceSchema>;
export type Preferences = Static<typeof PreferencesSchema>;

export const DEFAULT_PREFERENCES: Preferences = {
  choices: {
    flags: { least: "medium", channels: [SCREEN] },
    "flags.others": { least: "high", channels: [SCREEN] },
    cases: { least: "notice", channels: [SCREEN] },
    inspections: { least: "notice", channels: [SCREEN] },
    requests: { least: "notice", channels: [SCREEN] },
    system: { least: "notice", channels: [SCREEN] },
  },
  quiet: { from: "22:00", until: "07:00" },
  urgentThrough: true,
  digest: "at-once",
  dailyAt: "08:30",
  language: "zh",
};

const NOWHERE: Choice = { least: "never", channels: [] };

/** Where a notice goes for somebody whom it concerns so; no channel when it is not wanted. */
export function channelsFor(
  { choices }: Pick<Preferences, "choices">,
  notice: Pick<Notice, "topic" | "rule" | "severity">,
  concern: Concern,
): readonly string[] {
  if (concern === "none") return [];
  const { least, channels } = chosen(choices, notice, concern);
  if (least === "never" || NOTICE_SEVERITIES.indexOf(notice.severity) < NOTICE_SEVERITIES.indexOf(least)) return [];
  return [...new Set(channels)];
}

/** The choice that fits best: of the rule, of its group, of the topic. */
function chosen(
  choices: Preferences["choices"],
  { topic, rule }: Pick<Notice, "topic" | "rule">,
  concern: Concern,
): Choice {
  const usual = (name: string) => choices[name] ?? DEFAULT_PREFERENCES.choices[name] ?? NOWHERE;
  if (rule === null) return usual(topic);
  return (
    choices[`flags/${rule}`] ??
    choices[`flags/${rule.split(".")[0]}`] ??
    usual(concern === "others" ? "flags.others" : "flags")
  );
}
