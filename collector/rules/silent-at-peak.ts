/**
 * A tax port or gateway that falls silent again and again just when the station sells most. What counts as busy is
 * learned from the station itself: its usual sales in each hour of the day. A silence counts once the totals prove that
 * fuel was sold in it: without power nobody sells, and nothing was hidden.
 */
import type { GatewayRecord, LinkRecord, SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import { localDate } from "@forecourt/protocol/time.ts";
import { covered } from "./covered.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { moment, plain, span } from "./wording.ts";

interface Silence {
  day: string;
  fromMs: number;
  untilMs: number;
  evidence: EvidenceRange;
}
interface State {
  /** sales seen in each hour of the day */
  hours: number[];
  /** days on which anything was seen */
  days: number;
  /** the last of them, days since the epoch at the station */
  lastDay: number;
  /** since when a device is down, by device */
  downMs: Record<string, { atMs: number; evidence: EvidenceRange }>;
  /** last record of each gateway */
  last: Record<string, { atMs: number; evidence: EvidenceRange }>;
  /** busy silences of the last week, by device or gateway */
  silences: Record<string, Silence[]>;
  /** last grand total of each nozzle, 0.01 L */
  totals: Record<string, number>;
  /** busy silences that are over, until a total shows whether anything was sold in them, by device or gateway */
  pending: Record<string, Silence & { told: string[] }>;
}

/** The totals are read first of all when a port answers again. */
const PENDING_MS = 600_000;

const HOUR_MS = 3_600_000;
const OFFSET_MS = 8 * HOUR_MS;
const WEEK_MS = 7 * 86_400_000;
const hourOf = (atMs: number) => Math.floor((((atMs + OFFSET_MS) % (24 * HOUR_MS)) + 24 * HOUR_MS) / HOUR_MS) % 24;

/** Sales that would have been expected between two moments. */
function expectedSales({ hours, days }: State, fromMs: number, untilMs: number): number {
  let sum = 0;
  for (let at = fromMs; at < untilMs; at = Math.floor(at / HOUR_MS + 1) * HOUR_MS) {
    const until = Math.min(untilMs, Math.floor(at / HOUR_MS + 1) * HOUR_MS);
    sum += ((hours[hourOf(at)]! / Math.max(1, days)) * (until - at)) / HOUR_MS;
  }
  return sum;
}

function isBusy(state: State, fromMs: number, untilMs: number, context: RuleContext): boolean {
  const { minMs, minExpected, busierBy } = context.parameters as {
    minMs: number;
    minExpected: number;
    busierBy: number;
  };
  if (untilMs - fromMs < minMs || untilMs - fromMs > 12 * HOUR_MS || state.days < context.parameters.learnDays!)
    return false;
  const expected = expectedSales(state, fromMs, untilMs);
  const anyTime = (state.hours.reduce((a, b) => a + b, 0) / state.days / 24) * ((untilMs - fromMs) / HOUR_MS);
  return expected >= minExpected && expected >= anyTime * (busierBy / 100);
}

/** A silence is over: if it was a busy one, the totals will say whether it hid anything. */
function ended(
  state: State,
  of: { subject: string; from: { atMs: number; evidence: EvidenceRange } },
  seen: SeenRecord,
  context: RuleContext,
): void {
  const { subject, from } = of;
  if (!isBusy(state, from.atMs, seen.atMs, context)) return;
  if (covered(context, ["station-closed", "board-replaced", "gateway-replaced"], [subject], seen.atMs)) return;
  const evidence = { ...from.evidence, toSeq: seen.record.seq };
  state.pending[subject] = { day: localDate(from.atMs), fromMs: from.atMs, untilMs: seen.atMs, evidence, told: [] };
}

/** A nozzle's total, and what it was before the record that tells it: whether it rose unseen. */
function onTold(
  state: State,
  told: { nozzle: string; device: string; beforeCl: number; totalCl: number },
  seen: SeenRecord,
  context: RuleContext,
): Verdicts {
  const known = state.totals[told.nozzle];
  state.totals[told.nozzle] = told.totalCl;
  const isUnseen = known !== undefined && told.beforeCl > known;
  let verdicts: Verdicts = NONE;
  for (const subject of [told.device, seen.record.gateway]) {
    const silence = state.pending[subject];
    if (silence === undefined || silence.told.includes(told.nozzle)) continue;
    silence.told.push(told.nozzle);
    const isLate = seen.atMs - silence.untilMs > PENDING_MS;
    if (isLate || isUnseen) delete state.pending[subject];
    if (isUnseen && !isLate) verdicts = [...verdicts, ...hidden(state, subject, silence, context)];
  }
  return verdicts;
}

/** A busy silence in which fuel was sold: one more of the week. */
function hidden(
  state: State,
  subject: string,
  { day, fromMs, untilMs: atMs, evidence }: Silence,
  { parameters }: RuleContext,
): Verdicts {
  const kept = (state.silences[subject] ?? []).filter((one) => atMs - one.untilMs <= WEEK_MS);
  kept.push({ day, fromMs, untilMs: atMs, evidence });
  state.silences[subject] = kept;
  const days = new Set(kept.map((one) => one.day)).size;
  if (days < parameters.days!) return NONE;
  const silentMs = kept.reduce((sum, one) => sum + one.untilMs - one.fromMs, 0);
  const figures = { days, silences: kept.length, silentMs };
  const all = kept.flatMap((one) => [
    { ...one.evidence, toSeq: one.evidence.fromSeq },
    { ...one.evidence, fromSeq: one.evidence.toSeq },
  ]);
  return [{ verdict: "finding", subject, fromMs: kept[0]!.fromMs, atMs, figures, evidence: all }];
}

function onSale(state: State, sale: SaleRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (sale.count === 1) state.hours[hourOf(seen.atMs)]! += 1;
  const { nozzle, device, totalVolumeCl: totalCl } = sale;
  // What the gateway could not tell apart was sold unseen, all of it; a single fuelling was seen.
  return onTold(
    state,
    { nozzle, device, beforeCl: sale.count === null ? totalCl : sale.beforeVolumeCl, totalCl },
    seen,
    context,
  );
}

function onTotal(state: State, total: TotalRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (total.scope !== "grand" || total.quality !== "good") return NONE;
  const { nozzle, device, volumeCl } = total;
  return onTold(state, { nozzle, device, beforeCl: volumeCl, totalCl: volumeCl }, seen, context);
}

function onLink(state: State, link: LinkRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  const { device } = link;
  if (device === null || !context.layout.taxPorts.has(device)) return NONE;
  if (link.state === "down") {
    state.downMs[device] ??= { atMs: seen.atMs, evidence: evidenceOf(link) };
    return NONE;
  }
  const from = state.downMs[device];
  if (from === undefined) return NONE;
  delete state.downMs[device];
  ended(state, { subject: device, from }, seen, context);
  return NONE;
}

function onGateway(state: State, record: GatewayRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  const from = state.last[record.gateway];
  if (record.event !== "start" || from === undefined) return NONE;
  ended(state, { subject: record.gateway, from: { ...from, evidence: { ...from.evidence } } }, seen, context);
  return NONE;
}

function onRecord(state: State, { record, atMs }: SeenRecord): Verdicts {
  const last = state.last[record.gateway];
  if (last === undefined) state.last[record.gateway] = { atMs, evidence: evidenceOf(record) };
  else {
    // In place: this runs for every record of a year.
    last.atMs = atMs;
    last.evidence.fromSeq = record.seq;
    last.evidence.toSeq = record.seq;
  }
  const day = Math.floor((atMs + OFFSET_MS) / (24 * HOUR_MS));
  if (day > state.lastDay) {
    state.lastDay = day;
    state.days += 1;
  }
  return NONE;
}

export const silentAtPeak = rule<State>({
  id: "tax-port.silent-at-peak",
  title: { zh: "繁忙时段反复断线", en: "Silent again and again at busy hours" },
  basis: "第五条（三）、第十五条 Art. 5(3), 15",
  department: "public-security",
  severity: "high",
  parameters: {
    days: {
      default: 3,
      unit: "days of 7",
      why: "a fault does not keep to the rush hour; three days of a week are a habit",
    },
    minMs: { default: 600_000, unit: "ms", why: "shorter silences hide one or two fuellings" },
    minExpected: { default: 3, unit: "sales", why: "a silence in which nobody would have come hides nothing" },
    busierBy: { default: 130, unit: "% of an average hour", why: "silences at any hour average out at 100 %" },
    learnDays: { default: 3, unit: "days", why: "before that it is not known when the station is busy" },
  },
  why: {
    zh: "故障不挑时间；专在繁忙时段断线，多为人为逃避采集。",
    en: "Faults come at any hour; silences that keep to the busy ones are made by hand.",
  },
  check: {
    zh: "突击检查繁忙时段的连线与网关电源，调取监控录像，核对断线期间油量。",
    en: "Come unannounced at a busy hour; look at cable and power, at the cameras, and at the litres of the silences.",
  },
  stateVersion: 2,
  start: () => ({
    hours: Array.from({ length: 24 }, () => 0),
    days: 0,
    lastDay: 0,
    downMs: {},
    last: {},
    silences: {},
    totals: {},
    pending: {},
  }),
  on: { sale: onSale, total: onTotal, link: onLink, gateway: onGateway },
  onRecord,
  text: ({ subject, figures, fromMs, untilMs }) => {
    const silent = span(figures.silentMs);
    return {
      zh: `${subject} 在 ${moment(fromMs)} 至 ${moment(untilMs)} 的 ${plain(figures.days)} 天里 ${plain(figures.silences)} 次于繁忙时段断线，共 ${silent.zh}。请突击检查。`,
      en: `Between ${moment(fromMs)} and ${moment(untilMs)} ${subject} fell silent ${plain(figures.silences)} times at busy hours on ${plain(figures.days)} days, ${silent.en} altogether. Inspect unannounced.`,
    };
  },
});
