/** Every rule of the collector, in the order of the catalogue. */
import { amountMismatch } from "./amount-mismatch.ts";
import { chainBroken } from "./chain-broken.ts";
import { chartChanged } from "./chart-changed.ts";
import { clockDrift } from "./clock-drift.ts";
import { deliveryPair } from "./delivery-pair.ts";
import { deliveryShort } from "./delivery-short.ts";
import { flowTooFast } from "./flow-too-fast.ts";
import { gatewaySilent } from "./gateway-silent.ts";
import { cabinetOpened, clockStepped, programChanged } from "./gateway-states.ts";
import { gaugeUntrue } from "./gauge-untrue.ts";
import { identityChanged } from "./identity-changed.ts";
import { inflowWithoutNotice } from "./inflow-without-notice.ts";
import { keyCopied } from "./key-copied.ts";
import { leak } from "./leak.ts";
import { litresMissing } from "./litres-missing.ts";
import { notAsApproved } from "./not-as-approved.ts";
import { nozzleIdle } from "./nozzle-idle.ts";
import { outflowWithoutSales } from "./outflow-without-sales.ts";
import { periodTotalMismatch } from "./period-total-mismatch.ts";
import { priceDiffers } from "./price-differs.ts";
import { priceOffBoard } from "./price-off-board.ts";
import { priceUnderArea } from "./price-under-area.ts";
import { recordsRepeated } from "./records-repeated.ts";
import { repeatedTampering } from "./repeated-tampering.ts";
import type { Parameters, Rule } from "./rule.ts";
import { sealOpened } from "./seal-opened.ts";
import { sealBatteryLow, sealHubGone, sealSilent, sealSwapped } from "./seal-states.ts";
import { shortMeasure } from "./short-measure.ts";
import { silentAtPeak } from "./silent-at-peak.ts";
import { soldNotDrawn } from "./sold-not-drawn.ts";
import { soldUnseen } from "./sold-unseen.ts";
import { dataWithheld, faultUnreported } from "./station-duties.ts";
import { tankLevel } from "./tank-level.ts";
import { taxPortSilent } from "./tax-port-silent.ts";
import { totalDecreased } from "./total-decreased.ts";
import { totalReset } from "./total-reset.ts";
import { unaccounted } from "./unaccounted.ts";
import { water } from "./water.ts";
import { wrongProduct } from "./wrong-product.ts";

export const catalogue: readonly Rule[] = [
  totalDecreased,
  totalReset,
  litresMissing,
  soldUnseen,
  periodTotalMismatch,
  amountMismatch,
  priceOffBoard,
  priceDiffers,
  priceUnderArea,
  flowTooFast,
  recordsRepeated,
  clockDrift,
  identityChanged,
  nozzleIdle,
  taxPortSilent,
  silentAtPeak,
  sealOpened,
  sealSwapped,
  sealSilent,
  sealHubGone,
  sealBatteryLow,
  outflowWithoutSales,
  inflowWithoutNotice,
  deliveryShort,
  deliveryPair,
  shortMeasure,
  soldNotDrawn,
  leak,
  gaugeUntrue,
  chartChanged,
  wrongProduct,
  water,
  tankLevel,
  unaccounted,
  gatewaySilent,
  cabinetOpened,
  clockStepped,
  programChanged,
  notAsApproved,
  chainBroken,
  keyCopied,
  faultUnreported,
  dataWithheld,
  repeatedTampering,
];

/** The parameters in force: the defaults, and what the configuration says instead. */
export function parametersOf(rule: Rule, configured: Record<string, Parameters>): Parameters {
  const defaults = Object.entries(rule.parameters).map(([name, { default: value }]) => [name, value] as const);
  return { ...Object.fromEntries(defaults), ...configured[rule.id] };
}
