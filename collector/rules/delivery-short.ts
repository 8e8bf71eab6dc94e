/** A delivery that brought less than its waybill says, once or again and again. */
import type { TankStep, WetstockEvent } from "../wetstock/state.ts";
import { statedSeL, waybillsOf } from "./deliveries.ts";
import { type EvidenceRange, type Figures, NONE, type RuleContext, rule, type Verdicts } from "./rule.ts";
import { litres, moment, percent, plain } from "./wording.ts";

/** What came in under one waybill so far: a float that sticks while the tanker unloads makes several inflows of one. */
interface Delivery {
  waybill: string;
  tanker: string;
  announcedL: number;
  litres: number;
  variance: number;
  /** the same with what the chart adds: what is stated */
  statedVariance: number;
  fromMs: number;
  atMs: number;
  evidence: EvidenceRange[];
}

interface Known {
  /** measured less announced of the last deliveries, as shares of the announced */
  shares: number[];
  /** the last delivery's waybill that was told, so that one paper is one finding */
  told: string | null;
  right: number;
  /** a delivery that seems short and may still have other parts */
  open: Delivery | null;
}
/** By tank. */
type State = Record<string, Known>;

const KEPT = 6;
const EXACT_VERSION = 2;
/** So long after a part another one may come. */
const PARTS_MS = 2 * 3_600_000;

function onWetstock(state: State, event: WetstockEvent, context: RuleContext): Verdicts {
  const known = state[event.tank] ?? { shares: [], told: null, right: 0, open: null };
  switch (event.kind) {
    case "inflow":
      state[event.tank] = known;
      return onInflow(known, event, context);
    case "day":
      // At midnight the tanker may still be there.
      return known.open !== null && event.atMs - known.open.atMs < PARTS_MS ? NONE : closed(known, event.tank, context);
    default:
      return NONE;
  }
}

function onInflow(known: Known, event: TankStep, context: RuleContext): Verdicts {
  // A chart that was just learnt may be some per cent off at levels it has not seen.
  if (event.version < EXACT_VERSION) return NONE;
  const { waybills, litres: announcedL } = waybillsOf(context.filings, event);
  // One paper, one delivery: with several the shares cannot be told apart.
  if (waybills.length !== 1) return NONE;
  const { id: waybill, tanker } = waybills[0]!;
  const before = known.open?.waybill === waybill ? NONE : closed(known, event.tank, context);
  const { fromMs, atMs } = event;
  known.open ??= { waybill, tanker, announcedL, litres: 0, variance: 0, statedVariance: 0, fromMs, atMs, evidence: [] };
  add(known.open, event);
  // What is short may be a part; what is not is whole.
  if (known.open.litres < announcedL * (1 - context.parameters.repeatedPpm! / 1e6)) return before;
  return [...before, ...closed(known, event.tank, context)];
}

function add(delivery: Delivery, step: TankStep): void {
  const { litres: gained, seL, atMs, evidence } = step;
  delivery.litres += gained;
  delivery.variance += seL ** 2;
  delivery.statedVariance += statedSeL(step) ** 2;
  delivery.atMs = atMs;
  delivery.evidence.push(...evidence);
}

/** Judges the delivery that is open: it is over. */
function closed(known: Known, subject: string, { parameters }: RuleContext): Verdicts {
  const { open } = known;
  known.open = null;
  if (open === null || open.litres < open.announcedL / 2) return NONE;
  const { announcedL, fromMs, atMs, evidence } = open;
  const seL = Math.sqrt(open.variance);
  const share = open.litres / announcedL - 1;
  known.shares.push(share);
  if (known.shares.length > KEPT) known.shares.shift();
  const mean = known.shares.reduce((sum, one) => sum + one, 0) / known.shares.length;
  const single = -share > parameters.singlePpm! / 1e6 + (4 * seL) / announcedL;
  const again = known.shares.length >= 3 && -mean > parameters.repeatedPpm! / 1e6;
  if (!single && !(again && share < 0)) {
    known.right += 1;
    const over = known.told !== null && known.right >= parameters.endDeliveries!;
    if (!over) return NONE;
    known.told = null;
    return [{ verdict: "ended", subject, atMs }];
  }
  known.told = open.waybill;
  known.right = 0;
  const figures: Figures = {
    waybill: open.waybill,
    tanker: open.tanker,
    announcedCl: Math.round(announcedL * 100),
    measuredCl: Math.round(open.litres * 100),
    seCl: Math.round(Math.sqrt(open.statedVariance) * 100),
    shortCl: Math.round((announcedL - open.litres) * 100),
    shortPpm: Math.round(-share * 1e6),
    meanPpm: Math.round(-mean * 1e6),
    deliveries: known.shares.length,
  };
  return [{ verdict: "finding", subject, fromMs, atMs, figures, evidence }];
}

function merge(before: Figures, now: Figures): Figures {
  return { ...now, shortCl: (Number(before.shortCl) || 0) + (Number(now.shortCl) || 0) };
}

export const deliveryShort = rule<State>({
  id: "wetstock.delivery-short",
  title: { zh: "卸油少于运单", en: "Delivery short of its waybill" },
  basis: "第五条（一）、第十条（五） Art. 5(1), 10(5)",
  department: "commerce",
  severity: "medium",
  scales: true,
  why: {
    zh: "运单上的油没有全部进罐：途中卖掉，或未经油罐直接售出。",
    en: "Not all fuel of the waybill reached the tank: sold on the way, or sold without ever being in the tank.",
  },
  check: {
    zh: "核对运单、发油单与卸油前后液位，查油罐车轨迹与铅封，问站方是否已索赔。",
    en: "Compare waybill, loading note and levels before and after; look at the tanker's track and seals; ask whether the station claimed.",
  },
  parameters: {
    singlePpm: { default: 15_000, unit: "ppm", why: "loading meter, line and warmth explain up to about one per cent" },
    repeatedPpm: {
      default: 9_000,
      unit: "ppm",
      why: "of several deliveries the errors average out; losses of 0.5 % are common",
    },
    endDeliveries: { default: 3, unit: "deliveries", why: "three full ones in a row, and it is over" },
  },
  stateVersion: 3,
  start: () => ({}),
  on: {},
  onWetstock,
  merge,
  text: ({ subject, figures, untilMs }) => ({
    zh: `油罐 ${subject} 在 ${moment(untilMs)} 的卸油：运单 ${plain(figures.waybill)}（${plain(figures.tanker)}）载明 ${litres(figures.announcedCl)} L，实收 ${litres(figures.measuredCl)} L（± ${litres(figures.seCl)} L），少 ${percent(figures.shortPpm)}；累计少 ${litres(figures.shortCl)} L。`,
    en: `Delivery into tank ${subject} at ${moment(untilMs)}: waybill ${plain(figures.waybill)} (${plain(figures.tanker)}) says ${litres(figures.announcedCl)} L, the tank gained ${litres(figures.measuredCl)} L (± ${litres(figures.seCl)} L), ${percent(figures.shortPpm)} less; ${litres(figures.shortCl)} L short in all.`,
  }),
});
