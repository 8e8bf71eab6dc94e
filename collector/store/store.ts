/**
 * The store: one interface, whatever database stands behind it. Writing a batch, running rules and answering questions
 * are three jobs, and each caller is handed only its own.
 */

import type { ChainedLine } from "@forecourt/protocol/batch/envelope.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { RequestStore } from "../access/request-store.ts";
import type { AccessStore } from "../access/store.ts";
import type { WallStore } from "../access/wall-store.ts";
import type { AuditTable } from "../audit/table.ts";
import type { CaseStore } from "../cases/store.ts";
import type { DeskStore } from "../desk/store.ts";
import type { EnrolmentStore } from "../enrolment/store.ts";
import type { EvidenceSource } from "../evidence/build.ts";
import type { InspectionStore } from "../inspections/store.ts";
import type { NoticeStore } from "../notices/store.ts";
import type { ChangeStore } from "../registry/change-store.ts";
import type { RegistryStore, StationVersion } from "../registry/store.ts";
import type { PriceInForce } from "../rules/area-prices.ts";
import type { EngineMemory } from "../rules/engine.ts";
import type { SeenFiling } from "../rules/filings.ts";
import type { FlagRow } from "../rules/flag.ts";
import type { Inconclusive, Unknown } from "../rules/outcome.ts";
import type { RefusedBatch, RuleInput, SeenRecord } from "../rules/rule.ts";
import type { SavedViewStore } from "../saved-views/store.ts";
import type { StatisticsStore } from "../statistics/store.ts";
import type { TrustStore } from "../trust/store.ts";
import type { CommandStore } from "./commands.ts";
import type { Queries } from "./queries.ts";

/** How far a gateway's journal is stored. Seq 0 and 32 zero bytes stand before the first record. */
export interface Position {
  seq: number;
  hash: Uint8Array;
}

/** Lines proved, parsed and new, in order, with the envelope that carried them. */
export interface AcceptedBatch {
  gateway: GatewayId;
  station: string;
  /** epoch ms, the collector's clock */
  receivedMs: number;
  envelope: Uint8Array;
  lines: readonly ChainedLine[];
  /** the records of `lines`, in the same order */
  records: readonly SeenRecord[];
}

/** A batch that was not taken, kept as evidence. */
export interface RefusedEnvelope {
  gateway: GatewayId;
  /** null when the gateway is not registered */
  station: string | null;
  atMs: number;
  envelope: Uint8Array;
  refused: RefusedBatch;
}

export interface IngestStore {
  position(gateway: GatewayId): Promise<Position>;
  /** The chain hash of a stored record. */
  hashAt(gateway: GatewayId, seq: number): Promise<Uint8Array | undefined>;
  /**
   * Envelopes, records, projections, latest states and the new position in one transaction, on disk when it returns.
   * @param batches of one gateway, each following the one before
   * @returns the id of the rules' input for each batch
   */
  commit(batches: readonly AcceptedBatch[]): Promise<number[]>;
  /**
   * Keeps a refused envelope. The same envelope again is only counted.
   * @param tellRules makes it an input of the station's rules the first time
   * @returns the id of the rules' input, where one was made
   */
  refuse(refused: RefusedEnvelope, tellRules: boolean): Promise<number | undefined>;
  /** Whether this record was removed by policy: nobody can say any more which hash it had. */
  isThinned(gateway: GatewayId, seq: number): Promise<boolean>;
  /** A gateway was heard without bringing anything. @returns the id of the rules' input */
  hello(gateway: GatewayId, station: string, atMs: number): Promise<number>;
}

/** An input with its place in the order in which the collector took everything in. */
export interface StoredInput {
  id: number;
  input: RuleInput;
}

export interface RulesCommit {
  /** id of the last input worked off */
  cursor: number;
  /** null between checkpoints: writing a station's states costs more than its flags */
  states: Record<string, unknown> | null;
  flags: readonly FlagRow[];
  unknowns: readonly Unknown[];
  inconclusive: readonly Inconclusive[];
}

export interface RuleStore {
  /**
   * What is remembered of a station: its open flags as of `cursor`, its states as of `checkpoint`, which is not later.
   * The inputs in between were judged; the states have yet to learn from them again.
   */
  load(station: string): Promise<EngineMemory & { cursor: number; checkpoint: number }>;
  /** The versions of a station's registry entry, oldest first; none for a station that is not in the database. */
  versions(station: string): Promise<StationVersion[]>;
  /**
   * Inputs of a station after the cursor, oldest first.
   * @param known gives inputs that are in memory still, so that they need not be read
   */
  inputsAfter(
    station: string,
    cursor: number,
    limit: number,
    known?: (id: number) => RuleInput | undefined,
  ): Promise<StoredInput[]>;
  /** Flags, states and cursor in one transaction: a crash neither doubles nor loses a flag. */
  commit(station: string, commit: RulesCommit): Promise<void>;
  /**
   * The same for a tick that said something: the tick becomes an input, so that a re-run sees it.
   * @returns false, and nothing is stored, when there are inputs that were not worked off
   */
  commitTick(station: string, nowMs: number, commit: RulesCommit): Promise<boolean>;
  /** Tells the rules of every station that has been heard that the collector began to listen. */
  started(atMs: number): Promise<void>;
  /** Records of before this moment may have been removed by policy, so that a re-run does not see them; 0: none were. */
  thinnedUntilMs(): Promise<number>;
  /** Every flag of a station, oldest first: what a re-run is compared with. */
  allFlags(station: string): Promise<FlagRow[]>;
}

export interface FilingStore {
  /** Keeps a filing. @returns the id of the rules' input; undefined when a filing of this id is there already */
  addFiling(filing: SeenFiling, atMs: number): Promise<number | undefined>;
  /** The filings of a station, newest first. */
  filings(station: string, limit: number): Promise<SeenFiling[]>;
  /** By station and grade: the price on the board at a moment, and the area's median that was filed last. */
  pricesInForce(atMs: number): Promise<PriceInForce[]>;
}

export interface Store {
  ingest: IngestStore;
  rules: RuleStore;
  filings: FilingStore;
  enrolment: EnrolmentStore;
  commands: CommandStore;
  desk: DeskStore;
  cases: CaseStore;
  /** what evidence files are made of */
  evidence: EvidenceSource;
  notices: NoticeStore;
  inspections: InspectionStore;
  registry: RegistryStore;
  changes: ChangeStore;
  trust: TrustStore;
  access: AccessStore;
  requests: RequestStore;
  walls: WallStore;
  audit: AuditTable;
  savedViews: SavedViewStore;
  queries: Queries;
  statistics: StatisticsStore;
  close(): Promise<void>;
}
