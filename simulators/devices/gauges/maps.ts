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
  | "status"
  | "state";

/** Registers from the start of a tank's block that hold one quantity. */
export interface Cell {
  at: number;
  is: Quantity;
  /** 16 or 32 bits, signed two's complement or a 32-bit float. */
  form: "16" | "32" | "float";
  /** Our units (0.001 mm, 0.01 L, 0.001 °C, 0.01 %) in one unit of the register. */
  per: number;
}

/** One block of registers for each tank. */
export interface Block {
  /** Address of the first tank's block, registers between blocks, and how many there are. */
  first: number;
  stride: number;
  tanks: number;
  cells: readonly Cell[];
}

export interface GaugeMap {
  fn: 3 | 4;
  words: "high-first" | "low-first";
  blocks: readonly Block[];
  /** What stands where there is no value, by form. */
  missing: { "16": number; "32": number };
  /** Bits of the status by what they mean. */
  bits: { delivery?: number; levelHigh?: number; levelLow?: number; waterHigh?: number; probeMissing?: number };
  /** Bits that are set while all is well (active low). */
  restingBits?: number;
  /** What a `state` register holds beside a value that is good, and one that is not. */
  states?: readonly [good: number, bad: number];
}

const TENTH_MM = 100;
const MM = 1_000;
const TENTH_L = 10;
const LITRE = 100;
const TENTH_DEG = 100;
const DEG = 1_000;

/** The beginning of a block of the Chinese ht transmitters: micrometres and 0.01 °C, with a state before them. */
const HT_LEVELS: Block = {
  first: 32_001,
  stride: 50,
  tanks: 12,
  cells: [
    { at: 0, is: "state", form: "16", per: 1 },
    { at: 3, is: "level", form: "32", per: 1 },
    { at: 5, is: "water", form: "32", per: 1 },
    { at: 7, is: "temperature", form: "16", per: 10 },
  ],
};
const HT = {
  fn: 4,
  words: "high-first",
  missing: { "16": 0xffff, "32": 0xffff_ffff },
  bits: {},
  states: [0x0300, 0x0301],
} as const;
const PLAIN = { missing: { "16": 0x8000, "32": 0x8000_0000 }, bits: {} } as const;

export const GAUGE_MODELS = [
  "generic-gauge",
  "pneumercator-tms",
  "franklin-evo",
  "mts-level",
  "ht-fmu",
  "ht-tpu",
  "apg-mpx",
  "struna-single",
  "varec-8315-example",
] as const;
export type GaugeMapName = (typeof GAUGE_MODELS)[number];

export const GAUGE_MAPS: Record<GaugeMapName, GaugeMap> = {
  /** Forecourt's own generic map. */
  "generic-gauge": {
    fn: 4,
    words: "high-first",
    blocks: [
      {
        first: 0,
        stride: 20,
        tanks: 8,
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
      },
    ],
    missing: { "16": 0x8000, "32": 0x8000_0000 },
    bits: { delivery: 0, levelHigh: 1, levelLow: 2, waterHigh: 3, probeMissing: 4 },
  },
  /** Pneumercator TMS (manual on manualslib 1541105, p. 8 to 10): holding registers, whole mm and litres. */
  "pneumercator-tms": {
    fn: 3,
    words: "high-first",
    blocks: [
      {
        first: 1,
        stride: 16,
        tanks: 12,
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
      },
    ],
    // When the probe does not answer, the data are forced to full scale.
    missing: { "16": 0x7fff, "32": 0x7fff_ffff },
    bits: { delivery: 0, probeMissing: 2, levelLow: 9, waterHigh: 11, levelHigh: 12 },
    restingBits: 1 << 7,
  },
  /** Franklin TS-550evo (document 000-0536): of a tank's block only the volume's place is known. Low word first. */
  "franklin-evo": {
    fn: 4,
    words: "low-first",
    blocks: [{ first: 200, stride: 36, tanks: 72, cells: [{ at: 4, is: "volume", form: "32", per: TENTH_L }] }],
    ...PLAIN,
  },
  /** MTS / Temposonics digital probe: one tank, micrometres, five sensors and their mean in 0.0001 °C. */
  "mts-level": {
    fn: 4,
    words: "high-first",
    blocks: [
      {
        first: 0,
        stride: 18,
        tanks: 1,
        cells: [
          { at: 0, is: "level", form: "32", per: 1 },
          { at: 2, is: "water", form: "32", per: 1 },
          ...[6, 8, 10, 12, 14, 16].map((at) => ({ at, is: "temperature", form: "32", per: 0.1 }) as const),
        ],
      },
    ],
    ...PLAIN,
  },
  "ht-fmu": { ...HT, blocks: [HT_LEVELS] },
  /** The same with volumes in whole litres. */
  "ht-tpu": {
    ...HT,
    blocks: [
      HT_LEVELS,
      {
        first: 33_001,
        stride: 30,
        tanks: 12,
        cells: [
          { at: 5, is: "volume", form: "32", per: LITRE },
          { at: 7, is: "standardVolume", form: "32", per: LITRE },
          { at: 9, is: "waterVolume", form: "32", per: LITRE },
          { at: 13, is: "ullage", form: "32", per: LITRE },
        ],
      },
    ],
  },
  /** APG MPX probe: registers 30300 to 30302, whole mm and degrees. */
  "apg-mpx": {
    fn: 4,
    words: "high-first",
    blocks: [
      {
        first: 299,
        stride: 8,
        tanks: 1,
        cells: [
          { at: 0, is: "level", form: "16", per: MM },
          { at: 1, is: "water", form: "16", per: MM },
          { at: 2, is: "temperature", form: "16", per: DEG },
        ],
      },
    ],
    ...PLAIN,
  },
  /** Struna: floats with swapped words, a state behind each. */
  "struna-single": {
    fn: 4,
    words: "low-first",
    blocks: [
      {
        first: 3,
        stride: 42,
        tanks: 1,
        cells: [
          { at: 0, is: "level", form: "float", per: MM },
          { at: 2, is: "state", form: "16", per: 1 },
          { at: 6, is: "volume", form: "float", per: LITRE },
          { at: 8, is: "state", form: "16", per: 1 },
          { at: 12, is: "temperature", form: "float", per: DEG },
          { at: 14, is: "state", form: "16", per: 1 },
        ],
      },
    ],
    ...PLAIN,
    states: [0, 3],
  },
  /** Varec 8315, the example of its manual: one table a quantity. */
  "varec-8315-example": {
    fn: 3,
    words: "high-first",
    blocks: [
      { first: 100, stride: 2, tanks: 10, cells: [{ at: 0, is: "level", form: "float", per: MM }] },
      { first: 200, stride: 2, tanks: 10, cells: [{ at: 0, is: "temperature", form: "float", per: DEG }] },
      { first: 300, stride: 1, tanks: 10, cells: [{ at: 0, is: "status", form: "16", per: 1 }] },
    ],
    missing: { "16": 0x8000, "32": 0x8000_0000 },
    bits: { probeMissing: 0 },
  },
};
