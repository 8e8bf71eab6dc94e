/**
 * Which rules of the collector must find what is planted, each of them, and which others see the same thing from another
 * side. The truth states them, and nobody else keeps such a list. Honest kinds, and what cannot be seen in records and
 * filings alone, have none.
 */
import { honestKinds, type PlantKind } from "../scenario/plants.ts";
import type { Plant } from "../scenario/scenario.ts";

type Of<Kind extends PlantKind> = Extract<Plant, { kind: Kind }>;
type Expected<Kind extends PlantKind> = readonly string[] | ((planted: Of<Kind>) => string[]);

const HOUR_MS = 3_600_000;
/** A device that is gone for less than this may be a fuse or a restart: nobody need be told. */
const LONG_GONE_MS = HOUR_MS;
/** A seal sleeps to save its battery: it may be unheard for two hours. */
const SEAL_GONE_MS = 2 * HOUR_MS;
/** A fault of a device should be reported within a day. */
const UNREPORTED_MS = 25 * HOUR_MS;
/** A gateway that tells nothing for so many days withholds data. */
const WITHHELD_MS = 4 * 24 * HOUR_MS;

const OUTFLOW = "wetstock.outflow-without-sales";
const UNSEEN = "tax-port.sold-unseen";
const AT_PEAK = "tax-port.silent-at-peak";
const PAIR = "wetstock.delivery-pair";
const UNREPORTED = "station.fault-unreported";
/** A habit of silences is one from the third day on, */
const HABIT_MS = 3 * 24 * HOUR_MS;
/** and at busy hours: from eight to seven stations sell most of what they sell. */
const BUSY = { from: 8, until: 19 };

const rules: { [Kind in PlantKind]?: Expected<Kind> } = {
  "bypass-tax-port": [OUTFLOW],
  "altered-records": [OUTFLOW],
  "replayed-records": ["tax-port.records-repeated"],
  // What all nozzles have had in common since the first day looks like the scale of the strapping table.
  "short-measure": ({ nozzle, beyondL, hours, atMs }) =>
    nozzle === undefined && beyondL === undefined && hours === undefined && atMs === 0
      ? [PAIR]
      : ["wetstock.short-measure"],
  "hidden-tank": ["wetstock.sold-not-drawn"],
  "sales-invented": ["tax-port.flow-too-fast", "wetstock.sold-not-drawn"],
  "amount-mismatch": ["tax-port.amount-mismatch"],
  "price-under-board": ["price.off-board"],
  "board-under-area": ["price.under-area"],
  "total-rollback": ["tax-port.total-decreased"],
  "total-reset": ["tax-port.total-reset"],
  "board-swap": ["tax-port.identity-changed"],
  "tax-state-lost": ["tax-port.identity-changed"],
  "clock-turned": ({ device }) => (device === "gateway" ? ["gateway.clock-stepped"] : ["tax-port.clock-drift"]),
  "seal-cut": ["seal.opened"],
  "seal-open": ["seal.opened"],
  "seal-swapped": ["seal.swapped"],
  "seal-silent": ({ forMs }) => (lasts(forMs, SEAL_GONE_MS) ? ["seal.silent"] : []),
  "cabinet-opened": ["gateway.cabinet-opened"],
  "program-changed": ["gateway.program-changed"],
  "journal-damaged": ["gateway.chain-broken"],
  "seal-hub-off": ({ cut, forMs }) => [
    ...(cut ? ["seal.opened"] : []),
    ...(lasts(forMs, LONG_GONE_MS) ? ["seal.hub-gone"] : []),
  ],
  "gateway-unplugged": ({ hours, forMs }) => [
    UNSEEN,
    "gateway.silent",
    ...(isHabitAtPeak(hours, forMs) ? [AT_PEAK] : []),
    ...(!hours && lasts(forMs, WITHHELD_MS) ? ["station.data-withheld"] : []),
  ],
  "delivery-without-notice": ["wetstock.inflow-without-notice"],
  "unannounced-supply": ["wetstock.inflow-without-notice"],
  "delivery-short": ["wetstock.delivery-short"],
  "short-supply": ["wetstock.delivery-short"],
  "tanker-sale": ["wetstock.delivery-short"],
  leak: ["wetstock.leak"],
  theft: [OUTFLOW],
  "water-ingress": ["wetstock.water"],
  "probe-stuck": ["wetstock.gauge-untrue"],
  "gauge-invented": ["wetstock.gauge-untrue"],
  "chart-altered": ["wetstock.chart-changed"],
  // Left out: wrong-product, whose waybill names the tank's own grade (only density would tell), and probe-out, which
  // is a gauge that honestly has nothing to say.
};

/** Rules that see the same from another side, or what comes with it: their flags are neither asked for nor wrong. */
const sides: { [Kind in PlantKind]?: readonly string[] } = {
  "bypass-tax-port": ["wetstock.unaccounted", "tax-port.nozzle-idle", PAIR],
  "short-measure": ["wetstock.short-measure", PAIR],
  "altered-records": ["wetstock.short-measure", PAIR],
  "hidden-tank": [PAIR],
  leak: [PAIR],
  theft: [PAIR],
  "sales-invented": [PAIR],
  "short-supply": [PAIR],
  // What is played back tells the price of its time: after a change of price it is another one than the board's.
  "replayed-records": [
    OUTFLOW,
    PAIR,
    "wetstock.sold-not-drawn",
    "tax-port.clock-drift",
    "tax-port.period-total-mismatch",
    "tax-port.litres-missing",
    "price.off-board",
    "price.differs-between-nozzles",
  ],
  // Where every nozzle sells at the same false price, only the price list that was filed says otherwise.
  "price-under-board": ["price.differs-between-nozzles"],
  "clock-turned": ["tax-port.period-total-mismatch", "tax-port.clock-drift", "gateway.silent"],
  "total-rollback": ["tax-port.litres-missing", "tax-port.period-total-mismatch"],
  "total-reset": ["tax-port.litres-missing", "tax-port.period-total-mismatch"],
  "tax-state-lost": ["tax-port.silent", UNSEEN, "tax-port.litres-missing"],
  "board-swap": ["tax-port.silent", UNSEEN, "tax-port.litres-missing"],
  "gateway-unplugged": [AT_PEAK, UNREPORTED],
  "cable-pulled": [AT_PEAK, "tax-port.litres-missing"],
  "unannounced-supply": ["wetstock.delivery-short"],
  "probe-stuck": [OUTFLOW, "wetstock.sold-not-drawn"],
};

/** Rule ids for what is planted. */
export function expectedRules(planted: Plant): string[] {
  if (honestKinds.has(planted.kind)) return [];
  const expected = rules[planted.kind] as Expected<PlantKind> | undefined;
  return typeof expected === "function" ? expected(planted) : [...(expected ?? [])];
}

/** Rule ids of what else may be told of this kind. */
export function sideRules({ kind }: Plant): string[] {
  return [...(sides[kind] ?? [])];
}

/** Rule ids for a line whose cable is out, the first of them first. @param of what hangs on it */
export function expectedOfLine(of: { taxPort: boolean; sealHub: boolean }, planted: Of<"cable-pulled">): string[] {
  const { hours, forMs } = planted;
  if (of.taxPort && hours !== undefined) {
    return ["tax-port.silent", UNSEEN, ...(isHabitAtPeak(hours, forMs) ? [AT_PEAK] : [])];
  }
  return [
    ...(of.taxPort ? ["tax-port.silent", UNSEEN] : []),
    ...(of.sealHub && hours === undefined && lasts(forMs, LONG_GONE_MS) ? ["seal.hub-gone"] : []),
    ...(hours === undefined && lasts(forMs, UNREPORTED_MS) ? [UNREPORTED] : []),
  ];
}

function isHabitAtPeak(hours: string | undefined, forMs: number | undefined): boolean {
  const begins = hours === undefined ? Number.NaN : Number(hours.split("-")[0]);
  return begins >= BUSY.from && begins < BUSY.until && lasts(forMs, HABIT_MS);
}

/** @param forMs undefined: to the end of the run */
function lasts(forMs: number | undefined, leastMs: number): boolean {
  return forMs === undefined || forMs >= leastMs;
}
