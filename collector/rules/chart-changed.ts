/** A strapping table that was changed without a work order: every figure of the tank is another one from then on. */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import { evidenceOf, NONE, type RuleContext, rule, type SeenRecord, type Verdicts } from "./rule.ts";
import { moment, percent, plain } from "./wording.ts";

interface Known {
  sha256: string;
  topCl: number;
}
type State = Record<string, Known>;

/** A chart may be loaded some hours before or after the order says. */
const MARGIN_MS = 6 * 3_600_000;

function onChart(state: State, record: RecordOf<"chart">, { atMs }: SeenRecord, { filings }: RuleContext): Verdicts {
  if (record.quality !== "good") return NONE;
  const { tank, chartSha256: sha256, points } = record;
  const topCl = points[points.length - 1]!.volumeCl;
  const known = state[tank];
  state[tank] = { sha256, topCl };
  const before = known?.sha256 ?? (record.cause === "changed" ? record.previousChartSha256 : null);
  if (before === null || before === sha256) return NONE;
  if (filings.workOrder("chart-changed", tank, atMs, MARGIN_MS) !== undefined) return NONE;
  const figures = {
    previousChart: before.slice(0, 12),
    chart: sha256.slice(0, 12),
    points: points.length,
    topPpm: known === undefined ? null : Math.round((topCl / known.topCl - 1) * 1e6),
    deviceChangedAt: record.deviceChangedAt,
  };
  return [{ verdict: "finding", subject: tank, atMs, figures, evidence: [evidenceOf(record)] }];
}

export const chartChanged = rule<State>({
  id: "wetstock.chart-changed",
  title: { zh: "罐容表被修改", en: "Strapping table changed" },
  basis: "第五条（二）、第十二条 Art. 5(2), 12",
  department: "market-regulation",
  severity: "high",
  why: {
    zh: "改罐容表就改了该罐所有进销存数字，可用来掩盖少给油或账外油。",
    en: "Whoever changes the table changes every figure of the tank, and can hide short measure or fuel off the books.",
  },
  check: {
    zh: "索取罐容检定证书与工单，读出液位仪中的罐容表及修改记录。",
    en: "Ask for the calibration certificate and the work order; read the table and its audit trail from the gauge.",
  },
  parameters: {},
  start: () => ({}),
  on: { chart: onChart },
  text: ({ subject, figures, untilMs }) => ({
    zh: `油罐 ${subject} 的罐容表在 ${moment(untilMs)} 前由 ${plain(figures.previousChart)} 变为 ${plain(figures.chart)}（${plain(figures.points)} 点，顶部容积变化 ${percent(figures.topPpm)}），无工单。`,
    en: `The strapping table of tank ${subject} changed from ${plain(figures.previousChart)} to ${plain(figures.chart)} by ${moment(untilMs)} (${plain(figures.points)} points, volume at the top changed by ${percent(figures.topPpm)}), and no work order covers it.`,
  }),
});
