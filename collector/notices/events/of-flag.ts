/** The notice of a flag that was raised, or became graver. Pure. */
import { DEPARTMENTS } from "../../access/departments.ts";
import { countyOf, reaches } from "../../access/reader.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { Severity, Text } from "../../rules/rule.ts";
import type { Draft } from "../notice.ts";

/** What of its rule and station a notice tells. */
export interface FlagFacts {
  title: Text;
  department: string;
  station: Text;
}

/** @param severity as it was when this happened: a flag that rose since is told again, as graver */
export function ofFlag(flag: FlagRow, severity: Severity, { title, department, station }: FlagFacts): Draft {
  const departments = DEPARTMENTS.filter((one) => one === department);
  return {
    notice: {
      key: `flag:${flag.id}:${severity}`,
      topic: "flags",
      rule: flag.rule,
      severity,
      urgent: severity === "high",
      station: flag.station,
      county: countyOf(flag.station),
      needs: "flags:view",
      departments,
      title: {
        zh: `${station.zh}（${flag.station}）${title.zh} ${flag.subject}`,
        en: `${station.en} (${flag.station}): ${title.en} ${flag.subject}`,
      },
      text: flag.text,
      link: `/flags/${encodeURIComponent(flag.id)}`,
      atMs: flag.untilMs,
    },
    concern: (reader) => (departments.some((one) => reaches(reader, "flags:handle", one)) ? "own" : "others"),
  };
}
