/** Compares what the rules said of a station with what really happened there. Pure. */
import type { Planted, Truth } from "./truth.ts";

export interface Flag {
  rule: string;
  subject: string;
  severity: "notice" | "medium" | "high";
  fromMs: number;
  untilMs: number;
  raisedMs: number;
  aboveNoticeMs: number | null;
  figures: Record<string, number | string | null>;
}

export interface Replayed {
  station: string;
  fromMs: number;
  untilMs: number;
  records: number;
  flags: Flag[];
  inconclusive: { rule: string; subject: string; day: string; reason: string }[];
  /** what a tank gained unexplained on a day that could be judged, by which version of its chart */
  tankDays: { tank: string; day: number; version: number; gainCl: number; soldCl: number }[];
}

/** Which tank a nozzle draws from. */
export type TankOf = ReadonlyMap<string, string>;

/** One cause: everything planted that the same rules should find at the same tank or device. */
export interface CauseScore {
  kind: string;
  subject: string;
  found: boolean;
  /** hours from when the records first showed it to the flag of the first rule that must tell; null: it did not */
  hours: number | null;
  /** rules that had to tell and did not */
  missing: string[];
  /** the flag names the very subject, not only its tank */
  named: boolean;
  litresTrue: number | null;
  litresSaid: number | null;
}

export interface WrongFlag {
  rule: string;
  subject: string;
  day: number;
}

export interface StationScore {
  days: number;
  records: number;
  causes: CauseScore[];
  /** above notice, and nothing explains them */
  wrong: WrongFlag[];
  /** above notice, of another kind or place than expected, while a cheat went on */
  beside: WrongFlag[];
  /** days on which at least 100 L went past the tax ports of a tank, and of these, those told by the next noon */
  hiddenDays: { days: number; told: number };
  /** of days without any cheat: what each tank gained unexplained, a share of what it sold, by version of its chart */
  residuals: { version: number; share: number }[];
  inconclusiveDays: number;
  reasons: Record<string, number>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Noon of the day after. */
const NOON_AFTER_MS = 36 * HOUR_MS;
/** A cheat that has ended may be told a little later: the day closes, the journal arrives. */
const LATE_MS = 3 * DAY_MS;
/** Rules that say that something was not heard. */
const SILENCE = ["gateway.silent", "tax-port.silent", "seal.silent", "seal.hub-gone"];
/** Where a rule states the litres of its flag, 0.01 L. */
const LITRES = ["allUnseenCl", "lostCl", "shortCl", "gainCl", "inflowCl", "missingCl"];

/** Scores one station. */
export function scoreStation(truth: Truth, replayed: Replayed, tankOf: TankOf): StationScore {
  const cheats = truth.planted.filter((one) => !one.honest);
  const above = replayed.flags.filter((flag) => flag.aboveNoticeMs !== null);
  const used = new Set<Flag>();
  const causes = groups(cheats, tankOf).map((group) => scoreCause(group, above, tankOf, used));
  const others = above.filter((flag) => !used.has(flag) && !isDark(flag, truth));
  const during = (flag: Flag) =>
    cheats.some((one) => flag.untilMs >= one.fromMs && flag.raisedMs <= one.untilMs + LATE_MS);
  const wrongOf = ({ rule, subject, raisedMs }: Flag) => ({ rule, subject, day: (raisedMs - truth.fromMs) / DAY_MS });
  const reasons: Record<string, number> = {};
  for (const { reason } of replayed.inconclusive) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return {
    days: (truth.untilMs - truth.fromMs) / DAY_MS,
    records: replayed.records,
    causes,
    wrong: others.filter((flag) => !during(flag)).map(wrongOf),
    beside: others.filter(during).map(wrongOf),
    hiddenDays: hiddenDays(truth, above),
    residuals: residuals(truth, replayed),
    inconclusiveDays: new Set(replayed.inconclusive.map((one) => one.day)).size,
    reasons,
  };
}

/** A gateway or device that was silent because there was no power was silent: that is no wrong flag. */
function isDark(flag: Flag, { dark }: Truth): boolean {
  const aboutSilence = SILENCE.some((rule) => flag.rule === rule);
  return aboutSilence && dark.some((one) => flag.untilMs >= one.fromMs && flag.fromMs <= one.untilMs + 3_600_000);
}

/** What should be found as one: the same rules, the same tank or device. Repeated strokes of one cheat are one cause. */
function groups(cheats: readonly Planted[], tankOf: TankOf): Planted[][] {
  const map = new Map<string, Planted[]>();
  for (const cheat of cheats) {
    if (cheat.expects.length === 0) continue;
    const byTank = cheat.expects.some((rule) => rule === "wetstock.outflow-without-sales");
    const place = byTank ? (tankOf.get(cheat.nozzle ?? cheat.subject) ?? cheat.subject) : cheat.subject;
    const key = `${cheat.expects.join()} ${place}`;
    const group = map.get(key);
    if (group === undefined) map.set(key, [cheat]);
    else group.push(cheat);
  }
  return [...map.values()];
}

function scoreCause(group: readonly Planted[], flags: readonly Flag[], tankOf: TankOf, used: Set<Flag>): CauseScore {
  const first = group.reduce((a, b) => (a.shownMs <= b.shownMs ? a : b));
  const fits = flags.filter((flag) => group.some((cheat) => isAbout(flag, cheat, tankOf)));
  for (const flag of fits) used.add(flag);
  for (const flag of flags) if (group.some((cheat) => isSide(flag, cheat))) used.add(flag);
  const missing = first.expects.filter((rule) => !fits.some((flag) => flag.rule === rule));
  const leading = fits.filter(({ rule }) => rule === first.expects[0]);
  const earliest = leading.length === 0 ? null : Math.min(...leading.map((flag) => flag.aboveNoticeMs!));
  const litresTrue = sum(group.map((one) => one.litres));
  const said = fits.map((flag) => litresOfFlag(flag));
  return {
    kind: first.kind,
    subject: first.subject,
    found: missing.length === 0,
    hours: earliest === null ? null : Math.max(0, earliest - first.shownMs) / HOUR_MS,
    missing,
    named: fits.some((flag) => group.some((one) => flag.subject === one.subject)),
    litresTrue,
    litresSaid: litresTrue === null ? null : sum(said),
  };
}

function isAbout(flag: Flag, cheat: Planted, tankOf: TankOf): boolean {
  if (!cheat.expects.includes(flag.rule) || !isMeanwhile(flag, cheat)) return false;
  const places = (subject: string | null) => (subject === null ? [] : [subject, tankOf.get(subject) ?? subject]);
  const about = new Set([...places(cheat.subject), ...places(cheat.nozzle)]);
  // What befalls the gateway is seen at its name, and at every device that it reads.
  if (["station", "gateway"].includes(cheat.subject) || flag.rule.startsWith("gateway.")) return true;
  return places(flag.subject).some((place) => about.has(place));
}

/** Another side may be seen later, once the next tanker has come: what matters is that its span holds the cheat. */
function isSide(flag: Flag, cheat: Planted): boolean {
  const holds = flag.fromMs <= cheat.untilMs && flag.untilMs >= cheat.fromMs;
  return cheat.also.includes(flag.rule) && (holds || isMeanwhile(flag, cheat));
}

function isMeanwhile(flag: Flag, cheat: Planted): boolean {
  return flag.untilMs >= cheat.fromMs && flag.raisedMs <= cheat.untilMs + LATE_MS;
}

/** By the next noon there is a flag of the tank that holds the day. */
function hiddenDays({ hidden, untilMs }: Truth, flags: readonly Flag[]): { days: number; told: number } {
  const days = hidden.filter(({ litres, dayMs }) => litres >= 100 && dayMs + NOON_AFTER_MS <= untilMs);
  const told = days.filter(({ tank, dayMs }) =>
    flags.some(
      (flag) =>
        flag.rule === "wetstock.outflow-without-sales" &&
        flag.subject === tank &&
        flag.aboveNoticeMs! <= dayMs + NOON_AFTER_MS &&
        flag.untilMs >= dayMs,
    ),
  );
  return { days: days.length, told: told.length };
}

/** Busy enough that a share says something of the chart, not of a millimetre at the gauge, L a day. */
const BUSY_L = 1_000;

/** The daily residual of a chart, before anything is planted that moves fuel. */
function residuals({ planted, fromMs }: Truth, { tankDays }: Replayed): { version: number; share: number }[] {
  const firstMs = Math.min(...planted.map((one) => one.fromMs));
  return tankDays
    .filter(({ day, soldCl }) => (day + 1) * DAY_MS <= firstMs && soldCl >= BUSY_L * 100 && fromMs < firstMs)
    .map(({ version, gainCl, soldCl }) => ({ version, share: gainCl / soldCl }));
}

function litresOfFlag({ figures }: Flag): number | null {
  const name = LITRES.find((one) => typeof figures[one] === "number");
  return name === undefined ? null : Number(figures[name]) / 100;
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((total, one) => total + one, 0);
}
