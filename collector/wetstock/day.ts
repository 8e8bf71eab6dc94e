/** Closes a tank's day: how the unexplained litres moved, and what explains them over windows of days. */
import type { Columns } from "./columns.ts";
import { directionsOf, type Explanation, explainDays } from "./explain.ts";
import { unknownChart } from "./fit.ts";
import { explainSince, type Since } from "./since.ts";
import type { ClosedDay, TankDay, TankState } from "./state.ts";
import type { TankFacts } from "./tank-book.ts";

export const dayLimits = {
  windows: [1, 2, 4, 8, 16, 32],
  /** fewer quiet moments say nothing */
  anchors: 6,
  /** longer without seeing sales, and the day says nothing, ms */
  blindMs: 6 * 3_600_000,
  daysKept: 40,
  /** error of a chart by the version of its calibration, a share of what was sold */
  chartShare: [0.005, 0.005, 0.004, 0.0009, 0.0008],
  /** from this version on a chart has seen a delivery: a tank's past is worth holding its present against */
  sinceVersion: 2,
  /** a cause that is as sure as this keeps its day */
  sure: 20,
  /** warmth that the probe does not see, L */
  thermalL: 2,
};

/**
 * Ends the day; `state.day` is still the day that ends.
 * @param end unexplained litres at which the tank stands, L; null when that is not known
 */
export function closeDay(
  state: TankState,
  facts: TankFacts,
  columns: Columns,
  { atMs, end }: { atMs: number; end: number | null },
): TankDay {
  const { day } = state;
  const gainL = end === null || state.endL === null ? 0 : end - state.endL;
  const inconclusive = reasonOf(state, end);
  if (end !== null) state.endL = end;
  const closed: ClosedDay = {
    day: day.day,
    gainL,
    steadyL: gainL - day.stepGainL + day.stepLossL,
    sold: day.sold,
    anchors: day.anchors,
  };
  if (inconclusive === null) state.days.push(closed);
  if (state.days.length > dayLimits.daysKept) state.days.shift();
  const noiseL = Math.sqrt(state.noiseMm2) * 15;
  return {
    kind: "day",
    tank: facts.tank,
    day: day.day,
    atMs,
    gainL,
    seL: Math.hypot(
      noiseL * Math.SQRT1_2,
      dayLimits.chartShare[state.calibration?.version ?? 0]! * day.sold,
      dayLimits.thermalL,
    ),
    sold: day.sold,
    stepGainL: day.stepGainL,
    stepLossL: day.stepLossL,
    steps: day.steps,
    anchors: day.anchors,
    noiseMm: Math.sqrt(state.noiseMm2),
    version: state.calibration?.version ?? 0,
    nozzles: facts.nozzles,
    explanations: state.calibration === null ? [] : explanations(state, columns),
    since: sinceOf(state, columns),
    soldByDay: state.soldByDay,
    days: state.days,
    inconclusive,
    evidence: day.fromSeq === null ? [] : [day.fromSeq],
  };
}

function reasonOf(state: TankState, end: number | null): string | null {
  const { day } = state;
  if (day.readings === 0) return "the gauge gave no reading";
  if (state.calibration === null) return "the chart is not calibrated yet";
  if (day.blindMs > dayLimits.blindMs) return "a tax port of the tank was not heard for most of the day";
  if (day.anchors < dayLimits.anchors) return "there were too few quiet moments";
  if (end === null || state.endL === null) return "the chart was calibrated anew";
  return null;
}

function sinceOf(state: TankState, columns: Columns): Since | null {
  const { calibration, cells, day, soldByDay, sinceDay, judgeFromDay: fromDay = 0 } = state;
  if (calibration === null || calibration.version < dayLimits.sinceVersion) return null;
  const known = { chart: unknownChart(calibration.isBent), calibration, fromDay, sinceDay };
  const since = explainSince(cells, columns, known, { today: day.day, soldByDay }) ?? null;
  const best = since?.causes[0];
  state.sinceDay = best !== undefined && best.sure >= dayLimits.sure ? best.sinceDay : null;
  return since;
}

function explanations(state: TankState, columns: Columns): Explanation[] {
  const { knowledge: chart, gains } = state.calibration!;
  const directions = directionsOf(columns);
  const list: Explanation[] = [];
  const oldest = state.cells[0]?.day ?? state.day.day;
  const { reset } = state;
  for (const longest of dayLimits.windows) {
    const fromDay = Math.max(state.day.day - longest + 1, state.judgeFromDay ?? 0);
    const days = state.day.day - fromDay + 1;
    if (days < 1) break;
    const one = explainDays(state.cells, columns, directions, { days, fromDay, chart, gains, reset });
    if (one !== undefined) list.push(one);
    if (days < longest || fromDay <= oldest) break;
  }
  return list;
}
