/** A day or month total of the tax port that is not the sum of its sales: the port's memory and its sales disagree. */
import type { SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import { localDate } from "@forecourt/protocol/time.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { litres, plain } from "./wording.ts";

interface Period {
  /** sales that belong to it for certain, 0.01 L */
  certainCl: number;
  /** sales near its ends, which may belong to a neighbour, 0.01 L */
  nearCl: number;
  fromSeq: number;
  toSeq: number;
}
interface Nozzle {
  /** the first moment of which the nozzle's sales are known, epoch ms */
  watchedMs: number;
  days: Record<string, Period>;
  months: Record<string, Period>;
}
type State = Record<string, Nozzle>;

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;
/** Day totals come the next morning, month totals on the 1st; after a long silence they can come later. */
const DAYS_KEPT = 40;
const MONTHS_KEPT = 3;
const MONTH_LENGTH = "2026-03".length;

/** Milliseconds since the last midnight at the station. */
function sinceMidnight(atMs: number): number {
  return (((atMs + OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS;
}

function watch(state: State, nozzle: string, atMs: number): Nozzle {
  state[nozzle] ??= { watchedMs: atMs, days: {}, months: {} };
  return state[nozzle];
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, { parameters }: RuleContext): Verdicts {
  const nozzle = watch(state, sale.nozzle, atMs);
  const cl = Math.max(sale.totalVolumeCl - sale.beforeVolumeCl, sale.volumeCl);
  const since = sinceMidnight(atMs);
  const nearMs = parameters.nearMs!;
  // What was merged over a silence may have been sold at any time before: it belongs nowhere for certain.
  const isNear = sale.count === null || since < nearMs || since > DAY_MS - nearMs;
  const date = localDate(atMs);
  const neighbour = isNear ? localDate(since < DAY_MS / 2 ? atMs - DAY_MS : atMs + DAY_MS) : date;
  book(nozzle.days, [date, neighbour], { cl, seq: sale.seq, kept: DAYS_KEPT });
  const months = [date.slice(0, MONTH_LENGTH), neighbour.slice(0, MONTH_LENGTH)] as const;
  book(nozzle.months, months, { cl, seq: sale.seq, kept: MONTHS_KEPT });
  return NONE;
}

/** Books litres to a period, or as near to two of them. */
function book(
  periods: Record<string, Period>,
  [own, neighbour]: readonly [string, string],
  { cl, seq, kept }: { cl: number; seq: number; kept: number },
): void {
  for (const name of new Set([own, neighbour])) {
    const period = periods[name] ?? { certainCl: 0, nearCl: 0, fromSeq: seq, toSeq: seq };
    if (own === neighbour) period.certainCl += cl;
    else period.nearCl += cl;
    period.toSeq = seq;
    if (periods[name] !== undefined) continue;
    periods[name] = period;
    const names = Object.keys(periods);
    if (names.length > kept) delete periods[names.sort()[0]!];
  }
}

/** First and last moment of a day or month at the station, epoch ms; the last one is the next one's first. */
function spanOf(period: string): { fromMs: number; untilMs: number } {
  const isMonth = period.length === MONTH_LENGTH;
  const fromMs = Date.parse(`${period}${isMonth ? "-01" : ""}T00:00:00+08:00`);
  if (!isMonth) return { fromMs, untilMs: fromMs + DAY_MS };
  const [year, month] = period.split("-").map(Number) as [number, number];
  return { fromMs, untilMs: Date.UTC(year, month) - OFFSET_MS };
}

function onTotal(state: State, total: TotalRecord, { atMs }: SeenRecord, { parameters }: RuleContext): Verdicts {
  const nozzle = watch(state, total.nozzle, atMs);
  if (total.scope === "grand" || total.period === null) return NONE;
  if (total.quality !== "good") {
    const reason = total.reason ?? `the ${total.scope} total could not be read`;
    return [{ verdict: "unknown", subject: total.nozzle, atMs, reason }];
  }
  const { fromMs, untilMs } = spanOf(total.period);
  // A period that began before anybody looked has sales that are not known; one that goes on has more to come.
  if (nozzle.watchedMs > fromMs || atMs < untilMs) return NONE;
  const periods = total.scope === "day" ? nozzle.days : nozzle.months;
  const sold = periods[total.period] ?? { certainCl: 0, nearCl: 0, fromSeq: total.seq, toSeq: total.seq };
  const toleranceCl = parameters.toleranceCl!;
  const missingCl = total.volumeCl - (sold.certainCl + sold.nearCl);
  const surplusCl = sold.certainCl - total.volumeCl;
  if (missingCl <= toleranceCl && surplusCl <= toleranceCl) return NONE;
  const figures = {
    period: total.period,
    periodTotalCl: total.volumeCl,
    salesCl: sold.certainCl + (missingCl > toleranceCl ? sold.nearCl : 0),
    differenceCl: missingCl > toleranceCl ? missingCl : -surplusCl,
  };
  const sales: EvidenceRange = { gateway: total.gateway, fromSeq: sold.fromSeq, toSeq: sold.toSeq };
  const evidence = [sales, evidenceOf(total)];
  return [{ verdict: "finding", subject: total.nozzle, fromMs, atMs, figures, evidence }];
}

export const periodTotalMismatch = rule<State>({
  id: "tax-port.period-total-mismatch",
  title: { zh: "日累月累与流水之和不符", en: "Day or month total is not the sum of the sales" },
  basis: "第五条（二）、第十四条 Art. 5(2), 14",
  department: "tax",
  severity: "high",
  parameters: {
    toleranceCl: {
      default: 100,
      unit: "0.01 L",
      why: "both are counted by the same meter: they differ by rounding only",
    },
    nearMs: {
      default: 1_200_000,
      unit: "ms",
      why: "a fuelling around midnight belongs to the day of the dispenser's clock, which may be off by minutes",
    },
  },
  why: {
    zh: "日累、月累是税控装置对销售的独立记忆，与流水不符必有一方被改动或漏采。",
    en: "Day and month totals are the tax device's own memory: where they differ from the sales, one of them was changed or missed.",
  },
  check: {
    zh: "读取加油机日累、月累，与日销售台账、平台流水逐枪核对。",
    en: "Read day and month totals at the dispenser and compare them with the daily book and the sales, nozzle by nozzle.",
  },
  start: () => ({}),
  on: { sale: onSale, total: onTotal },
  text: ({ subject, figures }) => ({
    zh: `油枪 ${subject} 在 ${plain(figures.period)} 的税控累计为 ${litres(figures.periodTotalCl)} L，平台流水合计 ${litres(figures.salesCl)} L，相差 ${litres(figures.differenceCl)} L。请与台账核对。`,
    en: `For ${plain(figures.period)} the tax port of nozzle ${subject} counts ${litres(figures.periodTotalCl)} L, the sales add up to ${litres(figures.salesCl)} L: a difference of ${litres(figures.differenceCl)} L. Compare with the daily book.`,
  }),
});
