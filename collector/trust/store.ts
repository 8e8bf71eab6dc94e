/** What is kept about trust: acceptance reports as received, the life of stations, programs seen and approved. */
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import type { Scope } from "../access/reader.ts";
import type { Approval, StationLife, TrustEvent } from "./events.ts";

export interface ReportRow {
  id: string;
  gateway: GatewayId;
  station: StationId;
  /** epoch ms, the collector's clock */
  receivedMs: number;
  /** epoch ms, as the report says */
  finishedMs: number;
  technician: string;
  /** the report, canonical JSON */
  body: string;
  /** as received, signed */
  envelope: Buffer;
  /** what is open or differs from the registry; empty when all is well */
  remarks: readonly string[];
}

export interface ReportFilter {
  station?: string | undefined;
  gateway?: string | undefined;
}

export interface LifeRow {
  station: string;
  life: StationLife;
  sinceMs: number;
  by: string;
  report: string | null;
}

export interface ApprovalRow extends Omit<Approval, "event"> {
  atMs: number;
}

/** A configuration and program that a gateway ran, from its own records. */
export interface ProgramRow {
  version: string;
  configSha256: string;
  /** the first record that says so */
  firstSeq: number;
  /** epoch ms, the gateway's clock */
  fromMs: number;
  /** the command that the gateway reported done soon after it began to run this; null where there was none */
  command: string | null;
}

export interface TrustStore {
  /** Keeps what happened and makes it an input of the station's rules. @returns the id of that input */
  note(station: string, event: TrustEvent, atMs: number): Promise<number>;
  /** Keeps a report with all that follows from it in one transaction. @returns the ids of the rules' inputs, in order */
  file(report: ReportRow, events: readonly TrustEvent[]): Promise<number[]>;
  report(id: string): Promise<ReportRow | undefined>;
  /** Newest first, of the reader's counties. */
  reports(filter: ReportFilter, counties: Scope<string>, limit: number): Promise<ReportRow[]>;
  /** Where a gateway is or was; undefined for one that nobody knows. */
  stationOf(gateway: string): Promise<string | undefined>;
  /** undefined: nobody has prepared this station, so it counts as live */
  life(station: string): Promise<LifeRow | undefined>;
  /** Newest first. */
  approvals(gateway: string): Promise<ApprovalRow[]>;
  /** What a gateway runs now, as far as its records say. */
  program(gateway: string): Promise<ProgramRow | undefined>;
  /** What a gateway ran, oldest first. */
  programs(gateway: string): Promise<ProgramRow[]>;
  /** A stored record. */
  line(gateway: string, seq: number): Promise<{ line: string; hash: Uint8Array } | undefined>;
}
