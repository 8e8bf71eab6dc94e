/** What can be asked of the store. Every question carries its reader, so that scope cannot be forgotten. */

import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import type { Reader } from "../access/reader.ts";
import type { FlagRow } from "../rules/flag.ts";
import type { EvidenceRange } from "../rules/rule.ts";

export interface SaleRow {
  gateway: string;
  seq: number;
  station: string;
  device: string;
  nozzle: string;
  atMs: number;
  volumeCl: number;
  amountFen: number;
  unitPriceFen: number | null;
  count: number | null;
  totalVolumeCl: number;
  totalAmountFen: number;
  quality: string;
  reason: string | null;
}

export interface TankLevelRow {
  gateway: string;
  seq: number;
  station: string;
  tank: string;
  atMs: number;
  levelUm: number | null;
  waterLevelUm: number | null;
  temperatureMc: number | null;
  volumeCl: number | null;
  ullageCl: number | null;
  alarms: string[];
  quality: string;
  reason: string | null;
}

export interface SealRow {
  station: string;
  seal: string;
  atMs: number;
  state: string;
  tamperCount: number | null;
  openCount: number | null;
  batteryPercent: number | null;
}

export interface NozzleRow {
  station: string;
  nozzle: string;
  unitPriceFen: number | null;
  totalVolumeCl: number | null;
  totalAmountFen: number | null;
}

export interface DeviceRow {
  station: string;
  device: string;
  linkState: "up" | "down" | null;
  linkSinceMs: number | null;
  linkReason: string | null;
  identity: {
    initialised: boolean;
    factorySerial: string;
    taxpayerId: string | null;
    oilCode: string | null;
    atMs: number;
  } | null;
}

export interface DeliveryRow {
  gateway: string;
  seq: number;
  station: string;
  device: string;
  tank: string;
  basis: RecordOf<"delivery">["basis"];
  startedMs: number;
  endedMs: number;
  start: RecordOf<"delivery">["start"];
  end: RecordOf<"delivery">["end"];
  volumeCl: number | null;
  quality: string;
  reason: string | null;
}

/** Kinds of which only the newest record of each subject is asked for. */
export type LatestKind = "device" | "chart" | "health" | "command";

export interface LatestRecordRow<Kind extends LatestKind> {
  atMs: number;
  record: Omit<RecordOf<Kind>, "raw">;
}

/** A rule that could not tell, and why it last could not. */
export interface UnknownRow {
  station: string;
  rule: string;
  subject: string;
  reason: string;
  firstMs: number;
  lastMs: number;
  times: number;
}

export interface GatewayRow {
  gateway: string;
  station: string;
  seq: number;
  hash: Uint8Array;
  heardMs: number;
  lastRecordMs: number | null;
  version: string | null;
  unacknowledged: number | null;
}

/** The latest of everything at one station. */
export interface LatestStates {
  nozzles: NozzleRow[];
  tanks: TankLevelRow[];
  seals: SealRow[];
  devices: DeviceRow[];
  gateways: GatewayRow[];
}

/** How many flags of a rule are open at a station. */
export interface OpenFlagCount {
  rule: string;
  severity: "notice" | "medium" | "high";
  count: number;
}

export interface StationFigures {
  openFlags: readonly OpenFlagCount[];
  today: { sales: number; volumeCl: number; amountFen: number };
}

/** What a list says of one station. */
export interface StationInShort extends StationFigures {
  gateways: readonly { heardMs: number; lastRecordMs: number | null }[];
}

/** Open flags of one rule and severity. */
export interface OpenFlagsRow {
  rule: string;
  severity: FlagRow["severity"];
  count: number;
}

export interface RecordRow {
  gateway: string;
  seq: number;
  atMs: number;
  kind: string;
  line: string;
  hash: Uint8Array;
  previousHash: Uint8Array;
  receivedMs: number;
}

/** A place in a list sorted by time and then by a second key, so that equal times lose nothing between two pages. */
export interface SaleCursor {
  atMs: number;
  gateway: string;
  seq: number;
}
export interface FlagCursor {
  untilMs: number;
  id: string;
}

export interface UnknownCursor {
  lastMs: number;
  station: string;
  rule: string;
  subject: string;
}

export interface FlagFilter extends Span {
  station?: string | undefined;
  /** one of these stations, one of these rules */
  stations?: readonly string[] | undefined;
  rules?: readonly string[] | undefined;
  rule?: string | undefined;
  subject?: string | undefined;
  severity?: FlagRow["severity"] | undefined;
  state?: "open" | "ended" | undefined;
}

export interface Span {
  fromMs?: number | undefined;
  untilMs?: number | undefined;
}

export interface Queries {
  sales(
    reader: Reader,
    filter: { station?: string | undefined; nozzle?: string | undefined } & Span,
    page: { limit: number; before?: SaleCursor | undefined },
  ): Promise<SaleRow[]>;
  /** The last sale of each nozzle of a station. */
  lastSales(reader: Reader, station: string, nozzles: readonly string[]): Promise<SaleRow[]>;
  /** The newest `limit` readings of the span, oldest first. */
  tankLevels(
    reader: Reader,
    filter: { station: string; tank?: string | undefined } & Span,
    limit: number,
  ): Promise<TankLevelRow[]>;
  latest(reader: Reader, station: string): Promise<LatestStates>;
  /** @param dayStartMs epoch ms at which the station's day began */
  figures(reader: Reader, station: string, dayStartMs: number): Promise<StationFigures>;
  /**
   * The same of many stations at once, with their gateways: lists are asked for all the time.
   * @returns by station; one that was never heard, has no flag and sold nothing is missing
   */
  inShort(
    reader: Reader,
    stations: readonly string[],
    dayStartMs: number,
  ): Promise<ReadonlyMap<string, StationInShort>>;
  /** When each station was last heard, epoch ms; stations that never were are missing. */
  heard(): Promise<ReadonlyMap<string, number>>;
  /** Whether a record is evidence of a flag that the reader may see. */
  isEvidence(reader: Reader, gateway: string, seq: number): Promise<boolean>;
  /** How many flags are open, of the reader's stations and departments. */
  openFlags(reader: Reader): Promise<OpenFlagsRow[]>;
  /** Deliveries of a station, the last ended first; the span is of their ends. */
  deliveries(
    reader: Reader,
    filter: { station: string; tank?: string | undefined } & Span,
    page: { limit: number; before?: SaleCursor | undefined },
  ): Promise<DeliveryRow[]>;
  /** The newest record of each subject of a kind, newest first. */
  latestRecords<Kind extends LatestKind>(
    reader: Reader,
    station: string,
    kind: Kind,
    limit: number,
  ): Promise<LatestRecordRow<Kind>[]>;
  /** Flags, the most recently seen first; the span is of when they were last seen. */
  flags(
    reader: Reader,
    filter: FlagFilter,
    page: { limit: number; before?: FlagCursor | undefined },
  ): Promise<FlagRow[]>;
  /** Where a rule could not tell, the latest first. */
  unknowns(
    reader: Reader,
    filter: { station?: string | undefined; rule?: string | undefined },
    page: { limit: number; before?: UnknownCursor | undefined },
  ): Promise<UnknownRow[]>;
  flag(reader: Reader, id: string): Promise<FlagRow | undefined>;
  /** The records of some ranges, in order, at most `limit`. */
  records(reader: Reader, ranges: readonly EvidenceRange[], limit: number): Promise<RecordRow[]>;
  /** Whether a record was stored once, and its line was removed by policy. */
  isThinned(reader: Reader, gateway: string, seq: number): Promise<boolean>;
  /** Whether the database answers. */
  ready(): Promise<boolean>;
}
