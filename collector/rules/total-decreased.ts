/** A grand total must never fall: it is the meter's own memory of what was sold. */
import { covered } from "./covered.ts";
import {
  evidenceOf,
  type Figures,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdict,
  type Verdicts,
} from "./rule.ts";
import { isReset } from "./total-reset.ts";
import { litres, moment } from "./wording.ts";

interface Known {
  volumeCl: number;
  gateway: string;
  seq: number;
  atMs: number;
}
type State = Record<string, Known>;

function stated(
  seen: SeenRecord,
): { nozzle: string; volumeCl: number; good: boolean; reason: string | null } | undefined {
  const { record } = seen;
  if (record.kind === "sale") {
    const good = record.quality === "good" || record.quality === "unconfirmed";
    return { nozzle: record.nozzle, volumeCl: record.totalVolumeCl, good, reason: record.reason };
  }
  if (record.kind !== "total" || record.scope !== "grand") return undefined;
  return {
    nozzle: record.nozzle,
    volumeCl: record.volumeCl,
    good: record.quality === "good",
    reason: record.reason,
  };
}

/** What the gateway itself saw falling, when the collector knows no earlier total. */
function gatewayPrevious(seen: SeenRecord): number | null {
  const { record } = seen;
  return record.kind === "total" && record.cause === "decreased" ? record.previousVolumeCl : null;
}

function finding(seen: SeenRecord, nozzle: string, previousCl: number, nowCl: number, known?: Known): Verdict {
  const evidence = evidenceOf(seen.record);
  return {
    verdict: "finding",
    subject: nozzle,
    atMs: seen.atMs,
    figures: { previousVolumeCl: previousCl, volumeCl: nowCl, lostCl: previousCl - nowCl },
    evidence:
      known === undefined ? [evidence] : [{ gateway: known.gateway, fromSeq: known.seq, toSeq: known.seq }, evidence],
  };
}

function take(state: State, { device }: { device: string }, seen: SeenRecord, context: RuleContext): Verdicts {
  const now = stated(seen);
  if (now === undefined) return NONE;
  if (!now.good) {
    const reason = now.reason ?? "the total could not be confirmed";
    return [{ verdict: "unknown", subject: now.nozzle, atMs: seen.atMs, reason }];
  }
  const known = state[now.nozzle];
  const { gateway, seq } = seen.record;
  state[now.nozzle] = { volumeCl: now.volumeCl, gateway, seq, atMs: seen.atMs };
  if (covered(context, ["total-reset", "board-replaced"], [now.nozzle, device], seen.atMs)) return NONE;
  // A total that begins anew is another matter: see total-reset.ts.
  if (known !== undefined && now.volumeCl < known.volumeCl && !isReset(known.volumeCl, now.volumeCl)) {
    return [finding(seen, now.nozzle, known.volumeCl, now.volumeCl, known)];
  }
  const previous = gatewayPrevious(seen);
  // The gateway said "decreased" and the collector already counts from the lower value: told before, or never known.
  if (previous !== null && previous > now.volumeCl && known === undefined) {
    return [finding(seen, now.nozzle, previous, now.volumeCl)];
  }
  return NONE;
}

function merge(before: Figures, now: Figures): Figures {
  const sum = (Number(before.lostCl) || 0) + (Number(now.lostCl) || 0);
  return { ...now, previousVolumeCl: before.previousVolumeCl ?? null, lostCl: sum };
}

export const totalDecreased = rule<State>({
  id: "tax-port.total-decreased",
  title: { zh: "总累回退", en: "Grand total decreased" },
  basis: "第五条（二） Art. 5(2)",
  department: "market-regulation",
  severity: "high",
  parameters: {},
  why: {
    zh: "总累是计量装置自己的记忆，回退即有已售油量被抹去。",
    en: "The total is the meter's own memory: what is taken off it was sold and is to be forgotten.",
  },
  check: {
    zh: "核对加油机机械计数器、维修工单与主板、税控芯片铅封。",
    en: "Compare the mechanical counter; ask for the repair order; look at main board, tax chip and their seals.",
  },
  start: () => ({}),
  on: { sale: take, total: take },
  merge,
  text: ({ subject, figures, untilMs }) => ({
    zh: `油枪 ${subject} 的总累在 ${moment(untilMs)} 前由 ${litres(figures.previousVolumeCl)} L 变为 ${litres(figures.volumeCl)} L，共减少 ${litres(figures.lostCl)} L。总累只应增加：请核查主板、税控芯片与铅封。`,
    en: `The grand total of nozzle ${subject} went from ${litres(figures.previousVolumeCl)} L to ${litres(figures.volumeCl)} L by ${moment(untilMs)}: ${litres(figures.lostCl)} L were taken off. A total only ever rises: check main board, tax chip and seals.`,
  }),
});
