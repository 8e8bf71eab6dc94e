/** Water in a tank: above the limit, or rising. */
import type { TankRecord } from "@forecourt/protocol/records/schema.ts";
import { evidenceOf, NONE, type RuleContext, rule, type SeenRecord, type Verdicts } from "./rule.ts";
import { moment } from "./wording.ts";

interface Known {
  /** lowest water of the last days, µm, and since when */
  lowUm: number;
  lowMs: number;
  /** readings in a row that were above */
  above: number;
  told: boolean;
}
type State = Record<string, Known>;

function onTank(state: State, record: TankRecord, { atMs }: SeenRecord, { parameters }: RuleContext): Verdicts {
  const { tank, waterLevelUm } = record;
  if (record.quality !== "good" || waterLevelUm === null) return NONE;
  const known = state[tank] ?? { lowUm: waterLevelUm, lowMs: atMs, above: 0, told: false };
  state[tank] = known;
  if (waterLevelUm <= known.lowUm || atMs - known.lowMs > parameters.memoryMs!) {
    // The memory moves on by itself only while nothing is told.
    if (!known.told || waterLevelUm <= known.lowUm) Object.assign(known, { lowUm: waterLevelUm, lowMs: atMs });
  }
  const isHigh = waterLevelUm >= parameters.limitUm!;
  const hasRisen = waterLevelUm - known.lowUm >= parameters.riseUm!;
  known.above = isHigh || hasRisen ? known.above + 1 : 0;
  if (known.above < parameters.readings!) {
    if (!known.told || known.above > 0) return NONE;
    known.told = false;
    return [{ verdict: "ended", subject: tank, atMs }];
  }
  const first = !known.told;
  known.told = true;
  if (!first && known.above % 50 !== 0) return NONE;
  const figures = { waterUm: waterLevelUm, previousWaterUm: known.lowUm };
  return [{ verdict: "finding", subject: tank, fromMs: known.lowMs, atMs, figures, evidence: [evidenceOf(record)] }];
}

const mm = (um: unknown): string => (typeof um === "number" ? (um / 1_000).toFixed(1) : "?");

export const water = rule<State>({
  id: "wetstock.water",
  title: { zh: "油罐进水", en: "Water in the tank" },
  basis: "第五条（一） Art. 5(1)",
  department: "market-regulation",
  severity: "medium",
  why: {
    zh: "水进入顾客油箱会损坏车辆；也可能是掺水增量。",
    en: "Water in a customer's tank ruins the engine; it may also have been added to make up the quantity.",
  },
  check: {
    zh: "用试水膏量水高，排水并检查人孔与量油口密封。",
    en: "Dip with water paste, drain, and look at the seals of manhole and dip pipe.",
  },
  parameters: {
    limitUm: {
      default: 40_000,
      unit: "0.001 mm",
      why: "4 cm is the limit of the Greek statute; below it no pump draws water",
    },
    riseUm: {
      default: 15_000,
      unit: "0.001 mm",
      why: "a probe's water float moves by a few millimetres when fuel is unloaded",
    },
    memoryMs: { default: 432_000_000, unit: "ms", why: "condensation adds millimetres in months, an ingress in days" },
    readings: { default: 3, unit: "readings", why: "a wave after a delivery lifts the float once" },
  },
  start: () => ({}),
  on: { tank: onTank },
  text: ({ subject, figures, fromMs, untilMs }) => ({
    zh: `油罐 ${subject} 的水高至 ${moment(untilMs)} 为 ${mm(figures.waterUm)} mm，${moment(fromMs)} 时为 ${mm(figures.previousWaterUm)} mm。`,
    en: `The water in tank ${subject} stands at ${mm(figures.waterUm)} mm by ${moment(untilMs)}; it was ${mm(figures.previousWaterUm)} mm at ${moment(fromMs)}.`,
  }),
});
