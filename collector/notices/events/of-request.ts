/** The notice of a request for access, without the name of whom it is for. Pure. */
import { may } from "../../access/reader.ts";
import type { Severity, Text } from "../../rules/rule.ts";
import type { Draft, Notice } from "../notice.ts";

interface Words extends Text {
  needs: Notice["needs"];
  severity: Severity;
}

const STEPS: Record<string, Words> = {
  "access.requested": {
    zh: "有权限申请待审核",
    en: "A request for access is to be decided",
    needs: "access:decide",
    severity: "notice",
  },
  "access.reminded": {
    zh: "权限申请即将到期",
    en: "A request for access is due within a day",
    needs: "access:decide",
    severity: "medium",
  },
  "access.escalated": {
    zh: "权限申请已逾期",
    en: "A request for access is overdue",
    needs: "access:decide",
    severity: "high",
  },
  "access.approved": {
    zh: "权限申请已批准，待办理",
    en: "An approved request for access is to be carried out",
    needs: "accounts:view",
    severity: "notice",
  },
};

/** @param id of the request @param step the action as the audit log names it */
export function ofRequest(id: string, step: string, atMs: number): Draft | undefined {
  const words = STEPS[step];
  if (words === undefined) return undefined;
  const { zh, en, needs, severity } = words;
  return {
    notice: {
      ...{ key: `request:${id}:${step}`, topic: "requests", rule: null, severity, urgent: severity === "high" },
      ...{ station: null, county: null, needs, departments: null, atMs, link: "/access" },
      title: { zh, en },
      text: { zh: "", en: "" },
    },
    concern: (reader) => (may(reader, needs) ? "own" : "none"),
  };
}
