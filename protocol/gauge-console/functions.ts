/** The functions of a console that we use, by what they report (manual 576013-635, section 7). */
export const consoleFunctions = {
  activeAlarms: "101",
  inventory: "201",
  deliveries: "202",
  tankAlarms: "205",
  lastDelivery: "20C",
  chartByStep: "211",
  chartOfFiftyPoints: "216",
  chartAudit: "218",
  clock: "501",
  units: "517",
  referenceTemperature: "50E",
  software: "902",
  probes: "A01",
} as const;
