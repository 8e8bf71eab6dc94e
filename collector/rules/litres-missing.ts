/**
 * Litres that the grand total counted and no sale tells: the total moved between two sales, or a sale is larger than
 * the one fuelling that the tax port remembers.
 */
import type { GatewayRecord, LinkRecord, SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import { noteStart, noteUp, type Returns, sinceReturnMs, startReturns } from "./returns.ts";
import {
  type EvidenceRange,
  evidenceOf,
  type Figures,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Severity,
  type Verdict,
  type Verdicts,
} from "./rule.ts";
import { litres, moment } from "./wording.ts";

interface Known {
  totalCl: number;
  evidence: EvidenceRange;
  atMs: number;
  /** A total that ran ahead of the sales: the sale that explains it may still come. */
  ahead?: { totalCl: number; evidence: EvidenceRange; atMs: number };
}
interface State {
  nozzles: Record<string, Known>;
  returns: Returns;
}

function missing(known: Known, toCl: number, seen: SeenRecord, nozzle: string): Verdict {
  return {
    verdict: "finding",
    subject: nozzle,
    fromMs: known.atMs,
    atMs: seen.atMs,
    figures: { missingCl: toCl - known.totalCl, unseenCl: 0, previousTotalCl: known.totalCl, totalCl: toCl },
    evidence: [known.evidence, ...(known.ahead === undefined ? [] : [known.ahead.evidence]), evidenceOf(seen.record)],
    severity: "high",
  };
}

/** A restart or a silence explains that several fuellings come as one. */
function severityOfMerge(state: State, sale: SaleRecord, atMs: number, graceMs: number): Severity {
  return sinceReturnMs(state.returns, sale, atMs) <= graceMs ? "notice" : "high";
}

function unseen(state: State, sale: SaleRecord, seen: SeenRecord, { parameters }: RuleContext): Verdict[] {
  if (sale.count !== null) return [];
  if (sale.lastFuelling === null) {
    const reason = "several fuellings may be one sale, and the tax port's last fuelling is not known";
    return [{ verdict: "unknown", subject: sale.nozzle, atMs: seen.atMs, reason }];
  }
  const risenCl = sale.totalVolumeCl - sale.beforeVolumeCl;
  const unseenCl = risenCl - sale.lastFuelling.volumeCl;
  if (unseenCl < parameters.minMissingCl!) return [];
  return [
    {
      verdict: "finding",
      subject: sale.nozzle,
      atMs: seen.atMs,
      figures: { missingCl: 0, unseenCl, previousTotalCl: sale.beforeVolumeCl, totalCl: sale.totalVolumeCl },
      evidence: [evidenceOf(sale)],
      severity: severityOfMerge(state, sale, seen.atMs, parameters.graceMs!),
    },
  ];
}

function onSale(state: State, sale: SaleRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (sale.quality !== "good" && sale.quality !== "unconfirmed") {
    const reason = sale.reason ?? "the sale could not be confirmed";
    return [{ verdict: "unknown", subject: sale.nozzle, atMs: seen.atMs, reason }];
  }
  const known = state.nozzles[sale.nozzle];
  const verdicts = unseen(state, sale, seen, context);
  const least = context.parameters.minMissingCl!;
  if (known !== undefined && sale.beforeVolumeCl - known.totalCl >= least) {
    verdicts.push(missing(known, sale.beforeVolumeCl, seen, sale.nozzle));
  }
  remember(state, sale.nozzle, sale.totalVolumeCl, seen);
  return verdicts;
}

function onTotal(state: State, total: TotalRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (total.scope !== "grand" || total.quality !== "good") return NONE;
  const known = state.nozzles[total.nozzle];
  const least = context.parameters.minMissingCl!;
  if (known === undefined || total.volumeCl - known.totalCl < least) {
    remember(state, total.nozzle, total.volumeCl, seen);
    return NONE;
  }
  const ahead = known.ahead;
  if (ahead === undefined || total.volumeCl !== ahead.totalCl || seen.atMs - ahead.atMs < context.parameters.waitMs!) {
    const waiting = ahead ?? { totalCl: total.volumeCl, evidence: evidenceOf(total), atMs: seen.atMs };
    known.ahead = { ...waiting, totalCl: total.volumeCl };
    return NONE;
  }
  remember(state, total.nozzle, total.volumeCl, seen);
  return [missing(known, total.volumeCl, seen, total.nozzle)];
}

function remember(state: State, nozzle: string, totalCl: number, seen: SeenRecord): void {
  state.nozzles[nozzle] = { totalCl, evidence: evidenceOf(seen.record), atMs: seen.atMs };
}

function onGateway(state: State, record: GatewayRecord, { atMs }: SeenRecord): Verdicts {
  noteStart(state.returns, record, atMs);
  return NONE;
}

function onLink(state: State, record: LinkRecord, { atMs }: SeenRecord): Verdicts {
  noteUp(state.returns, record, atMs);
  return NONE;
}

function merge(before: Figures, now: Figures): Figures {
  const sum = (name: string) => (Number(before[name]) || 0) + (Number(now[name]) || 0);
  return {
    ...now,
    previousTotalCl: before.previousTotalCl ?? null,
    missingCl: sum("missingCl"),
    unseenCl: sum("unseenCl"),
  };
}

export const litresMissing = rule<State>({
  id: "tax-port.litres-missing",
  title: { zh: "总累与流水不符", en: "Litres missing between totals and sales" },
  basis: "第五条（二） Art. 5(2)",
  department: "tax",
  severity: "high",
  parameters: {
    minMissingCl: {
      default: 100,
      unit: "0.01 L",
      why: "below one litre it may be a nozzle's drip or the meter's rounding",
    },
    graceMs: {
      default: 120_000,
      unit: "ms",
      why: "a sale this soon after a restart or a silence may hold what was sold meanwhile",
    },
    waitMs: { default: 60_000, unit: "ms", why: "a total may be recorded shortly before the sale that explains it" },
  },
  why: {
    zh: "总累已计而流水未见的油量，就是未申报的销售。",
    en: "Litres that the total counted and no sale tells were sold and not declared.",
  },
  check: {
    zh: "核对该时段加油流水、日累月累与台账；检查报税口连线。",
    en: "Compare sales, day and month totals and the book of that time; check the tax-port cable.",
  },
  stateVersion: 2,
  start: () => ({ nozzles: {}, returns: startReturns() }),
  on: { sale: onSale, total: onTotal, gateway: onGateway, link: onLink },
  merge,
  text: ({ subject, figures, untilMs }) => ({
    zh: `油枪 ${subject} 至 ${moment(untilMs)} 总累由 ${litres(figures.previousTotalCl)} L 增至 ${litres(figures.totalCl)} L，其中 ${litres(figures.missingCl)} L 无对应流水，${litres(figures.unseenCl)} L 未能逐笔看到。请核对该时段的加油流水与台账。`,
    en: `By ${moment(untilMs)} the total of nozzle ${subject} rose from ${litres(figures.previousTotalCl)} L to ${litres(figures.totalCl)} L; ${litres(figures.missingCl)} L of it have no sale, ${litres(figures.unseenCl)} L were not seen as single fuellings. Compare the sales of that time with the station's daily book.`,
  }),
});
