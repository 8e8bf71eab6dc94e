/**
 * Fuellings told twice: an old answer is played back, with its old minute, or a row of old fuellings in their old order
 * with fresh minutes.
 */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
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
  /** the last fuellings in their order, newest last */
  row: { volumeCl: number; amountFen: number; evidence: EvidenceRange }[];
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
  const memory = memoryOf(state, sale.nozzle, atMs, parameters.memoryMs!);
  const again = repeatedRow(memory.row, sale, parameters.rowLength!, parameters.rowOdd!);
  if (again !== undefined) {
    const figures = { volumeCl: sale.volumeCl, amountFen: sale.amountFen, times: 1, apartMs: null };
    return [{ verdict: "finding", subject: sale.nozzle, atMs, figures, evidence: [again, evidenceOf(sale)] }];
  }
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

/** Fuellings of which the order is remembered. */
const ROW_KEPT = 60;

/** Round litres and round money come again and again honestly; nobody draws 37.81 L for 291.89 twice by chance. */
function isOdd({ volumeCl, amountFen }: { volumeCl: number; amountFen: number }): boolean {
  const offRoundFen = Math.min(amountFen % 1_000, 1_000 - (amountFen % 1_000));
  return volumeCl % 100 !== 0 && offRoundFen > 20;
}

/**
 * Puts a sale into the row.
 * @returns where the row's last `length` fuellings stood before in the same order, when at least `odd` of them are odd
 */
function repeatedRow(row: Memory["row"], sale: SaleRecord, length: number, odd: number): EvidenceRange | undefined {
  const { volumeCl, amountFen } = sale;
  row.push({ volumeCl, amountFen, evidence: evidenceOf(sale) });
  if (row.length > ROW_KEPT) row.shift();
  const last = row.length - 1;
  if (row.length < 2 * length || row.slice(-length).filter(isOdd).length < odd) return undefined;
  for (let end = last - length; end >= length - 1; end -= 1) {
    let match = 0;
    while (match < length && alike(row[end - match]!, row[last - match]!)) match += 1;
    if (match === length) return row[end]!.evidence;
  }
  return undefined;
}

function alike(a: Memory["row"][number], b: Memory["row"][number]): boolean {
  return a.volumeCl === b.volumeCl && a.amountFen === b.amountFen;
}

function memoryOf(state: State, nozzle: string, atMs: number, memoryMs: number): Memory {
  const memory = state[nozzle] ?? { sinceMs: atMs, young: {}, old: {}, row: [] };
  state[nozzle] = memory;
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
    rowLength: { default: 5, unit: "fuellings", why: "so many in the same order, to the centilitre and the fen" },
    rowOdd: { default: 2, unit: "fuellings", why: "round amounts repeat by themselves; two odd ones do not" },
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
  stateVersion: 4,
  start: () => ({}),
  on: { sale: onSale },
  merge: (before, now) => ({ ...now, times: (Number(before.times) || 0) + 1 }),
  text: ({ subject, figures, fromMs, untilMs }) => ({
    zh: `油枪 ${subject} 在 ${moment(fromMs)} 至 ${moment(untilMs)} 间有 ${plain(figures.times)} 笔记录与此前的加油完全相同（如 ${litres(figures.volumeCl)} L）。请核查是否有装置回放旧数据。`,
    en: `From ${moment(fromMs)} to ${moment(untilMs)} nozzle ${subject} told ${plain(figures.times)} fuellings that were told before (such as ${litres(figures.volumeCl)} L). Check whether something plays old answers back.`,
  }),
});
