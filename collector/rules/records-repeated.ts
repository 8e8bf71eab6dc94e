/**
 * Fuellings told twice: an old answer is played back, with its old minute, or a row of old fuellings in their old order
 * with fresh minutes.
 */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import { type RepeatedRow, type Row, startRow, takeFuelling } from "./repeated-row.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdict,
  type Verdicts,
} from "./rule.ts";
import { litres, moment, plain } from "./wording.ts";

interface Fuelling {
  volumeCl: number;
  amountFen: number;
  totalVolumeCl: number;
  atMs: number;
  evidence: EvidenceRange;
}
/** Fuellings of a nozzle by the minute that they tell, in two generations: the older one is forgotten as a whole. */
interface Memory {
  sinceMs: number;
  young: Record<number, Fuelling[]>;
  old: Record<number, Fuelling[]>;
  /** the last fuellings in their order */
  row: Row;
}
type State = Record<string, Memory>;

/** The minute of the month that a fuelling tells. */
function minuteOf({ lastFuelling }: SaleRecord): number | undefined {
  if (lastFuelling === null) return undefined;
  const { dayOfMonth, hour, minute } = lastFuelling;
  return (dayOfMonth * 24 + hour) * 60 + minute;
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, { parameters }: RuleContext): Verdicts {
  const minute = minuteOf(sale);
  if (minute === undefined || sale.count !== 1 || sale.quality !== "good") return NONE;
  const memory = memoryOf(state, sale, atMs, parameters.memoryMs!);
  const again = takeFuelling(memory.row, sale, parameters.oncePerYears!);
  if (again !== undefined) return [rowFinding(sale, atMs, again)];
  const isSame = (one: Fuelling) => one.volumeCl === sale.volumeCl && one.amountFen === sale.amountFen;
  const same = memory.young[minute]?.find(isSame) ?? memory.old[minute]?.find(isSame);
  const evidence = evidenceOf(sale);
  if (same === undefined) {
    const { volumeCl, amountFen, totalVolumeCl } = sale;
    memory.young[minute] ??= [];
    memory.young[minute].push({ volumeCl, amountFen, totalVolumeCl, atMs, evidence });
    return NONE;
  }
  // Two equal fuellings can end within the minute that the stamp tells; an old stamp cannot come again.
  const isHonest = same.totalVolumeCl !== sale.totalVolumeCl && atMs - same.atMs <= parameters.sameMinuteMs!;
  if (isHonest || atMs - same.atMs > parameters.memoryMs!) return NONE;
  const figures = { volumeCl: sale.volumeCl, amountFen: sale.amountFen, times: 1, apartMs: atMs - same.atMs };
  return [
    { verdict: "finding", subject: sale.nozzle, fromMs: same.atMs, atMs, figures, evidence: [same.evidence, evidence] },
  ];
}

function rowFinding(sale: SaleRecord, atMs: number, { times, distance, digits, first, again }: RepeatedRow): Verdict {
  const { volumeCl, amountFen, gateway, nozzle: subject } = sale;
  const figures = { volumeCl, amountFen, times, apartMs: null, distance, chanceDigits: digits };
  const evidence = [first, again].map((range) => ({ gateway, ...range }));
  return { verdict: "finding", subject, atMs, figures, evidence };
}

function memoryOf(state: State, { nozzle, gateway }: SaleRecord, atMs: number, memoryMs: number): Memory {
  const memory = state[nozzle] ?? { sinceMs: atMs, young: {}, old: {}, row: startRow(gateway) };
  state[nozzle] = memory;
  if (memory.row.gateway !== gateway) memory.row = startRow(gateway);
  if (atMs - memory.sinceMs <= memoryMs) return memory;
  memory.old = memory.young;
  memory.young = {};
  memory.sinceMs = atMs;
  return memory;
}

export const recordsRepeated = rule<State>({
  id: "tax-port.records-repeated",
  title: { zh: "加油记录重复", en: "The same fuelling told twice" },
  basis: "第五条（二） Art. 5(2)",
  department: "market-regulation",
  severity: "high",
  parameters: {
    memoryMs: { default: 172_800_000, unit: "ms", why: "two days: played-back answers are seldom older" },
    oncePerYears: {
      default: 1_000,
      unit: "station-years",
      why: "by chance a row of equal fuellings is told of once in so long: five years of a prefecture of 200 stations",
    },
    sameMinuteMs: {
      default: 180_000,
      unit: "ms",
      why: "two equal fuellings within a minute can be honest; the stamp of minutes ago cannot come again",
    },
  },
  why: {
    zh: "时间、升数、金额完全相同的记录再次出现，说明有装置在回放旧数据。",
    en: "A fuelling with the same minute, litres and money that comes again is an old answer played back.",
  },
  check: {
    zh: "检查税控口与网关之间有无外接装置，比对该时段液位变化。",
    en: "Look for a device between tax port and gateway; compare the tank levels of that time.",
  },
  stateVersion: 5,
  start: () => ({}),
  on: { sale: onSale },
  merge: (before, now) => ({ ...now, times: (Number(before.times) || 0) + (Number(now.times) || 1) }),
  text: ({ subject, figures, fromMs, untilMs }) => {
    const chance = typeof figures.chanceDigits === "number" ? figures.chanceDigits : null;
    return {
      zh: `油枪 ${subject} 在 ${moment(fromMs)} 至 ${moment(untilMs)} 间有 ${plain(figures.times)} 笔记录与此前的加油完全相同（如 ${litres(figures.volumeCl)} L）${chance === null ? "" : `，且次序与 ${plain(figures.distance)} 笔之前一致，偶然的可能不到 10 的 ${chance} 次方分之一`}。请核查是否有装置回放旧数据。`,
      en: `From ${moment(fromMs)} to ${moment(untilMs)} nozzle ${subject} told ${plain(figures.times)} fuellings that were told before (such as ${litres(figures.volumeCl)} L)${chance === null ? "" : `, in the order of ${plain(figures.distance)} fuellings ago: by chance less likely than one in 10^${chance}`}. Check whether something plays old answers back.`,
    };
  },
});
