/** A delivery that brought less than its waybill says, once or again and again. */
import type { WetstockEvent } from "../wetstock/state.ts";
import { waybillsOf } from "./deliveries.ts";
import { type Figures, NONE, type RuleContext, rule, type Verdicts } from "./rule.ts";
import { litres, moment, percent, plain } from "./wording.ts";

/** By tank: measured less announced of the last deliveries, as shares of the announced. */
interface Known {
  shares: number[];
  /** last delivery's waybill that was told, so that one paper is one finding */
  told: string | null;
  right: number;
}
type State = Record<string, Known>;

const KEPT = 6;
const EXACT_VERSION = 2;

function onWetstock(state: State, event: WetstockEvent, { filings, parameters }: RuleContext): Verdicts {
  // A chart that was just learnt may be some per cent off at levels it has not seen.
  if (event.kind !== "inflow" || event.version < EXACT_VERSION) return NONE;
  const { waybills, litres: announced } = waybillsOf(filings, event);
  // One paper, one delivery: with several the shares cannot be told apart.
  if (waybills.length !== 1 || event.litres < announced / 2) return NONE;
  const known = state[event.tank] ?? { shares: [], told: null, right: 0 };
  state[event.tank] = known;
  const share = event.litres / announced - 1;
  known.shares.push(share);
  if (known.shares.length > KEPT) known.shares.shift();
  const mean = known.shares.reduce((sum, one) => sum + one, 0) / known.shares.length;
  const single = -share > parameters.singlePpm! / 1e6 + (4 * event.seL) / announced;
  const again = known.shares.length >= 3 && -mean > parameters.repeatedPpm! / 1e6;
  if (!single && !(again && share < 0)) {
    known.right += 1;
    const over = known.told !== null && known.right >= parameters.endDeliveries!;
    if (!over) return NONE;
    known.told = null;
    return [{ verdict: "ended", subject: event.tank, atMs: event.atMs }];
  }
  known.told = waybills[0]!.id;
  known.right = 0;
  const figures: Figures = {
    waybill: waybills[0]!.id,
    tanker: waybills[0]!.tanker,
    announcedCl: Math.round(announced * 100),
    measuredCl: Math.round(event.litres * 100),
    seCl: Math.round(event.seL * 100),
    shortCl: Math.round((announced - event.litres) * 100),
    shortPpm: Math.round(-share * 1e6),
    meanPpm: Math.round(-mean * 1e6),
    deliveries: known.shares.length,
  };
  const { tank: subject, fromMs, atMs, evidence } = event;
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
  start: () => ({}),
  on: {},
  onWetstock,
  merge,
  text: ({ subject, figures, untilMs }) => ({
    zh: `油罐 ${subject} 在 ${moment(untilMs)} 的卸油：运单 ${plain(figures.waybill)}（${plain(figures.tanker)}）载明 ${litres(figures.announcedCl)} L，实收 ${litres(figures.measuredCl)} L（± ${litres(figures.seCl)} L），少 ${percent(figures.shortPpm)}；累计少 ${litres(figures.shortCl)} L。`,
    en: `Delivery into tank ${subject} at ${moment(untilMs)}: waybill ${plain(figures.waybill)} (${plain(figures.tanker)}) says ${litres(figures.announcedCl)} L, the tank gained ${litres(figures.measuredCl)} L (± ${litres(figures.seCl)} L), ${percent(figures.shortPpm)} less; ${litres(figures.shortCl)} L short in all.`,
  }),
});
