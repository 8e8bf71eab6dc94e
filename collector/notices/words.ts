/**
 * Notices as they are written on each channel. E-mail says what happened; robots, which write into a group, and short
 * messages say only that something did, where and when, and where to read it. Pure.
 */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Notice } from "./notice.ts";

export type Language = "zh" | "en";

const PRODUCT = { zh: "加油站油量监管平台", en: "Forecourt" } as const;
const SEVERITY = {
  zh: { high: "严重", medium: "一般", notice: "提示" },
  en: { high: "High", medium: "Medium", notice: "Notice" },
} as const;
/** Lines of one message; the others are counted. A robot's message may have some 4 kB. */
const MOST_LINES = 20;
/** Characters of a title in a message. */
const MOST_TITLE = 80;

export interface Written {
  subject: string;
  text: string;
}

/** @param address of this collector's page, without a slash at its end */
export function emailOf(notices: readonly Notice[], language: Language, address: string): Written {
  const zh = language === "zh";
  const foot = zh
    ? `——\n${PRODUCT.zh}自动发送，请勿回复。接收方式可在“通知”页面更改。`
    : `--\nSent by ${PRODUCT.en}; do not reply. Change what you are sent on the page "Notices".`;
  const body = notices.slice(0, MOST_LINES).map((one) => {
    const { title, text, atMs, link, severity } = one;
    const lines = [
      `[${SEVERITY[language][severity]}] ${title[language]}`,
      text[language],
      `${zh ? "时间：" : "Time: "}${shortTime(atMs)}`,
      `${zh ? "查看：" : "Read: "}${address}${link}`,
    ];
    return lines.filter((line) => line !== "").join("\n");
  });
  const text = [...body, ...more(notices, language), foot].join("\n\n");
  return { subject: subjectOf(notices, language), text };
}

/** Markdown that both DingTalk's and WeCom's robots show. */
export function markdownOf(notices: readonly Notice[], language: Language, address: string): Written {
  const lines = notices.slice(0, MOST_LINES).map(({ title, atMs, link, severity }) => {
    const said = escaped(cut(title[language]));
    return `**[${SEVERITY[language][severity]}]** ${said}\n> ${shortTime(atMs)} [${language === "zh" ? "查看" : "Read"}](${address}${link})`;
  });
  const subject = escaped(subjectOf(notices, language));
  return { subject, text: [`#### ${subject}`, ...lines, ...more(notices, language)].join("\n\n") };
}

/** One line for a telephone. */
export function shortOf(notices: readonly Notice[], language: Language): string {
  const [first] = notices;
  if (first === undefined) return "";
  const { zh, en } = PRODUCT;
  if (notices.length === 1) {
    const said = `[${SEVERITY[language][first.severity]}] ${cut(first.title[language])} ${shortTime(first.atMs)}`;
    return language === "zh" ? `【${zh}】${said}` : `${en}: ${said}`;
  }
  return language === "zh"
    ? `【${zh}】您有 ${notices.length} 条通知，最近：${cut(first.title.zh)}`
    : `${en}: ${notices.length} notices, the latest: ${cut(first.title.en)}`;
}

/** The message that brings a code by which an address is confirmed. */
export function codeMessage(code: string, language: Language): Written {
  return language === "zh"
    ? {
        subject: `【${PRODUCT.zh}】验证码`,
        text: `您的验证码是 ${code}，15 分钟内有效。如非本人操作，请忽略本消息。`,
      }
    : {
        subject: `${PRODUCT.en}: code`,
        text: `Your code is ${code}. It is good for 15 minutes. If you did not ask for it, do nothing.`,
      };
}

/** A message with which the administrator tries a channel. */
export function trialMessage(atMs: number): Written {
  return {
    subject: `【${PRODUCT.zh}】通道测试 Channel test`,
    text: `这是一条测试消息，收到即表示通道可用。\nThis is a test: the channel works.\n${shortTime(atMs)}`,
  };
}

/** An address that whoever looks after deliveries may see: who it is, not what it is. */
export function masked(address: string): string {
  const at = address.indexOf("@");
  if (at > 0) return `${address.slice(0, 1)}***${address.slice(at)}`;
  return address.length < 8 ? "***" : `${address.slice(0, 3)}****${address.slice(-2)}`;
}

function subjectOf(notices: readonly Notice[], language: Language): string {
  const [first] = notices;
  if (notices.length === 1 && first !== undefined) {
    const said = `${SEVERITY[language][first.severity]}：${cut(first.title[language])}`;
    return language === "zh" ? `【${PRODUCT.zh}】${said}` : `${PRODUCT.en}: ${said.replace("：", ": ")}`;
  }
  const urgent = notices.filter((one) => one.urgent).length;
  return language === "zh"
    ? `【${PRODUCT.zh}】${notices.length} 条通知${urgent === 0 ? "" : `，其中紧急 ${urgent} 条`}`
    : `${PRODUCT.en}: ${notices.length} notices${urgent === 0 ? "" : `, ${urgent} of them urgent`}`;
}

function more(notices: readonly Notice[], language: Language): string[] {
  const left = notices.length - MOST_LINES;
  if (left <= 0) return [];
  return [language === "zh" ? `另有 ${left} 条，请在“通知”页面查看。` : `${left} more are on the page "Notices".`];
}

/** Month, day, hour and minute in the prefecture. */
function shortTime(atMs: number): string {
  return formatTime(atMs).slice(0, 16).replace("T", " ");
}

/** Subjects are one line, whatever a title holds. */
function cut(title: string): string {
  const line = title.replace(/\s+/g, " ").trim();
  return [...line].length <= MOST_TITLE ? line : `${[...line].slice(0, MOST_TITLE - 1).join("")}…`;
}

/** What names and titles hold is shown as it is, and opens nothing. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]()#<>!|~]/g, (sign) => FULL_WIDTH[sign] ?? " ");
}

/** Robots differ in what a backslash does; signs of the same look mean nothing to any of them. */
const FULL_WIDTH: Record<string, string> = {
  "[": "［",
  "]": "］",
  "(": "（",
  ")": "）",
  "<": "＜",
  ">": "＞",
  "#": "＃",
  "*": "＊",
  _: "＿",
};
