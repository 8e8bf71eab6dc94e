/** Which rules of the collector should find what is planted, by kind; honest kinds and what no rule can see have none. */
import { honestKinds, type PlantKind } from "../scenario/plants.ts";

const rules: Partial<Record<PlantKind, readonly string[]>> = {
  "bypass-tax-port": ["wetstock.outflow-without-sales"],
  "total-rollback": ["tax-port.total-decreased"],
  "total-reset": ["tax-port.total-decreased"],
  "board-swap": ["tax-port.identity-changed"],
  "seal-cut": ["seal.opened"],
  "seal-open": ["seal.opened"],
  "amount-mismatch": ["tax-port.amount-mismatch"],
  "delivery-without-notice": ["wetstock.inflow-without-notice"],
  "unannounced-supply": ["wetstock.inflow-without-notice"],
  "gateway-unplugged": ["gateway.silent"],
  "altered-records": ["wetstock.outflow-without-sales"],
  theft: ["wetstock.outflow-without-sales"],
};

/** Rule ids for a kind. */
export function expectedRules(kind: PlantKind): string[] {
  return honestKinds.has(kind) ? [] : [...(rules[kind] ?? [])];
}
