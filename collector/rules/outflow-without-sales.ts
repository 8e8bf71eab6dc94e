/** A tank that loses more than its nozzles sold: fuel leaves past the tax port, leaks, or is stolen. */
import type { LinkRecord, SaleRecord, TankRecord } from "@forecourt/protocol/records/schema.ts";
import { anchored, type Book, deficit, emptyBook, withBreak, withLevel, withSale } from "./balance.ts";
import { NONE, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { litres, moment, span } from "./wording.ts";

interface Lost {
  maxCl: number;
  grownMs: number;
}
interface State {
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

function onSale(state: State, sale: SaleRecord, _: SeenRecord, { layout }: RuleContext): Verdicts {
  const tank = layout.tankOfNozzle.get(sale.nozzle);
  if (tank !== undefined) state.books[tank] = withSale(state.books[tank] ?? emptyBook, soldCl(sale));
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
  parameters: {
    minLitres: {
      default: 30,
      unit: "L",
      why: "a coarse gauge's step of 0.5 mm is 8 L in a common tank, and readings vary by a few steps",
    },
    salesPermille: {
      default: 5,
      unit: "‰ of sales",
      why: "the legal tolerance of dispensers is 0.3 %, the chart's error comes on top",
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
  start: () => ({ books: {}, lost: {}, down: [] }),
  on: { sale: onSale, tank: onTank, link: onLink },
  text: ({ subject, figures, fromMs, untilMs }) => {
    const during = span(untilMs - fromMs);
    return {
      zh: `油罐 ${subject} 自 ${moment(fromMs)} 起 ${during.zh}内减少 ${litres(figures.fellCl)} L，而售出仅 ${litres(figures.soldCl)} L，差 ${litres(figures.lostCl)} L（阈值 ${litres(figures.thresholdCl)} L）。请核查是否有绕过税控口的加油、渗漏或盗油。`,
      en: `Tank ${subject} fell by ${litres(figures.fellCl)} L within ${during.en} from ${moment(fromMs)}, while only ${litres(figures.soldCl)} L were sold: ${litres(figures.lostCl)} L are missing (threshold ${litres(figures.thresholdCl)} L). Check for sales past the tax port, a leak, or theft.`,
    };
  },
});
