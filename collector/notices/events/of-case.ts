/** The notice of what was done to a case, for whoever has to act next or waits for it. Pure. */
import { may, type Reader, reaches } from "../../access/reader.ts";
import type { CaseEvent, CaseRow } from "../../cases/store.ts";
import type { Severity, Text } from "../../rules/rule.ts";
import type { Draft } from "../notice.ts";

/** Who of those who see a case is told of a step. */
type Told = "dispatchers" | "lead" | "invited" | "assignee" | "reporter" | "next";

interface Words extends Text {
  told: readonly Told[];
  severity?: Severity;
  urgent?: true;
}

const STEPS: Partial<Record<CaseEvent["step"], Words>> = {
  report: { zh: "待分派", en: "is to be assigned", told: ["dispatchers"] },
  assign: { zh: "已分派，待受理", en: "was assigned and is to be accepted", told: ["lead"], severity: "medium" },
  "hand-over": {
    zh: "已移交，待受理",
    en: "was handed over and is to be accepted",
    told: ["lead"],
    severity: "medium",
  },
  accept: { zh: "已受理", en: "was accepted", told: ["reporter"] },
  invite: { zh: "请协办", en: "needs your help", told: ["invited"], severity: "medium" },
  comment: { zh: "有新意见", en: "has a new comment", told: ["assignee"] },
  "remote-check": { zh: "已远程核查", en: "was checked from afar", told: ["assignee"] },
  "site-visit": { zh: "已现场检查", en: "was checked on site", told: ["assignee"] },
  task: { zh: "程序事项已办", en: "has a task done", told: ["assignee"] },
  file: { zh: "有新附件", en: "has a new file", told: ["assignee"] },
  "special-report": { zh: "已提交专项报告", en: "has its special report", told: ["dispatchers"] },
  "mark-major": { zh: "列为重大", en: "is now major", told: ["dispatchers", "lead"], severity: "high", urgent: true },
  answer: { zh: "已有结果，待反馈", en: "has a result to be fed back", told: ["dispatchers"], severity: "medium" },
  "feed-back": { zh: "结果已反馈", en: "was fed back", told: ["reporter", "assignee"] },
  return: { zh: "退回重办", en: "was returned", told: ["lead"], severity: "medium" },
  reopen: { zh: "重新办理", en: "was opened again", told: ["lead"], severity: "medium" },
  close: { zh: "已办结", en: "was closed", told: ["reporter", "assignee"] },
  reminded: { zh: "即将到期", en: "is due soon", told: ["next"], severity: "medium" },
  escalated: { zh: "已超期", en: "is overdue", told: ["next", "dispatchers"], severity: "high", urgent: true },
  supervised: {
    zh: "超期未办，请督办",
    en: "is long overdue",
    told: ["next", "dispatchers"],
    severity: "high",
    urgent: true,
  },
};

/** @param station its name; undefined when the case is about none. @returns undefined for a step of which nobody is told */
export function ofCase(row: CaseRow, event: CaseEvent, station: Text | undefined): Draft | undefined {
  const words = STEPS[event.step];
  if (words === undefined) return undefined;
  const { id, number, county, lead, together, title } = row;
  const place = {
    zh: station === undefined ? "" : `：${station.zh}`,
    en: station === undefined ? "" : `: ${station.en}`,
  };
  return {
    notice: {
      key: `case:${id}:${event.seq}`,
      topic: "cases",
      rule: null,
      severity: words.severity ?? "notice",
      urgent: words.urgent ?? false,
      station: row.station,
      county,
      needs: "cases:view",
      departments: [lead, ...together],
      title: { zh: `工单 ${number} ${words.zh}${place.zh}`, en: `Case ${number} ${words.en}${place.en}` },
      text: { zh: title, en: title },
      link: `/cases/${encodeURIComponent(id)}`,
      atMs: event.atMs,
    },
    concern: (reader) => {
      // Nobody is told what they did themselves.
      if (isOf(reader, event.who)) return "none";
      return words.told.some((told) => isTold(reader, told, row, event)) ? "own" : "none";
    },
  };
}

function isTold(reader: Reader, told: Told, row: CaseRow, event: CaseEvent): boolean {
  switch (told) {
    case "dispatchers":
      return may(reader, "cases:dispatch");
    case "lead":
      return isOfLead(reader, row);
    case "invited":
      return reaches(reader, "cases:handle", String(event.detail.department));
    case "assignee":
      return row.assignee !== null && isOf(reader, row.assignee);
    case "reporter":
      return isOf(reader, row.reportedBy);
    default:
      return isNext(reader, row);
  }
}

/** Whoever has to act for the case to go on. */
function isNext(reader: Reader, row: CaseRow): boolean {
  if (row.state === "assigned") return isOfLead(reader, row);
  if (row.state === "handling") return row.assignee === null ? isOfLead(reader, row) : isOf(reader, row.assignee);
  return may(reader, "cases:dispatch");
}

/** Of the unit that leads it, where one was named; else of its department. */
function isOfLead(reader: Reader, { lead, unit }: CaseRow): boolean {
  return reaches(reader, "cases:handle", lead) && (unit === null || unit === reader.unit);
}

/** People are put down as `name (sign-in name)`. */
function isOf({ name, account }: Reader, who: string): boolean {
  return who === `${name} (${account})`;
}
