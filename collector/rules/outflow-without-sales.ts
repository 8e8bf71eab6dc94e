/** A tank that loses more than its nozzles sold: fuel leaves past the tax port, leaks, or is stolen. */
import type { LinkRecord, SaleRecord, TankRecord } from "@forecourt/protocol/records/schema.ts";
import type { WetstockEvent } from "../wetstock/state.ts";
import { anchored, type Book, deficit, emptyBook, withBreak, withLevel, withSale } from "./balance.ts";
import { emptyOutflow, type OutflowMemory, onDay, onInflow, onStep } from "./outflow-steps.ts";
import { NONE, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { causeText, litres, moment, span } from "./wording.ts";

interface Lost {
  maxCl: number;
  grownMs: number;
}
interface State {
  after: OutflowMemory;
  books: Record<string, Book>;
  lost: Record<string, Lost>;
  /** tax ports that are down: what their nozzles sell is not seen until they are back */
  down: readonly string[];
}

/** A flag grows by at least this, so that the gauge's noise does not make a hundred findings of one. */
const GROWTH_CL = 500;
const CL_PER_L = 100;

function soldCl(sale: SaleRecord): number {
  // The total also holds what was merged into one record; a sale known only from the last fuelling moved no total.
  return Math.max(sale.totalVolumeCl - sale.beforeVolumeCl, sale.volumeCl);
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, { layout }: RuleContext): Verdicts {
  const tank = layout.tankOfNozzle.get(sale.nozzle);
  if (tank !== undefined) state.books[tank] = withSale(state.books[tank] ?? emptyBook, soldCl(sale), atMs);
  return NONE;
}

function onLink(state: State, link: LinkRecord, _: SeenRecord, { layout }: RuleContext): Verdicts {
  const device = link.device ?? link.line;
  if (!layout.taxPorts.has(device)) return NONE;
  for (const [tank, devices] of layout.devicesOfTank) {
    const book = state.books[tank];
    if (devices.includes(device) && book !== undefined) state.books[tank] = withBreak(book);
  }
  const others = state.down.filter((one) => one !== device);
  state.down = link.state === "down" ? [...others, device] : others;
  return NONE;
}

function onTank(state: State, record: TankRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const { tank, gateway, seq } = record;
  const windowMs = context.parameters.windowMs!;
  if (record.quality !== "good" || record.volumeCl === null) {
    const reason = record.reason ?? "the tank's volume is not known";
    return [{ verdict: "unknown", subject: tank, atMs, reason }];
  }
  const before = state.books[tank] ?? emptyBook;
  const blind = context.layout.devicesOfTank.get(tank)?.some((device) => state.down.includes(device)) === true;
  if (blind) {
    const reason = "a tax port of this tank is down, its sales are not seen";
    return [{ verdict: "unknown", subject: tank, atMs, reason }];
  }
  // Once the chart is known, the quiet moments say it better.
  if (state.after.calibrated[tank] === true) return NONE;
  state.books[tank] = withLevel(before, { atMs, volumeCl: record.volumeCl, gateway, seq }, windowMs);
  return judge(state, tank, atMs, context);
}

/** Compares the window with the reference, once a fresh level has been booked. */
function judge(state: State, tank: string, atMs: number, { parameters }: RuleContext): Verdicts {
  const book = state.books[tank]!;
  const found = deficit(book, parameters.windowMs!);
  if (found === undefined) return NONE;
  const thresholdCl = parameters.minLitres! * CL_PER_L + Math.floor((found.soldCl * parameters.salesPermille!) / 1_000);
  const lost = state.lost[tank];
  if (lost === undefined && found.lostCl < thresholdCl) {
    if (atMs - book.anchorMs >= parameters.anchorMs!) state.books[tank] = anchored(book, atMs);
    return NONE;
  }
  if (lost === undefined || found.lostCl >= lost.maxCl + GROWTH_CL) {
    state.lost[tank] = { maxCl: found.lostCl, grownMs: atMs };
    return [finding(tank, atMs, found, thresholdCl)];
  }
  const recovered = found.lostCl < thresholdCl / 2;
  if (!recovered && atMs - lost.grownMs < parameters.endMs!) return NONE;
  delete state.lost[tank];
  state.books[tank] = anchored(book, atMs);
  return [{ verdict: "ended", subject: tank, atMs }];
}

function onWetstock(state: State, event: WetstockEvent, context: RuleContext): Verdicts {
  switch (event.kind) {
    case "calibrated":
      if (event.version < 2) return NONE;
      state.after.calibrated[event.tank] = true;
      if (state.lost[event.tank] === undefined) return NONE;
      // What the raw chart seemed to lose is no longer held against the tank.
      delete state.lost[event.tank];
      return [{ verdict: "ended", subject: event.tank, atMs: event.atMs }];
    case "day":
      return onDay(state.after, event, context);
    case "inflow":
      return onInflow(state.after, event);
    default:
      return onStep(state.after, event, context);
  }
}

function finding(
  tank: string,
  atMs: number,
  { lostCl, soldCl: sold, fellCl, from, to }: NonNullable<ReturnType<typeof deficit>>,
  thresholdCl: number,
): Verdict {
  return {
    verdict: "finding",
    subject: tank,
    fromMs: from.atMs,
    atMs,
    // Without a calibrated chart this is a hint: lorries that draw at once look like it.
    severity: "notice",
    figures: { lostCl, soldCl: sold, fellCl, thresholdCl },
    evidence:
      from.gateway === to.gateway
        ? [{ gateway: from.gateway, fromSeq: Math.min(from.seq, to.seq), toSeq: Math.max(from.seq, to.seq) }]
        : [from, to].map(({ gateway, seq }) => ({ gateway, fromSeq: seq, toSeq: seq })),
  };
}

export const outflowWithoutSales = rule<State>({
  id: "wetstock.outflow-without-sales",
  title: { zh: "油罐出油多于销售", en: "Tank outflow without sales" },
  basis: "第五条（一） Art. 5(1)",
  department: "tax",
  severity: "high",
  scales: true,
  parameters: {
    minLitres: {
      default: 80,
      unit: "L",
      why: "before the chart is calibrated: a wave after a delivery and a coarse gauge together may look like 50 L",
    },
    salesPermille: {
      default: 90,
      unit: "‰ of sales",
      why: "before a chart is calibrated it may be wrong by 7 % at a level; afterwards the quiet moments judge",
    },
    minStepLitres: { default: 20, unit: "L", why: "less may be one small fuelling that was recorded late" },
    minSingleLitres: {
      default: 45,
      unit: "L",
      why: "one loss alone must be more than a can that was filled for a test",
    },
    minDayLitres: {
      default: 60,
      unit: "L",
      why: "a day without a cheat ends within a few litres; warmth may move some more",
    },
    dayPermille: { default: 8, unit: "‰ of sales", why: "of a busy tank, meters and chart leave a few thousandths" },
    endDays: {
      default: 5,
      unit: "days",
      why: "sales past the port of a quiet tank may pause for some days; after five, the next loss is another one",
    },
    windowMs: {
      default: 600_000,
      unit: "ms",
      why: "a sale lowers the tank before its record comes at hang-up: 350 L for a lorry take ten minutes",
    },
    anchorMs: { default: 86_400_000, unit: "ms", why: "over more than a day the chart's error outgrows the threshold" },
    endMs: { default: 3_600_000, unit: "ms", why: "an hour without further loss, and the next loss is another one" },
  },
  why: {
    zh: "油罐少了而总累没走，油就没有经过税控。",
    en: "What a tank loses and no total counts did not pass the tax control.",
  },
  check: {
    zh: "查看该时段监控录像、加油机管线与卸油口，核对回罐油量。",
    en: "Look at the cameras of that time, the pipes and the filling point; ask for returned test fuel.",
  },
  stateVersion: 4,
  start: () => ({ books: {}, lost: {}, down: [], after: emptyOutflow() }),
  on: { sale: onSale, tank: onTank, link: onLink },
  onWetstock,
  text: ({ subject, figures, fromMs, untilMs }) => {
    const during = span(untilMs - fromMs);
    if (figures.pattern !== undefined) {
      const pattern = causeText(figures.pattern);
      return {
        zh: `油罐 ${subject} 自 ${moment(fromMs)} 至 ${moment(untilMs)} 有 ${litres(figures.lostCl)} L（± ${litres(figures.seCl)} L）出罐而无加油流水；规律：${pattern.zh}。请核查是否有绕过税控口的加油或盗油。`,
        en: `From ${moment(fromMs)} to ${moment(untilMs)}, ${litres(figures.lostCl)} L (± ${litres(figures.seCl)} L) left tank ${subject} without a sale; pattern: ${pattern.en}. Check for sales past the tax port and for theft.`,
      };
    }
    return {
      zh: `油罐 ${subject} 自 ${moment(fromMs)} 起 ${during.zh}内减少 ${litres(figures.fellCl)} L，而售出仅 ${litres(figures.soldCl)} L，差 ${litres(figures.lostCl)} L（阈值 ${litres(figures.thresholdCl)} L）。请核查是否有绕过税控口的加油、渗漏或盗油。`,
      en: `Tank ${subject} fell by ${litres(figures.fellCl)} L within ${during.en} from ${moment(fromMs)}, while only ${litres(figures.soldCl)} L were sold: ${litres(figures.lostCl)} L are missing (threshold ${litres(figures.thresholdCl)} L). Check for sales past the tax port, a leak, or theft.`,
    };
  },
});
