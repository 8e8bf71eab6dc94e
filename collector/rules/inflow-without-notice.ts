/** A tank that fills without a delivery notice: fuel of unknown origin. One flag a delivery; it grows while it rises. */
import type { RecordOf, SaleRecord, TankRecord } from "@forecourt/protocol/records/schema.ts";
import type { WetstockEvent } from "../wetstock/state.ts";
import { statedSeL, waybillsOf } from "./deliveries.ts";
import type { SeenFiling, WaybillFiling } from "./filings.ts";
import { type Figures, NONE, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { litres, moment } from "./wording.ts";

interface Watch {
  /** the lowest level since the tank last fell: where a rise begins */
  low: { volumeCl: number; atMs: number; gateway: string; seq: number };
  /** sold since that moment, 0.01 L: it came in as well, and left again */
  soldCl: number;
  peakCl: number;
  peakMs: number;
  /** litres told so far in this rise, 0.01 L; 0 when nothing was flagged */
  toldCl: number;
  /** this rise has passed the least that counts as a delivery */
  rising: boolean;
}
interface State {
  /** tanks whose chart is calibrated: what came in is measured after it */
  calibrated: Record<string, boolean>;
  /** inflows that were told and wait to be measured, by tank: since when they are over, epoch ms */
  measuring: Record<string, number>;
  tanks: Record<string, Watch>;
  waybills: (WaybillFiling & { usedCl: number })[];
  /** the chart that each tank is measured by */
  charts: Record<string, string>;
}

const CL_PER_L = 100;
const GROWTH_CL = 1_000;
/** A level this much below its peak has begun to fall: the delivery is over. 0.01 L */
const FALL_CL = 5_000;
/** Calm comes within the hour; a tank that sells all the time may take longer. */
const MEASURED_WITHIN_MS = 8 * 3_600_000;
/** How long a notice is kept after its time, for records that come late. */
const KEEP_NOTICES_MS = 30 * 86_400_000;

function onFiling(state: State, filing: SeenFiling): Verdicts {
  if (filing.filing === "waybill") state.waybills.push({ ...filing, usedCl: 0 });
  return NONE;
}

function onSale(state: State, sale: SaleRecord, _: SeenRecord, { layout }: RuleContext): Verdicts {
  const tank = layout.tankOfNozzle.get(sale.nozzle);
  const watch = tank === undefined ? undefined : state.tanks[tank];
  if (watch !== undefined) watch.soldCl += sale.volumeCl;
  return NONE;
}

function onTank(state: State, record: TankRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  if (record.quality !== "good" || record.volumeCl === null) {
    const reason = record.reason ?? "the tank's volume is not known";
    return [{ verdict: "unknown", subject: record.tank, atMs, reason }];
  }
  const reading = { volumeCl: record.volumeCl, atMs, gateway: record.gateway, seq: record.seq };
  const measuring = state.measuring[record.tank];
  if (measuring !== undefined && atMs - measuring > MEASURED_WITHIN_MS) {
    delete state.measuring[record.tank];
    return [{ verdict: "ended", subject: record.tank, atMs }];
  }
  const watch = state.tanks[record.tank];
  if (watch?.rising === true) return whileRising(state, record.tank, watch, reading, context);
  if (watch === undefined || reading.volumeCl <= watch.low.volumeCl) {
    state.tanks[record.tank] = lowAt(reading);
    return NONE;
  }
  const { minLitres, settleMs } = context.parameters;
  if (reading.volumeCl - watch.low.volumeCl >= minLitres! * CL_PER_L) {
    watch.rising = true;
    return whileRising(state, record.tank, watch, reading, context);
  }
  // A level that stands still for long is the new low: warmth alone must not add up to a delivery.
  if (reading.volumeCl <= watch.peakCl && reading.atMs - watch.peakMs >= settleMs!) {
    state.tanks[record.tank] = lowAt(reading);
  } else {
    takePeak(watch, reading);
  }
  return NONE;
}

/** By another chart the same level is another volume: a rise that began by the old one is none. */
function onChart(state: State, { tank, chartSha256 }: RecordOf<"chart">, { atMs }: SeenRecord): Verdicts {
  const known = state.charts[tank];
  state.charts[tank] = chartSha256;
  if (known === undefined || known === chartSha256) return NONE;
  const told = (state.tanks[tank]?.toldCl ?? 0) > 0 || state.measuring[tank] !== undefined;
  delete state.tanks[tank];
  delete state.measuring[tank];
  return told ? [{ verdict: "ended", subject: tank, atMs }] : NONE;
}

/** The measure that the book of the tank takes of an inflow once the tank is calm. */
function onWetstock(state: State, event: WetstockEvent, { filings, parameters }: RuleContext): Verdicts {
  if (event.kind === "calibrated" && event.version >= 2) state.calibrated[event.tank] = true;
  if (event.kind !== "inflow" || event.version < 2) return NONE;
  const { tank: subject, atMs, fromMs, evidence } = event;
  const told = state.measuring[subject] !== undefined;
  delete state.measuring[subject];
  const announced = waybillsOf(filings, event).litres;
  const excused = filings.excuses(subject, fromMs, atMs);
  const beyond = excused ? 0 : event.litres - announced * (1 + parameters.measuredPermille! / 1_000);
  if (beyond < parameters.minLitres! + 3 * event.seL) {
    return told ? [{ verdict: "ended", subject, atMs }] : NONE;
  }
  const figures: Figures = {
    inflowCl: Math.round(event.litres * 100),
    seCl: Math.round(statedSeL(event) * 100),
    noticedCl: Math.round(announced * 100),
    unannouncedCl: Math.round((event.litres - announced) * 100),
    soldCl: Math.round(event.soldL * 100),
  };
  return [
    { verdict: "finding", subject, fromMs, atMs, figures, evidence },
    { verdict: "ended", subject, atMs },
  ];
}

type Reading = Watch["low"];

function lowAt(reading: Reading): Watch {
  return {
    low: reading,
    soldCl: 0,
    peakCl: reading.volumeCl,
    peakMs: reading.atMs,
    toldCl: 0,
    rising: false,
  };
}

function takePeak(watch: Watch, reading: Reading): void {
  if (reading.volumeCl <= watch.peakCl) return;
  watch.peakCl = reading.volumeCl;
  watch.peakMs = reading.atMs;
}

function whileRising(state: State, tank: string, watch: Watch, reading: Reading, context: RuleContext): Verdicts {
  const { minLitres, settleMs } = context.parameters;
  takePeak(watch, reading);
  const inflowCl = watch.peakCl - watch.low.volumeCl + watch.soldCl;
  const excused = context.filings.excuses(tank, watch.low.atMs, reading.atMs);
  const noticedCl = excused ? inflowCl : covered(state, tank, watch.low.atMs, reading.atMs, context);
  const unannouncedCl = inflowCl - noticedCl;
  const over = reading.volumeCl <= watch.peakCl - FALL_CL || reading.atMs - watch.peakMs >= settleMs!;
  const verdicts: Verdict[] = [];
  let toldCl = watch.toldCl;
  if (unannouncedCl >= minLitres! * CL_PER_L && (toldCl === 0 || (!over && inflowCl >= toldCl + GROWTH_CL))) {
    toldCl = inflowCl;
    verdicts.push(finding(tank, reading, watch, { inflowCl, noticedCl, unannouncedCl }));
  }
  // A waybill that came late, or the end of the rise: either way this delivery is told.
  const explained = toldCl > 0 && unannouncedCl < minLitres! * CL_PER_L;
  if (toldCl > 0 && over && !explained && state.calibrated[tank] === true) state.measuring[tank] = reading.atMs;
  else if (toldCl > 0 && (over || explained)) verdicts.push({ verdict: "ended", subject: tank, atMs: reading.atMs });
  watch.toldCl = explained ? 0 : toldCl;
  if (over) {
    use(state, tank, watch, reading, inflowCl, context);
    state.tanks[tank] = lowAt(reading);
  }
  return verdicts;
}

function finding(
  tank: string,
  reading: Reading,
  watch: Watch,
  figures: { inflowCl: number; noticedCl: number; unannouncedCl: number },
): Verdict {
  const { low } = watch;
  return {
    verdict: "finding",
    subject: tank,
    fromMs: low.atMs,
    atMs: reading.atMs,
    figures: { ...figures, previousVolumeCl: low.volumeCl, volumeCl: reading.volumeCl, soldCl: watch.soldCl },
    evidence:
      low.gateway === reading.gateway
        ? [{ gateway: low.gateway, fromSeq: low.seq, toSeq: Math.max(low.seq, reading.seq) }]
        : [low, reading].map(({ gateway, seq }) => ({ gateway, fromSeq: seq, toSeq: seq })),
  };
}

function applies(waybill: WaybillFiling, tank: string, fromMs: number, untilMs: number, marginMs: number): boolean {
  return waybill.tank === tank && untilMs >= waybill.fromMs - marginMs && fromMs <= waybill.untilMs + marginMs;
}

/** Litres that waybills allow in this span, 0.01 L. */
function covered(state: State, tank: string, fromMs: number, untilMs: number, { parameters }: RuleContext): number {
  const percent = 100 + parameters.tolerancePercent!;
  return state.waybills
    .filter((waybill) => applies(waybill, tank, fromMs, untilMs, parameters.marginMs!))
    .reduce((sum, waybill) => sum + Math.max(0, Math.floor((waybill.volumeCl * percent) / 100) - waybill.usedCl), 0);
}

/** Takes the delivery off its waybills, so that one waybill does not cover two deliveries, and drops the old ones. */
function use(
  state: State,
  tank: string,
  watch: Watch,
  reading: Reading,
  inflowCl: number,
  { parameters }: RuleContext,
): void {
  let leftCl = inflowCl;
  state.waybills = state.waybills.filter((waybill) => waybill.untilMs + KEEP_NOTICES_MS > reading.atMs);
  for (const waybill of state.waybills) {
    if (leftCl <= 0) return;
    if (!applies(waybill, tank, watch.low.atMs, reading.atMs, parameters.marginMs!)) continue;
    const taken = Math.min(leftCl, waybill.volumeCl);
    leftCl -= taken;
    waybill.usedCl += taken;
  }
}

export const inflowWithoutNotice = rule<State>({
  id: "wetstock.inflow-without-notice",
  title: { zh: "无单卸油", en: "Tank inflow without a delivery notice" },
  basis: "第五条（一）、第十条（五） Art. 5(1), 10(5)",
  department: "commerce",
  severity: "high",
  scales: true,
  parameters: {
    minLitres: { default: 200, unit: "L", why: "no tanker compartment is this small, and no warm day adds this much" },
    marginMs: { default: 1_800_000, unit: "ms", why: "a tanker may come half an hour before or after its notice" },
    tolerancePercent: {
      default: 12,
      unit: "%",
      why: "while it flows: the raw chart may be wrong by 7 %, the tanker's measure differs, warm fuel takes more room",
    },
    measuredPermille: {
      default: 20,
      unit: "‰",
      why: "once measured with the calibrated chart: the tanker's measure and warmth explain up to one per cent",
    },
    settleMs: { default: 300_000, unit: "ms", why: "five minutes without a rise, and the hose is off" },
  },
  why: {
    zh: "无单进油即来源不明：可能是走私油、非标油，或为账外销售补货。",
    en: "Fuel without a waybill is of unknown origin: smuggled, off specification, or stock for sales off the books.",
  },
  check: {
    zh: "索取进货单据与电子运单，抽样检验油品，查看卸油口监控。",
    en: "Ask for invoice and waybill, take a sample, look at the camera of the filling point.",
  },
  stateVersion: 4,
  start: () => ({ calibrated: {}, measuring: {}, tanks: {}, waybills: [], charts: {} }),
  on: { sale: onSale, tank: onTank, chart: onChart },
  onFiling,
  onWetstock,
  text: ({ subject, figures, fromMs, untilMs }) => {
    const { previousVolumeCl: from, volumeCl: to, seCl } = figures;
    const measured = typeof seCl === "number" ? ` (± ${litres(seCl)} L)` : "";
    const zhRise = typeof to === "number" ? `由 ${litres(from)} L 升至 ${litres(to)} L，` : "";
    const enRise = typeof to === "number" ? `from ${litres(from)} L to ${litres(to)} L, ` : "";
    return {
      zh: `油罐 ${subject} 自 ${moment(fromMs)} 至 ${moment(untilMs)} 进油 ${litres(figures.inflowCl)} L${measured}（${zhRise}其间售出 ${litres(figures.soldCl)} L），有运单的仅 ${litres(figures.noticedCl)} L。请核查油品来源与电子运单。`,
      en: `Tank ${subject} took in ${litres(figures.inflowCl)} L${measured} from ${moment(fromMs)} to ${moment(untilMs)} (${enRise}${litres(figures.soldCl)} L sold meanwhile); waybills cover ${litres(figures.noticedCl)} L. Check where the fuel came from and its waybill.`,
    };
  },
});
