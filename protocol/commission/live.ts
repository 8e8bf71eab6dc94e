/** What the box's page and the terminal show of a box at this moment. Types only: the box makes it, nobody signs it. */
import type { FoundLine } from "./found.ts";
import type { Commission, StepName, StepStanding } from "./state.ts";

/** One nozzle, tank or seal as it was last read. */
export interface LiveItem {
  device: string;
  kind: "nozzle" | "tank" | "seal";
  name: string;
  /** grand total, or what is in the tank, 0.01 L */
  volumeCl: number | null;
  amountFen: number | null;
  levelUm: number | null;
  waterLevelUm: number | null;
  temperatureMc: number | null;
  state: string | null;
  serial: string | null;
  batteryPercent: number | null;
  quality: string;
  /** epoch ms */
  readAt: number;
  /** When it last moved, epoch ms: a total that grew, a level that went, a seal that was opened; null: not yet. */
  movedAt: number | null;
  /** By how much a total or a level moved then, 0.01 L or µm; null for seals. */
  movedBy: number | null;
  /** The frames of the last reading, in hex. */
  raw: string[];
}

export interface LiveDevice {
  device: string;
  line: string;
  state: "up" | "down" | "unknown";
  /** why it is down, or what its last poll failed with */
  reason: string | null;
  heardAt: number | null;
}

export interface LiveSale {
  seq: number;
  at: string;
  nozzle: string;
  volumeCl: number;
  amountFen: number;
  unitPriceFen: number | null;
  quality: string;
}

export interface LiveView {
  /** epoch ms of the box */
  now: number;
  mode: "idle" | "searching" | "watching" | "running";
  items: LiveItem[];
  devices: LiveDevice[];
  lines: { line: string; state: "up" | "down" | "unknown"; reason: string | null }[];
  sales: LiveSale[];
  uplink: {
    isConnected: boolean;
    headSeq: number;
    acknowledgedSeq: number;
    clock: string;
    gateway: string;
    station: string;
  } | null;
}

/** Where an installation stands, and what the box is doing about it. */
export interface CommissionView {
  state: Omit<Commission, "enrol"> & { enrol: Omit<Commission["enrol"], "order"> & { isOrdered: boolean } };
  steps: StepStanding[];
  next: StepName;
  finished: boolean;
  search: {
    isRunning: boolean;
    places: { place: string; trying: string; isDone: boolean }[];
    found: FoundLine[] | null;
  };
  /** which item has which name while the box watches what was found */
  names: Record<string, string>;
  /** the nozzles that the self-test waits for */
  expected: string[];
  trouble: { code: string; message: string; cure: string } | null;
}
