/**
 * Litres that were sold while nobody looked: the total that a nozzle had before a silence of its tax port or gateway,
 * against the one it has after. The totals are the dispenser's own, so the litres are exact; only their times are not.
 */
import type { GatewayRecord, LinkRecord, SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import { stampOffsetMs } from "./clock-drift.ts";
import { noteStart, noteUp, type Returns, seenFromCl, startReturns } from "./returns.ts";
import {
  type EvidenceRange,
  evidenceOf,
  type Figures,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { litres, moment, span } from "./wording.ts";

interface Nozzle {
  device: string;
  gateway: string;
  totalCl: number;
  atMs: number;
  evidence: EvidenceRange;
  /** since when nobody has looked at it, epoch ms; null while it is watched */
  blindMs: number | null;
}
interface State {
  nozzles: Record<string, Nozzle>;
  /** the last sign of life of each gateway, epoch ms */
  lastMs: Record<string, number>;
  /** what has come to light of the silence that is being counted, by device */
  counted: Record<string, Counted>;
  /** what silences hid that were too small to be told, by device, 0.01 L: it is told with the next */
  smallCl: Record<string, number>;
  returns: Returns;
}

interface Counted {
  fromMs: number;
  unseenCl: number;
  /** of it, what no record tells as single fuellings, 0.01 L */
  lostCl: number;
  /** a fuelling ended well within the silence: there was power, and the station sold */
  isOpen: boolean;
  nozzles: number;
  /** of smaller silences before, 0.01 L */
  smallCl: number;
  told: boolean;
}

function blind(state: State, matches: (nozzle: Nozzle) => boolean, sinceMs: number): void {
  for (const nozzle of Object.values(state.nozzles)) {
    if (!matches(nozzle)) continue;
    nozzle.blindMs ??= sinceMs;
    forget(state, nozzle.device);
  }
}

/** Another silence begins: what the last one hid and nobody was told is kept. */
function forget(state: State, device: string): void {
  const counted = state.counted[device];
  if (counted?.told === false) state.smallCl[device] = counted.smallCl + counted.unseenCl;
  delete state.counted[device];
}

function onLink(state: State, link: LinkRecord, { atMs }: SeenRecord): Verdicts {
  noteUp(state.returns, link, atMs);
  if (link.state === "down") {
    blind(state, (one) => one.gateway === link.gateway && one.device === (link.device ?? one.device), atMs);
  }
  return NONE;
}

function onGateway(state: State, record: GatewayRecord, { atMs }: SeenRecord): Verdicts {
  noteStart(state.returns, record, atMs);
  const lastMs = state.lastMs[record.gateway];
  if (record.event === "start" && lastMs !== undefined) {
    blind(state, (one) => one.gateway === record.gateway, Math.min(lastMs, atMs));
  }
  return NONE;
}

function onRecord(state: State, { record, atMs }: SeenRecord): Verdicts {
  state.lastMs[record.gateway] = atMs;
  return NONE;
}

interface Told {
  nozzle: string;
  device: string;
  /** the total before what the record itself tells, 0.01 L */
  beforeCl: number;
  /** the total from which on somebody looked: a fuelling that a port remembers when it is back lies before it, 0.01 L */
  seenFromCl: number;
  totalCl: number;
  /** when the fuelling ended that a port remembers, epoch ms; null when it does not say */
  endedMs: number | null;
}

const CL_PER_L = 100;
/** A power cut ends every fuelling: only one that ends later than this shows that the station had power. */
const WITHIN_MS = 300_000;

function take(state: State, told: Told, seen: SeenRecord, { parameters }: RuleContext): Verdicts {
  const known = state.nozzles[told.nozzle];
  const { device, totalCl } = told;
  const evidence = evidenceOf(seen.record);
  const { gateway } = seen.record;
  state.nozzles[told.nozzle] = { device, gateway, totalCl, atMs: seen.atMs, evidence, blindMs: null };
  if (known === undefined || known.blindMs === null) return NONE;
  const silentMs = seen.atMs - known.blindMs;
  const lostCl = Math.max(0, told.beforeCl - known.totalCl);
  const unseenCl = silentMs < parameters.wholeMs! ? lostCl : told.seenFromCl - known.totalCl;
  if (unseenCl <= 0 || silentMs < parameters.silentMs!) return NONE;
  const smallCl = state.smallCl[device] ?? 0;
  const sum = state.counted[device] ?? {
    fromMs: known.blindMs,
    unseenCl: 0,
    lostCl: 0,
    isOpen: false,
    nozzles: 0,
    smallCl,
    told: false,
  };
  delete state.smallCl[device];
  sum.unseenCl += unseenCl;
  sum.lostCl += lostCl;
  sum.isOpen ||= told.endedMs !== null && told.endedMs - sum.fromMs > WITHIN_MS;
  sum.nozzles += 1;
  state.counted[device] = sum;
  const isSold = sum.isOpen && sum.unseenCl >= parameters.minSoldLitres! * CL_PER_L;
  const isMuch = sum.lostCl >= parameters.minLitres! * CL_PER_L || isSold;
  if (!isMuch) return NONE;
  sum.told = true;
  const { unseenCl: nowCl, nozzles, fromMs: sinceMs } = sum;
  const figures = { unseenCl: nowCl, nozzles, silentMs, sinceMs, silences: 1, allUnseenCl: nowCl + sum.smallCl };
  return [
    {
      verdict: "finding",
      subject: device,
      fromMs: sum.fromMs,
      atMs: seen.atMs,
      figures,
      evidence: [known.evidence, evidence],
    },
  ];
}

function onSale(state: State, sale: SaleRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (sale.quality !== "good" && sale.quality !== "unconfirmed") return NONE;
  const { nozzle, device, totalVolumeCl: totalCl } = sale;
  const beforeCl = sale.count === null ? totalCl : sale.beforeVolumeCl;
  const fromCl = seenFromCl(state.returns, sale, seen.atMs);
  const endedMs = sale.lastFuelling === null ? null : seen.atMs + stampOffsetMs(sale.lastFuelling, seen.atMs);
  return take(state, { nozzle, device, beforeCl, seenFromCl: fromCl, totalCl, endedMs }, seen, context);
}

function onTotal(state: State, total: TotalRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (total.scope !== "grand" || total.quality !== "good") return NONE;
  const { nozzle, device, volumeCl } = total;
  return take(
    state,
    { nozzle, device, beforeCl: volumeCl, seenFromCl: volumeCl, totalCl: volumeCl, endedMs: null },
    seen,
    context,
  );
}

/** What every silence hid adds up; one silence comes to light nozzle by nozzle. */
function merge(before: Figures, now: Figures): Figures {
  const number = (figure: Figures[string] | undefined) => (typeof figure === "number" ? figure : 0);
  const isSame = before.sinceMs === now.sinceMs;
  const beforeCl = number(before.allUnseenCl);
  const silences = number(before.silences) + (isSame ? 0 : 1);
  const addedCl = isSame ? number(now.unseenCl) - number(before.unseenCl) : number(now.allUnseenCl);
  return { ...now, silences, allUnseenCl: beforeCl + addedCl };
}

export const soldUnseen = rule<State>({
  id: "tax-port.sold-unseen",
  title: { zh: "断线期间的销售", en: "Sold while nobody looked" },
  basis: "第五条（三）、第十六条 Art. 5(3), 16",
  department: "tax",
  severity: "medium",
  parameters: {
    silentMs: {
      default: 60_000,
      unit: "ms",
      why: "a shorter silence is a restart, and hides no more than one fuelling",
    },
    minLitres: {
      default: 20,
      unit: "L",
      why: "one fuelling that ended in the silence is no matter; more should be told",
    },
    minSoldLitres: {
      default: 60,
      unit: "L",
      why: "with what the ports remember as single fuellings: more than one of them was sold unseen",
    },
    wholeMs: {
      default: 300_000,
      unit: "ms",
      why: "a restart is over sooner, and a fuelling that ends in it is told whole by its record",
    },
  },
  why: {
    zh: "断线期间的油量已由总累证实售出，应计入申报；逐笔明细则缺失。",
    en: "The totals prove that these litres were sold while the line was cut; they belong into the tax return.",
  },
  check: {
    zh: "将该时段油量与日销售台账、申报数据核对，查明断线原因。",
    en: "Compare the litres with the daily book and the tax return; find out why the line was cut.",
  },
  stateVersion: 3,
  start: () => ({ nozzles: {}, lastMs: {}, counted: {}, smallCl: {}, returns: startReturns() }),
  on: { sale: onSale, total: onTotal, link: onLink, gateway: onGateway },
  onRecord,
  merge,
  text: ({ subject, figures, fromMs: firstMs }) => {
    const silent = span(figures.silentMs);
    const fromMs = typeof figures.sinceMs === "number" ? figures.sinceMs : firstMs;
    return {
      zh: `税控口 ${subject} 自 ${moment(fromMs)} 起 ${silent.zh}内无人读取，其间 ${figures.nozzles} 支油枪的总累共增加 ${litres(figures.unseenCl)} L，无人看到；累计 ${figures.silences} 次、${litres(figures.allUnseenCl)} L。请与台账和申报核对。`,
      en: `From ${moment(fromMs)} on nobody read tax port ${subject} for ${silent.en}; meanwhile the totals of ${figures.nozzles} nozzles rose by ${litres(figures.unseenCl)} L unseen; ${litres(figures.allUnseenCl)} L in ${figures.silences} silences so far. Compare with the book and the tax return.`,
    };
  },
});
