/** The three answer dialects known from public material, and what a factory serial says about a device. */
import type { TaxPortProfile } from "./profile.ts";

export type DialectName = "28-byte" | "30-byte" | "large-flow";

/** tax-port.md 1.2 to 1.5, 1.8 and 1.10. */
const base: TaxPortProfile = {
  name: "28-byte",
  title: "Tax port whose factory serial begins with a digit (YTSF)",
  source: "tax-port.md 1.2 to 1.8: three public code lines",
  confidence: "B",
  verified: "derived from public material, not verified against a captured trace of real hardware",
  serial: { baudRate: 9600, dataBits: 8, parity: "even", stopBits: 1 },
  frame: { leadByte: 0xbb, checkRule: "xor", checkFrom: 2, leastLength: 3, longestLength: 0x23 },
  commands: {
    information: 0x83,
    "last-fuelling": 0x86,
    "day-total": 0x87,
    "month-total": 0x88,
    "grand-total": 0x89,
  },
  widths: {
    information: { factorySerial: 10, gunCode: 2, taxpayerIdFirstFrame: 19, taxpayerIdSecondFrame: 1, oilCode: 4 },
    "last-fuelling": { volume: 6, amount: 6, unitPrice: 4 },
    "day-total": { volume: 8, amount: 8, unitPrice: 4 },
    "month-total": { volume: 10, amount: 10 },
    "grand-total": { volume: 12, amount: 12 },
  },
  lastFuellingTrailingBytes: 0,
  informationSpareBytes: 2,
  decimals: { volume: 2, amount: 2, unitPrice: 2 },
  timings: { answerTimeoutMs: 3000, interQueryGapMs: 1000, confirmReads: 2, firstReads: 3, maxFlowClPerS: 167 },
  restoreDisplay: true,
};

/** The built-in dialects; all data, none of it verified on real hardware. */
export const profiles: Record<DialectName, TaxPortProfile> = {
  "28-byte": base,
  "30-byte": {
    ...base,
    name: "30-byte",
    title: "Tax port whose factory serial begins with a letter (KTK)",
    lastFuellingTrailingBytes: 2,
    informationSpareBytes: 0,
  },
  "large-flow": {
    ...base,
    name: "large-flow",
    title: "Tax port of a large-flow dispenser (260 L/min)",
    source: "tax-port.md 1.5: one public code line; only its last fuelling is known to be wider",
    widths: { ...base.widths, "last-fuelling": { volume: 8, amount: 8, unitPrice: 6 } },
    // 260 L/min is 433.3 cL/s.
    timings: { ...base.timings, maxFlowClPerS: 434 },
  },
};

/** The dialect taken when nothing is configured. */
export const defaultProfile: TaxPortProfile = base;

/**
 * The dialect a factory serial points to: a letter first is "30-byte" (KTK), a digit first "28-byte" (YTSF).
 * Undefined when the serial begins with neither. Source: tax-port.md 1.7 [B]. A large-flow machine cannot be told
 * from its serial.
 */
export function guessDialect(factorySerial: string): DialectName | undefined {
  if (/^[A-Za-z]/.test(factorySerial)) return "30-byte";
  if (/^[0-9]/.test(factorySerial)) return "28-byte";
  return undefined;
}

const nozzlesByLetter: Record<string, number> = { A: 1, B: 2, D: 4, F: 6, H: 8 };

/** Ascending; a serial belongs to the last row that it is not below. */
const nozzlesByRange = [
  { from: "0175600000", nozzles: 1 },
  { from: "2007700000", nozzles: 2 },
  { from: "4001900000", nozzles: 4 },
];

/**
 * How many nozzles (1 to 8) a device probably has, from its 10-character factory serial. Only a hint [B]:
 * tax-port.md 1.7 calls its own source "not very solid". Undefined when the serial says nothing.
 */
export function nozzleCountHint(factorySerial: string): number | undefined {
  if (/^[A-Za-z]/.test(factorySerial)) return nozzlesByLetter[factorySerial.charAt(0).toUpperCase()];
  if (!/^[0-9]{10}$/.test(factorySerial)) return undefined;
  return nozzlesByRange.findLast((row) => factorySerial >= row.from)?.nozzles;
}
