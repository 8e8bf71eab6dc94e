/**
 * Why a tank gains: what began on some day and is sure against the days before, else what the windows of days say
 * against the chart as it was frozen.
 */
import { changeSe, isLeast, type Judged, judgeLimits, judgeWindows } from "./judge.ts";
import type { Since, SinceCause } from "./since.ts";
import type { TankDay } from "./state.ts";

const gainLimits = {
  /** squares by which a cause must lead those of other nozzles; a day or two may speak for the wrong one */
  lead: 6,
  leadYoung: 9,
  youngDays: 2,
  /** the nozzles of before must be what they were when the chart was frozen, or the past is no honest measure, a share */
  drift: 0.003,
};

/**
 * Why the tank gains: a nozzle, all nozzles, some hours or beyond the first 20 L.
 * @param known what was told before of the cause, by nozzle (-1 for all): since which day
 */
export function judgeGain(
  day: TankDay,
  known: (nozzle: number) => number | undefined = () => undefined,
): Judged | undefined {
  return judgeSince(day) ?? judgeWindows(day, known);
}

function judgeSince(day: TankDay): Judged | undefined {
  const { since } = day;
  if (since === null || since.misfit > judgeLimits.misfit || since.drift > gainLimits.drift) return undefined;
  const cause = since.causes.slice(0, 6).find((one) => isGain(one, since, day));
  if (cause === undefined) return undefined;
  const { kind, nozzle, value, se, chi, sinceDay, litres, litresSe } = cause;
  const weaker = since.causes.filter((one) => one.chi <= chi - gainLimits.lead && one.kind !== kind);
  return {
    cause: { kind, nozzle, value, se, chi },
    days: day.day - sinceDay + 1,
    sinceDay,
    litres,
    se: litresSe,
    excluded: [...new Set(weaker.map((one) => one.kind))],
  };
}

function isGain(cause: SinceCause, { causes }: Since, day: TankDay): boolean {
  const { kind, nozzle, value, chi, sure, sinceDay, litres } = cause;
  if (kind === "time" || value <= 0 || value > judgeLimits.most || !isLeast(cause)) return false;
  if (sure < (kind === "nozzle" || kind === "all" ? judgeLimits.certain : judgeLimits.certainPart)) return false;
  const days = day.day - sinceDay + 1;
  const lead = days <= gainLimits.youngDays ? gainLimits.leadYoung : gainLimits.lead;
  if (causes.some((other) => other !== cause && other.nozzle !== nozzle && other.chi > chi - lead)) return false;
  // The tank has gained these litres, as the frozen chart counts them.
  const window = day.days.filter((one) => one.day >= sinceDay);
  if (window.length < Math.ceil(days * 0.7)) return false;
  const gained = window.reduce((sum, one) => sum + one.steadyL, 0);
  const sold = window.reduce((sum, one) => sum + one.sold, 0);
  return Math.abs(gained - litres) <= 0.35 * litres + 2 * changeSe(window.length, sold);
}
