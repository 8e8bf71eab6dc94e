/** What goes between the one who simulates and the one who stores. */

import type { FlagRow } from "@forecourt/collector/rules/flag.ts";
import type { Filing } from "@forecourt/protocol/filings/schema.ts";

/** Batches of one gateway that follow each other. */
export interface Portion {
  kind: "portion";
  station: string;
  gateway: string;
  batches: {
    firstSeq: number;
    /** the lines, with a newline between two */
    text: string;
    /** the chain hashes of the lines, 32 bytes each */
    hashes: Uint8Array;
    envelope: Uint8Array;
  }[];
}

/** A station's year is whole. */
export interface Whole {
  kind: "whole";
  station: string;
  gateway: string;
  flags: FlagRow[];
  filings: Filing[];
}

export type Told = Portion | Whole | { kind: "end" };

/** What the one who simulates is told: what to simulate, and after that how many portions were taken. */
export interface Task {
  stations: number;
  days: number;
  fromMs: number;
  /** stations that are stored already */
  done: string[];
}
