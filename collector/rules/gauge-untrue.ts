/** A gauge that cannot be telling the truth: it stands still while fuel is sold, or it errs less than a gauge can. */
import type { SaleRecord, TankRecord } from "@forecourt/protocol/records/schema.ts";
import type { TankDay, WetstockEvent } from "../wetstock/state.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { litres, moment, plain } from "./wording.ts";

interface Still {
  levelUm: number | null;
  volumeCl: number;
  sinceMs: number;
  soldCl: number;
  readings: number;
  told: boolean;
  evidence: EvidenceRange;
}
interface Noise {
  /** noise of the gauge as it was when its chart was learnt, mm */
  usualMm: number;
  quietDays: number;
  told: boolean;
}
interface State {
  still: Record<string, Still>;
  noise: Record<string, Noise>;
}

function onSale(state: State, sale: SaleRecord, _: SeenRecord, { layout }: RuleContext): Verdicts {
  const still = state.still[layout.tankOfNozzle.get(sale.nozzle) ?? ""];
  if (still !== undefined) still.soldCl += sale.volumeCl;
  return NONE;
}

function onTank(state: State, record: TankRecord, { atMs }: SeenRecord, { parameters }: RuleContext): Verdicts {
  const { tank, levelUm, volumeCl } = record;
  if (record.quality !== "good" || volumeCl === null) return NONE;
  const still = state.still[tank];
  if (still === undefined || still.levelUm !== levelUm || still.volumeCl !== volumeCl) {
    const evidence = evidenceOf(record);
    state.still[tank] = { levelUm, volumeCl, sinceMs: atMs, soldCl: 0, readings: 1, told: false, evidence };
    return still?.told === true ? [{ verdict: "ended", subject: tank, atMs }] : NONE;
  }
  still.readings += 1;
  const stands = atMs - still.sinceMs >= parameters.stillMs! && still.readings >= parameters.readings!;
  if (!stands || still.soldCl < parameters.minSoldCl!) return NONE;
  still.told = true;
  return [
    {
      verdict: "finding",
      subject: tank,
      fromMs: still.sinceMs,
      atMs,
      figures: { pattern: "frozen", soldCl: still.soldCl, volumeCl, readings: still.readings },
      evidence: [still.evidence, evidenceOf(record)],
    },
  ];
}

function onDay(state: State, day: TankDay, { parameters }: RuleContext): Verdicts {
  if (day.anchors < parameters.anchors!) return NONE;
  const noise = state.noise[day.tank];
  if (noise === undefined) return NONE;
  const isTooGood = day.noiseMm < (noise.usualMm * parameters.leastPercent!) / 100;
  noise.quietDays = isTooGood ? noise.quietDays + 1 : 0;
  const { tank: subject, atMs, evidence } = day;
  if (noise.quietDays >= parameters.days!) {
    noise.told = true;
    const figures = {
      pattern: "too-good",
      noiseUm: Math.round(day.noiseMm * 1_000),
      usualNoiseUm: Math.round(noise.usualMm * 1_000),
      days: noise.quietDays,
    };
    return [{ verdict: "finding", subject, atMs, figures, evidence }];
  }
  if (!noise.told || isTooGood) return NONE;
  noise.told = false;
  return [{ verdict: "ended", subject, atMs }];
}

function onWetstock(state: State, event: WetstockEvent, context: RuleContext): Verdicts {
  if (event.kind === "day") return onDay(state, event, context);
  if (event.kind === "calibrated" && event.version <= 2) {
    state.noise[event.tank] = { usualMm: event.noiseMm, quietDays: 0, told: false };
  }
  return NONE;
}

export const gaugeUntrue = rule<State>({
  id: "wetstock.gauge-untrue",
  title: { zh: "液位仪读数不真", en: "Gauge does not tell the truth" },
  basis: "第五条（一）、第十条（四） Art. 5(1), 10(4)",
  department: "market-regulation",
  severity: "medium",
  why: {
    zh: "液位是唯一不受加油机控制的证据；读数不动或好得不真，说明浮子卡住、仪表被断开或数据被伪造。",
    en: "The level is the one witness that the dispenser does not control; when it stands still or is too good, the float sticks, the gauge is off, or its data are made up.",
  },
  check: {
    zh: "人工量油比对，检查探棒、浮子、接线与液位仪设置。",
    en: "Dip the tank and compare; look at probe, float, wiring and the settings of the gauge.",
  },
  parameters: {
    stillMs: { default: 21_600_000, unit: "ms", why: "a float may stick for an hour; six are no accident" },
    readings: { default: 4, unit: "readings", why: "the same value again and again, not one old value" },
    minSoldCl: { default: 15_000, unit: "0.01 L", why: "this much moves the level by several steps of any gauge" },
    anchors: { default: 25, unit: "quiet moments", why: "of fewer the noise of a day is not known" },
    leastPercent: {
      default: 25,
      unit: "% of its own noise",
      why: "noise comes from the probe and does not fall to a quarter",
    },
    days: { default: 2, unit: "days", why: "one quiet day may be chance" },
  },
  start: () => ({ still: {}, noise: {} }),
  on: { sale: onSale, tank: onTank },
  onWetstock,
  text: ({ subject, figures, fromMs, untilMs }) =>
    figures.pattern === "frozen"
      ? {
          zh: `油罐 ${subject} 的液位自 ${moment(fromMs)} 至 ${moment(untilMs)} 一直为 ${litres(figures.volumeCl)} L（${plain(figures.readings)} 次读数），其间却售出 ${litres(figures.soldCl)} L。`,
          en: `The gauge of tank ${subject} said ${litres(figures.volumeCl)} L from ${moment(fromMs)} to ${moment(untilMs)} (${plain(figures.readings)} readings), while ${litres(figures.soldCl)} L were sold.`,
        }
      : {
          zh: `油罐 ${subject} 的液位噪声连续 ${plain(figures.days)} 天仅 ${plain(figures.noiseUm)} µm，而平时为 ${plain(figures.usualNoiseUm)} µm：读数好得不真。`,
          en: `For ${plain(figures.days)} days the level of tank ${subject} has varied by only ${plain(figures.noiseUm)} µm about its book, while ${plain(figures.usualNoiseUm)} µm are usual: too good to be measured.`,
        },
});
