/** A dispenser whose clock is not the gateway's: the tax device dates its sales wrongly, or somebody set it. */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import { localDate } from "@forecourt/protocol/time.ts";
import { covered } from "./covered.ts";
import { noteStart, noteUp, type Returns, sinceReturnMs, startReturns } from "./returns.ts";
import { evidenceOf, NONE, type RuleContext, rule, type SeenRecord, type Verdicts } from "./rule.ts";
import { moment, span } from "./wording.ts";

interface Clock {
  /** sales in a row that were off, and that were right */
  off: number;
  right: number;
  told: boolean;
  /** the last offset, ms; null before the first */
  lastMs: number | null;
  /** it did not creep there, it jumped */
  jumped: boolean;
}
interface State {
  /** by tax port */
  clocks: Record<string, Clock>;
  returns: Returns;
}

/** What a port tells so soon after a silence was fuelled in the silence, and bears its time. */
const OF_SILENCE_MS = 120_000;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MINUTES_OF_DAY = 1_440;
/** Asia/Shanghai. */
const ZONE_MS = 28_800_000;

/**
 * How far a fuelling's stamp lies from a moment, ms; positive when the dispenser is ahead. The stamp has neither month
 * nor year: the nearest reading is taken.
 */
export function stampOffsetMs(stamp: { dayOfMonth: number; hour: number; minute: number }, atMs: number): number {
  const date = localDate(atMs);
  const day = Number(date.slice(8, 10));
  const minuteOfDay = Math.floor((((atMs + ZONE_MS) % DAY_MS) + DAY_MS) / MINUTE_MS) % MINUTES_OF_DAY;
  const daysOfMonth = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
  let days = stamp.dayOfMonth - day;
  // Around the end of a month the 31st lies before the 1st.
  if (days > daysOfMonth / 2) days -= daysOfMonth;
  if (days < -daysOfMonth / 2) days += daysOfMonth;
  return days * DAY_MS + (stamp.hour * 60 + stamp.minute - minuteOfDay) * MINUTE_MS;
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const { lastFuelling, device } = sale;
  // Without a clock of our own that can be trusted there is nothing to compare with.
  if (lastFuelling === null || sale.count !== 1 || sale.clock !== "trusted") return NONE;
  if (sinceReturnMs(state.returns, sale, atMs) <= OF_SILENCE_MS) return NONE;
  const offsetMs = stampOffsetMs(lastFuelling, atMs);
  const known = state.clocks[device] ?? { off: 0, right: 0, told: false, lastMs: null, jumped: false };
  state.clocks[device] = known;
  const { toleranceMs } = context.parameters as { toleranceMs: number };
  const isJump = known.lastMs !== null && Math.abs(offsetMs - known.lastMs) > toleranceMs / 2;
  known.lastMs = offsetMs;
  // A clock that creeps around the limit must not make a flag a day: it is right again well within.
  if (Math.abs(offsetMs) <= (known.told ? toleranceMs / 2 : toleranceMs)) {
    known.off = 0;
    known.jumped = false;
    known.right += 1;
    if (!known.told || known.right < context.parameters.sales!) return NONE;
    known.told = false;
    return [{ verdict: "ended", subject: device, atMs }];
  }
  known.right = 0;
  known.off += 1;
  known.jumped ||= isJump;
  if (known.off < context.parameters.sales!) return NONE;
  if (covered(context, ["board-replaced", "meter-recalibrated"], [device, sale.nozzle], atMs)) return NONE;
  known.told = true;
  const severity = known.jumped ? "medium" : "notice";
  return [{ verdict: "finding", subject: device, atMs, figures: { offsetMs }, evidence: [evidenceOf(sale)], severity }];
}

export const clockDrift = rule<State>({
  id: "tax-port.clock-drift",
  title: { zh: "加油机时钟偏差", en: "Dispenser clock off" },
  basis: "第五条（二） Art. 5(2)",
  department: "service-provider",
  severity: "medium",
  parameters: {
    toleranceMs: {
      default: 900_000,
      unit: "ms",
      why: "a quarter of an hour: clocks drift by minutes a month, not more",
    },
    sales: { default: 3, unit: "sales", why: "so many in a row: a single stamp may be of another nozzle" },
  },
  why: {
    zh: "时钟被调后，日累、月累与当次加油时间不再可信，销售可被移到别的日期。",
    en: "With its clock set, day and month totals and the times of sales are no longer right: sales move to other days.",
  },
  check: {
    zh: "核对加油机时间，询问是否有人调整，检查税控装置电池。",
    en: "Read the dispenser's clock, ask who set it, and check the tax device's battery.",
  },
  stateVersion: 3,
  start: () => ({ clocks: {}, returns: startReturns() }),
  on: {
    sale: onSale,
    gateway: ({ returns }, record, { atMs }) => {
      noteStart(returns, record, atMs);
      return NONE;
    },
    link: ({ returns }, record, { atMs }) => {
      noteUp(returns, record, atMs);
      return NONE;
    },
  },
  text: ({ subject, figures, fromMs, untilMs }) => {
    const off = span(Math.abs(Number(figures.offsetMs)));
    const isAhead = Number(figures.offsetMs) > 0;
    return {
      zh: `税控口 ${subject} 的时钟在 ${moment(fromMs)} 至 ${moment(untilMs)} 间比采集网关${isAhead ? "快" : "慢"} ${off.zh}。请核对时间并询问原因。`,
      en: `From ${moment(fromMs)} to ${moment(untilMs)} the clock of tax port ${subject} was ${off.en} ${isAhead ? "ahead of" : "behind"} the gateway's. Read it on site and ask why.`,
    };
  },
});
