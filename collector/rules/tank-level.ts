/** A tank filled beyond its safe level, or sold from below what a pump can draw cleanly. */
import type { TankRecord } from "@forecourt/protocol/records/schema.ts";
import { evidenceOf, type Figures, NONE, type RuleContext, rule, type SeenRecord, type Verdicts } from "./rule.ts";
import { litres, moment, percent } from "./wording.ts";

/** By tank: what is told at present. */
type State = Record<string, "overfill" | "dead-stock">;

function onTank(state: State, record: TankRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const { tank, volumeCl } = record;
  if (record.quality !== "good" || volumeCl === null) return NONE;
  const capacityL = context.station.tanks.find((one) => one.tank === tank)?.capacityL;
  if (capacityL === undefined) return NONE;
  const { overfillPermille, deadStockPermille, backPermille } = context.parameters;
  const permille = (volumeCl * 10) / capacityL;
  const told = state[tank];
  const isOver = permille > overfillPermille! - (told === "overfill" ? backPermille! : 0);
  const isDead = permille < deadStockPermille! + (told === "dead-stock" ? backPermille! : 0);
  const now = isOver ? "overfill" : isDead ? "dead-stock" : undefined;
  if (now === told) return NONE;
  if (now === undefined) {
    delete state[tank];
    return [{ verdict: "ended", subject: tank, atMs }];
  }
  state[tank] = now;
  const figures: Figures = {
    pattern: now,
    volumeCl,
    capacityCl: capacityL * 100,
    fillPpm: Math.round(permille * 1_000),
  };
  const severity = now === "overfill" ? "medium" : "notice";
  return [{ verdict: "finding", subject: tank, atMs, figures, severity, evidence: [evidenceOf(record)] }];
}

export const tankLevel = rule<State>({
  id: "wetstock.tank-level",
  title: { zh: "油罐超高或低于可用液位", en: "Tank overfilled, or below what can be drawn" },
  basis: "第五条（一） Art. 5(1)",
  department: "public-security",
  severity: "medium",
  why: {
    zh: "超装会溢油起火；抽到罐底会把水和杂质加给顾客。",
    en: "An overfilled tank spills and burns; from the bottom a pump draws water and dirt.",
  },
  check: {
    zh: "检查防溢装置与卸油规程，核对液位报警设置。",
    en: "Look at the overfill prevention, the unloading routine and the alarm limits of the gauge.",
  },
  parameters: {
    overfillPermille: {
      default: 970,
      unit: "‰ of capacity",
      why: "GB 50156 and the Greek statute set 95 %; the raw chart may be some per cent off",
    },
    deadStockPermille: { default: 12, unit: "‰ of capacity", why: "pumps draw from about this height on" },
    backPermille: {
      default: 10,
      unit: "‰ of capacity",
      why: "so that a level at the limit does not make a hundred flags",
    },
  },
  start: () => ({}),
  on: { tank: onTank },
  text: ({ subject, figures, untilMs }) => {
    const over = figures.pattern === "overfill";
    return {
      zh: `油罐 ${subject} 在 ${moment(untilMs)} 存油 ${litres(figures.volumeCl)} L，为容量的 ${percent(figures.fillPpm)}，${over ? "超过安全充装" : "低于可抽取"}液位。`,
      en: `Tank ${subject} held ${litres(figures.volumeCl)} L at ${moment(untilMs)}, ${percent(figures.fillPpm)} of its capacity: ${over ? "more than is safe" : "less than can be drawn cleanly"}.`,
    };
  },
});
