/** Every rule of the collector, in the order of the catalogue. */
import { amountMismatch } from "./amount-mismatch.ts";
import { chainBroken } from "./chain-broken.ts";
import { gatewaySilent } from "./gateway-silent.ts";
import { identityChanged } from "./identity-changed.ts";
import { inflowWithoutNotice } from "./inflow-without-notice.ts";
import { litresMissing } from "./litres-missing.ts";
import { outflowWithoutSales } from "./outflow-without-sales.ts";
import type { Parameters, Rule } from "./rule.ts";
import { sealOpened } from "./seal-opened.ts";
import { taxPortSilent } from "./tax-port-silent.ts";
import { totalDecreased } from "./total-decreased.ts";

export const catalogue: readonly Rule[] = [
  totalDecreased,
  litresMissing,
  amountMismatch,
  identityChanged,
  sealOpened,
  outflowWithoutSales,
  inflowWithoutNotice,
  taxPortSilent,
  gatewaySilent,
  chainBroken,
];

/** The parameters in force: the defaults, and what the configuration says instead. */
export function parametersOf(rule: Rule, configured: Record<string, Parameters>): Parameters {
  const defaults = Object.entries(rule.parameters).map(([name, { default: value }]) => [name, value] as const);
  return { ...Object.fromEntries(defaults), ...configured[rule.id] };
}
