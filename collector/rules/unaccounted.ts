/**
 * Whether a tank's book can be judged at all, day by day, and whether small gains or losses add up in one direction
 * (CUSUM both ways) without any rule naming a cause. Only a notice; its days without a judgement are counted.
 */
import type { TankDay, WetstockEvent } from "../wetstock/state.ts";
import { NONE, type RuleContext, rule, type Verdict, type Verdicts } from "./rule.ts";
import { litres, moment, plain } from "./wording.ts";

interface Sums {
  up: number;
  down: number;
  sinceMs: number;
  litres: number;
  told: boolean;
}
type State = Record<string, Sums>;

function onWetstock(state: State, event: WetstockEvent, { parameters }: RuleContext): Verdicts {
  // Another chart is another book: what added up with the old one is forgotten, unless it was told.
  if (event.kind === "calibrated" && state[event.tank]?.told === false) delete state[event.tank];
  if (event.kind !== "day") return NONE;
  const { tank: subject, atMs } = event;
  if (event.inconclusive !== null) {
    return [{ verdict: "inconclusive", subject, atMs, reason: event.inconclusive }];
  }
  const sums = state[subject] ?? { up: 0, down: 0, sinceMs: atMs, litres: 0, told: false };
  state[subject] = sums;
  const z = event.gainL / event.seL;
  const slack = parameters.slackPercent! / 100;
  const before = Math.max(sums.up, sums.down);
  sums.up = Math.max(0, sums.up + z - slack);
  sums.down = Math.max(0, sums.down - z - slack);
  const now = Math.max(sums.up, sums.down);
  if (now === 0 || before === 0) Object.assign(sums, { sinceMs: atMs - 86_400_000, litres: 0 });
  sums.litres += event.gainL;
  const limit = parameters.limitPercent! / 100;
  if (now < limit) {
    if (!sums.told || now > limit / 4) return NONE;
    sums.told = false;
    return [{ verdict: "ended", subject, atMs }];
  }
  sums.told = true;
  return [findingOf(event, sums)];
}

function findingOf({ tank: subject, atMs, evidence, days }: TankDay, sums: Sums): Verdict {
  const count = Math.round((atMs - sums.sinceMs) / 86_400_000);
  const recent = days.slice(-count);
  const seL = Math.hypot(7, 0.0004 * recent.reduce((sum, one) => sum + one.sold, 0));
  const figures = { gainCl: Math.round(sums.litres * 100), seCl: Math.round(seL * 100), days: count };
  return { verdict: "finding", subject, fromMs: sums.sinceMs, atMs, figures, evidence };
}

export const unaccounted = rule<State>({
  id: "wetstock.unaccounted",
  title: { zh: "进销存持续偏差", en: "Gain or loss that adds up" },
  basis: "第五条（一） Art. 5(1)",
  department: "market-regulation",
  severity: "notice",
  why: {
    zh: "小偏差长期同向累积，可能是计量漂移、罐容表误差或早期渗漏。",
    en: "Small differences that add up one way may be drifting meters, a wrong chart, or the beginning of a leak.",
  },
  check: {
    zh: "核对加油机检定、罐容表与液位仪零点；必要时做静态试验。",
    en: "Compare the dispensers' verification, the chart and the gauge's zero; run a static test if need be.",
  },
  parameters: {
    slackPercent: { default: 75, unit: "% of a standard error a day", why: "what a day may be off without counting" },
    limitPercent: {
      default: 1_000,
      unit: "% of a standard error",
      why: "chance reaches ten once in many years of a tank",
    },
  },
  start: () => ({}),
  on: {},
  onWetstock,
  text: ({ subject, figures, fromMs, untilMs }) => {
    const gain = typeof figures.gainCl === "number" ? figures.gainCl : 0;
    return {
      zh: `油罐 ${subject} 自 ${moment(fromMs)} 至 ${moment(untilMs)}（${plain(figures.days)} 天）比账面${gain > 0 ? "多" : "少"} ${litres(Math.abs(gain))} L（± ${litres(figures.seCl)} L），尚未查明原因。`,
      en: `From ${moment(fromMs)} to ${moment(untilMs)} (${plain(figures.days)} days) tank ${subject} holds ${litres(Math.abs(gain))} L (± ${litres(figures.seCl)} L) ${gain > 0 ? "more" : "less"} than its book; no cause has been named yet.`,
    };
  },
});
