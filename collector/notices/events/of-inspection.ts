/** The notice of a day's inspections: ready to be confirmed, still open in the evening, not confirmed the day after. Pure. */
import { may } from "../../access/reader.ts";
import type { Severity } from "../../rules/rule.ts";
import type { Draft } from "../notice.ts";

interface Counts {
  told: string;
  /** six digits; null: all */
  county: string | null;
  /** not confirmed */
  count: number;
  /** of these with a check that is not good */
  wrong: number;
}

const SEVERITIES: Record<string, Severity> = { ready: "notice", remind: "medium", escalate: "high" };

/** @param day such as 2026-03-02 @param detail what the keeper of inspections counted, as JSON */
export function ofInspection(day: string, detail: string, atMs: number): Draft | undefined {
  const { told, county, count, wrong } = JSON.parse(detail) as Counts;
  const severity = SEVERITIES[told];
  if (severity === undefined) return undefined;
  const isLate = told === "escalate";
  return {
    notice: {
      ...{
        key: `inspection:${day}:${told}:${county ?? "all"}`,
        topic: "inspections",
        rule: null,
        severity,
        urgent: false,
      },
      ...{ station: null, county, needs: "inspections:view", departments: null, atMs },
      link: `/inspections?day=${day}`,
      title: titleOf(told, day, count, county),
      text: {
        zh: wrong > 0 ? `其中 ${wrong} 个站有异常或无法判断的检查项。` : "",
        en: wrong > 0 ? `At ${wrong} of them a check is bad or cannot be told.` : "",
      },
    },
    // The morning and the evening are for those who confirm; the day after also for those who give work out.
    concern: (reader) =>
      may(reader, "inspections:confirm") || (isLate && may(reader, "cases:dispatch")) ? "own" : "none",
  };
}

function titleOf(told: string, day: string, count: number, county: string | null) {
  switch (told) {
    case "ready":
      return {
        zh: `${day} 巡检已生成，${count} 个站待签认`,
        en: `Inspections of ${day}: ${count} stations to confirm`,
      };
    case "remind":
      return { zh: `${day} 巡检还有 ${count} 个站未签认`, en: `Inspections of ${day}: ${count} stations still open` };
    default: {
      const where = county === null ? "" : `${county} `;
      return {
        zh: `${where}${day} 巡检逾期未签认：${count} 个站`,
        en: `${where}Inspections of ${day} were not confirmed at ${count} stations`,
      };
    }
  }
}
