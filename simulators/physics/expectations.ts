/** Which rules of the collector should find what is planted, by kind; honest kinds and what no rule can see have none. */
import { honestKinds, type PlantKind } from "../scenario/plants.ts";

const rules: Partial<Record<PlantKind, readonly string[]>> = {
  "bypass-tax-port": ["wetstock.outflow-without-sales"],
  "altered-records": ["wetstock.outflow-without-sales"],
  "replayed-records": ["wetstock.outflow-without-sales"],
  "short-measure": ["wetstock.short-measure"],
  "hidden-tank": ["wetstock.sold-not-drawn"],
  "amount-mismatch": ["tax-port.amount-mismatch"],
  "total-rollback": ["tax-port.total-decreased"],
  "total-reset": ["tax-port.total-decreased"],
  "board-swap": ["tax-port.identity-changed"],
  "seal-cut": ["seal.opened"],
  "seal-open": ["seal.opened"],
  "gateway-unplugged": ["gateway.silent"],
  "delivery-without-notice": ["wetstock.inflow-without-notice"],
  "unannounced-supply": ["wetstock.inflow-without-notice"],
  "delivery-short": ["wetstock.delivery-short"],
  "short-supply": ["wetstock.delivery-short"],
  "tanker-sale": ["wetstock.delivery-short"],
  leak: ["wetstock.leak"],
  theft: ["wetstock.outflow-without-sales"],
};

/** Rule ids for a kind. */
export function expectedRules(kind: PlantKind): string[] {
  return honestKinds.has(kind) ? [] : [...(rules[kind] ?? [])];
}
