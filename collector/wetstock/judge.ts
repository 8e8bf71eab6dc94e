/**
 * Judges a tank's day: which single cause explains its gains or losses, beyond doubt and against the alternatives. The
 * litres that a cause implies must agree with what the tank gained, or the cause is chance.
 */
import type { Cause, CauseKind, Explanation } from "./explain.ts";
import type { ClosedDay, SoldDay, TankDay } from "./state.ts";

export interface Judged {
  cause: Cause;
  days: number;
  /** first day of the fault, as far back as the days show it */
  sinceDay: number;
  /** litres that the cause gained or lost since then, and their standard error */
  litres: number;
  se: number;
  /** causes that were weighed and explain less */
  excluded: CauseKind[];
}

export const judgeLimits = {
  /** a square of significance that chance does not reach in a prefecture's year */
  certain: 30,
  /** enough to name the cause when the litres as a whole are certain */
  named: 12,
  lead: 4,
  /** the younger half of a window must show this share of the cause, within so many of its standard errors */
  halfShare: 0.6,
  halfSigmas: 1.5,
  misfit: 1.5,
  sigmas: 4,
  /** a share of what was sold below which meters and charts are never exact */
  share: 0.001,
  /** least effect worth a word: share of a nozzle, share of all, L/h, share of a part of the sales */
  nozzle: 0.004,
  all: 0.0035,
  perHour: 0.3,
  part: 0.006,
  /** a part of the sales (night, beyond 20 L) must be surer than a nozzle: there are many parts */
  certainPart: 45,
  /** a part of the sales that no error of a chart can look like, however few levels the chart has seen */
  clearPart: 120,
  /** of a gain, so much must be gone while somebody inspects, and so surely, for it to be switched off */
  stopped: 0.6,
  stoppedSigmas: 6,
  certainFirst: 60,
  /** more than this of a litre is not kept from customers who look: such a tank gains from elsewhere, a share */
  most: 0.3,
  /** from this version on a chart has seen enough levels; before, only nozzles are held against each other */
  version: 2,
  /** from this version on a chart is so exact that what a tank gained as a whole is no error of its chart */
  exactVersion: 3,
};

/** Error of the change of a tank over some days: both ends, the chart, the warmth. */
export function changeSe(days: number, sold: number): number {
  return Math.hypot(7, 0.0004 * sold, 2 * Math.sqrt(days));
}

/**
 * Why the tank gains, by windows of days against the frozen chart.
 * @param known what was told before of the cause, by nozzle (-1 for all): since which day
 */
export function judgeWindows(
  day: TankDay,
  known: (nozzle: number) => number | undefined = () => undefined,
): Judged | undefined {
  return firstWindow(day, isShortMeasure, known);
}

/**
 * Whether a gain or loss of all nozzles stopped while somebody inspected: by the window that shows it most clearly.
 * @param gain what all nozzles gain otherwise, a share
 */
export function stopsWhenInspected({ explanations }: TankDay, gain: number): boolean {
  return explanations.some(({ inspected }) => {
    if (inspected === undefined || inspected.gain * gain <= 0) return false;
    const { value, se } = inspected.change;
    const isOpposite = value * gain < 0 && Math.abs(value) >= judgeLimits.stopped * Math.abs(inspected.gain);
    return isOpposite && Math.abs(value) >= judgeLimits.stoppedSigmas * se;
  });
}

/** Why the tank loses, when a share of the sales or time explains it. */
export function judgeLoss(day: TankDay, kind: "time" | "share", sinceDay?: number): Judged | undefined {
  return firstWindow(day, kind === "time" ? isLeak : isShareLost, () => sinceDay);
}

interface Total {
  litres: number;
  se: number;
  sold: number;
}
type Test = (cause: Cause, explanation: Explanation, total: Total, version: number) => boolean;

function firstWindow(day: TankDay, test: Test, known: (nozzle: number) => number | undefined): Judged | undefined {
  for (const explanation of day.explanations) {
    if (explanation.misfit > judgeLimits.misfit) continue;
    const window = day.days.filter((one) => one.day > day.day - explanation.days);
    if (window.length < Math.ceil(explanation.days * 0.7)) continue;
    const sold = sum(window, (one) => one.sold);
    const total = { litres: sum(window, (one) => one.steadyL), sold, se: changeSe(window.length, sold) };
    for (const cause of explanation.causes.slice(0, 6)) {
      if (cause.chi < judgeLimits.named) break;
      const stands =
        day.version < judgeLimits.version
          ? standsFromTheFirst(cause, explanation, day)
          : isConsistent(cause, explanation.days, day, total) && goesOn(cause, explanation, day);
      if (stands && test(cause, explanation, total, day.version)) {
        return judged(cause, explanation, day, known(cause.nozzle));
      }
    }
  }
  return undefined;
}

/**
 * While a chart knows few levels, only a nozzle can be held against the others of its tank. The chart has taken on what
 * they have in common, so the tank's gain does not show the litres; the difference must be all the surer.
 */
function standsFromTheFirst(cause: Cause, explanation: Explanation, day: TankDay): boolean {
  const isOne = cause.kind === "nozzle" && day.nozzles.length > 2;
  return isOne && cause.chi >= judgeLimits.certainFirst && leads(cause, explanation);
}

/** The litres that the cause implies are those that the tank gained or lost. */
function isConsistent(cause: Cause, days: number, day: TankDay, total: Total): boolean {
  if (Math.sign(cause.value) !== Math.sign(total.litres)) return false;
  const implied = impliedL(cause, day, day.day - days + 1);
  return Math.abs(total.litres - implied) <= 0.35 * Math.abs(implied) + 2 * total.se;
}

/**
 * The younger half of a window shows the cause as well. A meter that was set, or a nozzle that was short and is no
 * more, bends a long window so that another nozzle seems to explain it; what is really there can be seen in its half.
 */
function goesOn({ kind, nozzle, value }: Cause, { days }: Explanation, day: TankDay): boolean {
  const shorter = day.explanations.filter((one) => one.days <= days / 2);
  const same = shorter[shorter.length - 1]?.causes.find((one) => one.kind === kind && one.nozzle === nozzle);
  if (same === undefined) return true;
  const sign = Math.sign(value);
  return sign * same.value + judgeLimits.halfSigmas * same.se >= judgeLimits.halfShare * sign * value;
}

/** Litres of a cause from a day on. */
function impliedL(cause: Cause, day: TankDay, fromDay: number): number {
  return cause.value * volumeOf(cause, day.soldByDay, fromDay, day.day);
}

function isShortMeasure(cause: Cause, explanation: Explanation, total: Total, version: number): boolean {
  if (cause.value <= 0 || cause.kind === "time") return false;
  if (cause.value < leastOf(cause.kind) || cause.value > judgeLimits.most) return false;
  if (version < judgeLimits.version) return true;
  const { exactVersion, sigmas, share } = judgeLimits;
  const asWhole = version >= exactVersion && total.litres > sigmas * total.se && total.litres > share * total.sold;
  if (cause.kind !== "nozzle" && cause.kind !== "all") {
    const clear = cause.chi >= judgeLimits.clearPart && total.litres > 2 * total.se;
    return (clear || (cause.chi >= judgeLimits.certainPart && asWhole)) && leads(cause, explanation);
  }
  const certain = cause.chi >= judgeLimits.certain && total.litres > 2 * total.se;
  return (certain || asWhole) && leads(cause, explanation);
}

/** Whether a cause is worth a word. */
export function isLeast({ kind, value }: Pick<Cause, "kind" | "value">): boolean {
  return Math.abs(value) >= leastOf(kind);
}

function leastOf(kind: CauseKind): number {
  if (kind === "nozzle") return judgeLimits.nozzle;
  return kind === "all" ? judgeLimits.all : judgeLimits.part;
}

/** No other nozzle and no other kind of cause explains as much. Parts of one nozzle's sales are no rivals to it. */
function leads(cause: Cause, { causes }: Explanation): boolean {
  return causes.every(
    (other) => other === cause || other.nozzle === cause.nozzle || other.chi <= cause.chi - judgeLimits.lead,
  );
}

function isLeak(cause: Cause, { causes, days }: Explanation, total: Total): boolean {
  if (cause.kind !== "time" || cause.value > -judgeLimits.perHour || days < 2) return false;
  const best = causes[0]!;
  const steady = cause.chi >= best.chi - 6 && cause.chi >= judgeLimits.certain - 5;
  return steady && -total.litres > 3 * total.se;
}

function isShareLost(cause: Cause, explanation: Explanation, total: Total): boolean {
  if ((cause.kind !== "all" && cause.kind !== "nozzle") || cause.value > -2 * judgeLimits.nozzle) return false;
  const certain = cause.chi >= judgeLimits.certain && -total.litres > judgeLimits.sigmas * total.se;
  const time = explanation.causes.find((one) => one.kind === "time");
  return certain && (time === undefined || time.chi < cause.chi - 6);
}

function judged(cause: Cause, explanation: Explanation, day: TankDay, known: number | undefined): Judged {
  const sinceDay = Math.min(sinceOf(cause, explanation, day), known ?? Number.POSITIVE_INFINITY);
  const best = longest(cause, day, sinceDay) ?? cause;
  const litres = impliedL(best, day, sinceDay);
  const share = best.se / Math.max(1e-9, Math.abs(best.value));
  const kinds = new Set(
    explanation.causes.filter((one) => one.chi <= cause.chi - judgeLimits.lead).map((one) => one.kind),
  );
  kinds.delete(best.kind);
  return { cause: best, days: explanation.days, sinceDay, litres, se: Math.abs(litres) * share, excluded: [...kinds] };
}

/**
 * The cause over the longest window that began after the fault did: the most exact value. Of one nozzle's causes (all
 * its sales, those by night, what goes beyond 20 L) the one that explains most of it: a short window may take one for
 * the other.
 */
function longest(cause: Cause, day: TankDay, sinceDay: number): Cause | undefined {
  const within = day.explanations.filter(
    ({ days, misfit }) => day.day - days + 1 >= sinceDay && misfit <= judgeLimits.misfit,
  );
  const { nozzle, value } = cause;
  return within[within.length - 1]?.causes.find(
    (one) => one.nozzle === nozzle && (one.kind === "time") === (cause.kind === "time") && one.value * value > 0,
  );
}

/** Goes back as long as each day shows at least half of what the cause makes a day. */
function sinceOf(cause: Cause, explanation: Explanation, day: TankDay): number {
  let since = day.day - explanation.days + 1;
  const byDay = new Map<number, ClosedDay>(day.days.map((one) => [one.day, one]));
  for (;;) {
    const before = byDay.get(since - 1);
    const implied = impliedL(cause, { ...day, day: since - 1 }, since - 1);
    if (before === undefined || Math.abs(implied) < 1) return since;
    if (before.steadyL / implied < 0.5) return since;
    since -= 1;
  }
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

/** Litres that a cause is a share of since a day; hours for time. */
function volumeOf(
  { kind, nozzle }: Pick<Cause, "kind" | "nozzle">,
  soldByDay: readonly SoldDay[],
  fromDay: number,
  today: number,
): number {
  if (kind === "time") return 24 * (today - fromDay + 1);
  const part = kind.startsWith("night") ? "night" : kind.startsWith("beyond") ? "beyond" : "litres";
  let sum = 0;
  for (const { day, [part]: litres } of soldByDay) {
    if (day < fromDay || day > today) continue;
    sum += nozzle < 0 ? litres.reduce((total, one) => total + one, 0) : litres[nozzle]!;
  }
  return sum;
}
