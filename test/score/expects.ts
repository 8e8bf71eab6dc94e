/**
 * Which rules should find which kind of cheat, where the scenario's truth does not say. Any of them will do. What no
 * rule can see from records alone has none: it is counted neither as found nor as missed.
 */
const RULES: Readonly<Record<string, readonly string[]>> = {
  "bypass-tax-port": ["wetstock.outflow-without-sales"],
  "altered-records": ["wetstock.outflow-without-sales"],
  "short-measure": ["wetstock.short-measure"],
  "hidden-tank": ["wetstock.sold-not-drawn"],
  "delivery-without-notice": ["wetstock.inflow-without-notice"],
  "unannounced-supply": ["wetstock.inflow-without-notice"],
  "delivery-short": ["wetstock.delivery-short"],
  "short-supply": ["wetstock.delivery-short"],
  "tanker-sale": ["wetstock.delivery-short"],
  leak: ["wetstock.leak"],
  theft: ["wetstock.outflow-without-sales"],
  "water-ingress": ["wetstock.water"],
  "chart-altered": ["wetstock.chart-changed"],
  "wrong-product": ["wetstock.wrong-product"],
  "probe-stuck": ["wetstock.gauge-untrue"],
  "amount-mismatch": ["tax-port.amount-mismatch"],
  "price-under-board": ["price.off-board", "price.differs-between-nozzles"],
  "total-rollback": ["tax-port.total-decreased", "tax-port.total-reset"],
  "total-reset": ["tax-port.total-decreased", "tax-port.total-reset"],
  "board-swap": ["tax-port.identity-changed"],
  "replayed-records": ["tax-port.records-repeated", "wetstock.outflow-without-sales"],
  "cable-pulled": ["tax-port.silent", "tax-port.silent-at-peak", "tax-port.sold-unseen"],
  "gateway-unplugged": ["gateway.silent"],
  "seal-cut": ["seal.opened"],
  "seal-open": ["seal.opened"],
  "seal-swapped": ["seal.swapped", "seal.opened"],
};

/** @param stated what the truth itself says */
export function expectedRules(kind: string, stated: readonly string[]): string[] {
  return [...new Set([...stated, ...(RULES[kind] ?? [])])];
}
