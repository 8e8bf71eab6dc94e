/** Checks that the files which `health:` names can be read and say something that the configuration knows. */
import { figureIn, readSmall, stateIn } from "../health/sources.ts";
import { bad, type Check, type Finding, good } from "./finding.ts";

/** Pure. @param text of the file, or undefined @param meaning what it means; null or undefined: nothing known */
export function judgeSource(
  text: string | undefined,
  meaning: string | number | null | undefined,
): Pick<Finding, "verdict" | "seen" | "cure"> {
  const cure = { zh: "改正 health: 里的文件或 when", en: "correct the file or `when` below health:" };
  if (text === undefined) return bad("warn", { zh: "文件读不出", en: "the file cannot be read" }, cure);
  const said = JSON.stringify(text.trim().slice(0, 40));
  if (meaning === undefined || meaning === null) {
    return bad("warn", { zh: `文件内容 ${said} 没有含义`, en: `the file says ${said}, which means nothing` }, cure);
  }
  return good(`现在是 ${meaning}`, `it says ${meaning}`);
}

export const sourcesCheck: Check = {
  name: "source",
  run({ config }) {
    const { mains, cabinet, batteryPercent, temperatureMc } = config.health;
    const states = Object.entries({ mains, cabinet }).flatMap(([name, source]) => {
      if (source === undefined) return [];
      const text = readSmall(source.file);
      return [{ check: "source", subject: name, ...judgeSource(text, stateIn<string>(text, source.when)) }];
    });
    const figures = Object.entries({ batteryPercent, temperatureMc }).flatMap(([name, source]) => {
      if (source === undefined) return [];
      const text = readSmall(source.file);
      return [{ check: "source", subject: name, ...judgeSource(text, figureIn(text, source.scale)) }];
    });
    return [...states, ...figures];
  },
};
