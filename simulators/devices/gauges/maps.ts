/**
 * The register maps of the simulated gauges, as data. Written from the makers' tables in tanks.md 1.3, apart from the
 * profiles that the agent reads by: where the two disagree, one of them is wrong, and the interop test says so.
 */

export type Quantity =
  | "level"
  | "water"
  | "temperature"
  | "volume"
  | "standardVolume"
  | "waterVolume"
  | "ullage"
  | "percent"
  | "status";

/** Registers from the start of a tank's block that hold one quantity. */
export interface Cell {
  at: number;
  is: Quantity;
  /** 16 or 32 bits, signed two's complement or a 32-bit float. */
  form: "16" | "32" | "float";
  /** Our units (0.001 mm, 0.01 L, 0.001 °C, 0.01 %) in one unit of the register. */
  per: number;
}

export interface GaugeMap {
  fn: 3 | 4;
  /** Address of the first tank's block, registers between blocks, and how many there are. */
  first: number;
  stride: number;
  tanks: number;
  words: "high-first" | "low-first";
  cells: readonly Cell[];
  /** What stands where there is no value, by form. */
  missing: { "16": number; "32": number };
  /** Bits of the status by what they mean. */
  bits: { delivery?: number; levelHigh?: number; levelLow?: number; waterHigh?: number; probeMissing?: number };
  /** Bits that are set while all is well (active low). */
  restingBits?: number;
}

const TENTH_MM = 100;
const MM = 1_000;
const TENTH_L = 10;
const LITRE = 100;
const TENTH_DEG = 100;

export const GAUGE_MAPS = {
  /** Forecourt's own generic map. */
  "generic-gauge": {
    fn: 4,
    first: 0,
    stride: 20,
    tanks: 8,
    words: "high-first",
    cells: [
      { at: 0, is: "status", form: "16", per: 1 },
      { at: 1, is: "level", form: "32", per: TENTH_MM },
      { at: 3, is: "water", form: "32", per: TENTH_MM },
      { at: 5, is: "temperature", form: "16", per: TENTH_DEG },
      { at: 6, is: "volume", form: "32", per: TENTH_L },
      { at: 8, is: "standardVolume", form: "32", per: TENTH_L },
      { at: 10, is: "waterVolume", form: "32", per: TENTH_L },
      { at: 12, is: "ullage", form: "32", per: TENTH_L },
    ],
    missing: { "16": 0x8000, "32": 0x8000_0000 },
    bits: { delivery: 0, levelHigh: 1, levelLow: 2, waterHigh: 3, probeMissing: 4 },
  },
  /** Pneumercator TMS (manual on manualslib 1541105, p. 8 to 10): holding registers, whole mm and litres. */
  "pneumercator-tms": {
    fn: 3,
    first: 1,
    stride: 16,
    tanks: 12,
    words: "high-first",
    cells: [
      { at: 0, is: "status", form: "32", per: 1 },
      { at: 2, is: "level", form: "32", per: MM },
      { at: 4, is: "volume", form: "32", per: LITRE },
      { at: 6, is: "standardVolume", form: "32", per: LITRE },
      { at: 8, is: "percent", form: "32", per: 10 },
      { at: 10, is: "temperature", form: "32", per: TENTH_DEG },
      { at: 12, is: "water", form: "32", per: MM },
      { at: 14, is: "ullage", form: "32", per: LITRE },
    ],
    // When the probe does not answer, the data are forced to full scale.
    missing: { "16": 0x7fff, "32": 0x7fff_ffff },
    bits: { delivery: 0, probeMissing: 2, levelLow: 9, waterHigh: 11, levelHigh: 12 },
    restingBits: 1 << 7,
  },
  /** Franklin TS-550evo (document 000-0536): of a tank's block only the volume's place is known. Low word first. */
  "franklin-evo": {
    fn: 4,
    first: 200,
    stride: 36,
    tanks: 72,
    words: "low-first",
    cells: [{ at: 4, is: "volume", form: "32", per: TENTH_L }],
    missing: { "16": 0x8000, "32": 0x8000_0000 },
    bits: {},
  },
  /** MTS / Temposonics digital probe: one tank, micrometres and 0.0001 °C. */
  "mts-level": {
    fn: 4,
    first: 0,
    stride: 18,
    tanks: 1,
    words: "high-first",
    cells: [
      { at: 0, is: "level", form: "32", per: 1 },
      { at: 2, is: "water", form: "32", per: 1 },
      // After the two floats stand single sensors; the mean is the last of nine values.
      { at: 16, is: "temperature", form: "32", per: 0.1 },
    ],
    missing: { "16": 0x8000, "32": 0x8000_0000 },
    bits: {},
  },
} as const satisfies Record<string, GaugeMap>;

export type GaugeMapName = keyof typeof GAUGE_MAPS;
