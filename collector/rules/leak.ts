/** A tank that loses a little every hour, also at night: a leak. */
import { judgeLoss } from "../wetstock/judge.ts";
import { dayEndMs } from "../wetstock/local-day.ts";
import type { WetstockEvent } from "../wetstock/state.ts";
import { NONE, type RuleContext, rule, type Verdicts } from "./rule.ts";
import { causeText, litres, moment } from "./wording.ts";

interface Told {
  sinceDay: number;
  lastDay: number;
}
type State = Record<string, Told>;

function onWetstock(state: State, event: WetstockEvent, { parameters }: RuleContext): Verdicts {
  if (event.kind !== "day") return NONE;
  const { tank, day, atMs } = event;
  const found = event.inconclusive === null ? judgeLoss(event, "time", state[tank]?.sinceDay) : undefined;
  if (found === undefined) {
    const told = state[tank];
    if (told === undefined || day - told.lastDay < parameters.endDays!) return NONE;
    delete state[tank];
    return [{ verdict: "ended", subject: tank, atMs }];
  }
  state[tank] = { sinceDay: found.sinceDay, lastDay: day };
  return [
    {
      verdict: "finding",
      subject: tank,
      fromMs: dayEndMs(found.sinceDay - 1),
      atMs,
      figures: {
        lossMlPerH: Math.round(-found.cause.value * 1_000),
        lossSeMlPerH: Math.round(found.cause.se * 1_000),
        lostCl: Math.round(-found.litres * 100),
        seCl: Math.round(found.se * 100),
        windowDays: found.days,
        excluded: found.excluded.join(" "),
      },
      evidence: event.evidence,
    },
  ];
}

export const leak = rule<State>({
  id: "wetstock.leak",
  title: { zh: "油罐渗漏", en: "Tank leaks" },
  basis: "第五条（一） Art. 5(1)",
  department: "public-security",
  severity: "high",
  why: {
    zh: "油品渗入土壤与地下水，并有燃爆危险。",
    en: "Fuel gets into soil and ground water, and may burn.",
  },
  check: {
    zh: "停售后做静态液位试验，检查观测井、人孔、管线接头与潜泵。",
    en: "Stop sales and run a static test; look at monitoring wells, manholes, pipe joints and submersible pump.",
  },
  parameters: { endDays: { default: 10, unit: "days", why: "so many days without the loss, and the leak is mended" } },
  start: () => ({}),
  on: {},
  onWetstock,
  text: ({ subject, figures, fromMs, untilMs }) => {
    const rate = (milli: unknown) => (typeof milli === "number" ? (milli / 1_000).toFixed(2) : "?");
    const excluded = String(figures.excluded).split(" ").filter(Boolean).map(causeText);
    return {
      zh: `油罐 ${subject} 自 ${moment(fromMs)} 至 ${moment(untilMs)} 昼夜均匀减少 ${rate(figures.lossMlPerH)} L/h（± ${rate(figures.lossSeMlPerH)}），共 ${litres(figures.lostCl)} L（± ${litres(figures.seCl)} L）。已排除：${excluded.map((one) => one.zh).join("、") || "无"}。`,
      en: `Tank ${subject} lost ${rate(figures.lossMlPerH)} L/h (± ${rate(figures.lossSeMlPerH)}) evenly by day and night from ${moment(fromMs)} to ${moment(untilMs)}, ${litres(figures.lostCl)} L in all (± ${litres(figures.seCl)} L). Explain it less: ${excluded.map((one) => one.en).join(", ") || "none"}.`,
    };
  },
});
