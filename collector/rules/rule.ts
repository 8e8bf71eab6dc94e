/**
 * What a rule is: a reducer over one station's inputs, with the clause it serves and the words that tell an inspector
 * what was seen, why it matters and what to check. A rule knows no clock, no database and no other rule.
 */
import type { JournalRecord, RecordKind, RecordOf } from "@forecourt/protocol/records/schema.ts";
import type { FlagStep } from "../desk/store.ts";
import type { StationEntry } from "../registry/schema.ts";
import type { StationVersion } from "../registry/store.ts";
import type { TrustEvent } from "../trust/events.ts";
import type { WetstockEvent } from "../wetstock/state.ts";
import type { FilingBook, SeenFiling } from "./filings.ts";
import type { SettingChange } from "./settings.ts";

export type Severity = "notice" | "medium" | "high";
export type Department = "market-regulation" | "tax" | "commerce" | "public-security" | "service-provider";
export interface Text {
  zh: string;
  en: string;
}
/** What was measured; names end in their unit. */
export type Figures = Record<string, number | string | null>;
export type Parameters = Record<string, number>;

/** Records `fromSeq` to `toSeq` of a gateway's journal. */
export interface EvidenceRange {
  gateway: string;
  fromSeq: number;
  toSeq: number;
}

/** A record with its time, parsed once for everybody. */
export interface SeenRecord {
  record: JournalRecord;
  /** epoch ms of `record.at`: the gateway's clock */
  atMs: number;
}

/**
 * Everything that a rule may come to know, in the order in which the collector took it in. Times `atMs` are the
 * collector's. The same inputs in the same order give the same verdicts: that is what makes a re-run possible.
 */
export type RuleInput =
  | { kind: "batch"; atMs: number; gateway: string; records: readonly SeenRecord[] }
  | { kind: "hello"; atMs: number; gateway: string }
  | { kind: "refused"; atMs: number; gateway: string; refused: RefusedBatch }
  | { kind: "filing"; atMs: number; filing: SeenFiling }
  | { kind: "step"; atMs: number; step: FlagStep }
  | { kind: "setting"; atMs: number; change: SettingChange }
  /** The station's registry entry has another version. */
  | { kind: "registry"; atMs: number; version: StationVersion }
  /** What is trusted has changed, or is in doubt. */
  | { kind: "trust"; atMs: number; event: TrustEvent }
  /** The collector began to listen: silence before this moment is its own. */
  | { kind: "started"; atMs: number }
  | { kind: "tick"; atMs: number };

export interface RefusedBatch {
  code: string;
  message: string;
  envelopeSha256: string;
  firstSeq: number;
  count: number;
  /** what the collector held when it refused */
  positionSeq: number;
}

/**
 * `finding`: something is wrong with the subject. `ended`: it is no longer so. `unknown`: it cannot be told, because
 * a value is missing; that is kept and counted, since a missing value is never normal. `inconclusive`: the values are
 * there, but a day's figures allow no judgement; kept with its reason, one a day.
 */
export type Verdict =
  | {
      verdict: "finding";
      subject: string;
      /** epoch ms: since when; `atMs` when it is not given */
      fromMs?: number;
      atMs: number;
      figures: Figures;
      evidence: readonly EvidenceRange[];
      severity?: Severity;
    }
  | { verdict: "ended"; subject: string; atMs: number }
  | { verdict: "unknown"; subject: string; atMs: number; reason: string }
  | { verdict: "inconclusive"; subject: string; atMs: number; reason: string };

export type Verdicts = readonly Verdict[];

/** What a rule knows of the station beside its inputs. */
export interface RuleContext {
  /** the registry entry that was valid at the time of what is judged */
  station: StationEntry;
  layout: Layout;
  parameters: Parameters;
  /** what has been filed so far */
  filings: FilingBook;
}

/** Look-ups into the registry that nearly every rule needs. */
export interface Layout {
  tankOfNozzle: ReadonlyMap<string, string>;
  /** the tax port that each nozzle hangs on */
  deviceOfNozzle: ReadonlyMap<string, string>;
  nozzlesOfTank: ReadonlyMap<string, readonly string[]>;
  devicesOfTank: ReadonlyMap<string, readonly string[]>;
  taxPorts: ReadonlySet<string>;
  /** what the registry says of each nozzle */
  nozzles: ReadonlyMap<string, NozzleEntry>;
  nozzlesOfGrade: ReadonlyMap<string, readonly string[]>;
}

export type NozzleEntry = StationEntry["dispensers"][number]["nozzles"][number];

export interface ParameterDefinition {
  default: number;
  unit: string;
  why: string;
}

/** What a flag says at one time. */
export interface FlagFacts {
  subject: string;
  figures: Figures;
  fromMs: number;
  untilMs: number;
  threshold: Parameters;
}

/** Takes a record of one kind into the state; what it says is returned, and mostly nothing. */
type RecordHandlers<State> = {
  [Kind in RecordKind]?: (state: State, record: RecordOf<Kind>, seen: SeenRecord, context: RuleContext) => Verdicts;
};

/**
 * A rule as it is written. Its handlers change the state in place, since a year of records passes through them; the
 * state belongs to the engine alone and is stored as JSON at checkpoints. The same inputs give the same verdicts.
 */
export interface RuleDefinition<State> {
  id: string;
  title: Text;
  basis: string;
  department: Department;
  severity: Severity;
  /** why it matters, for who has not read the regulation */
  why: Text;
  /** what to look at on site, in order */
  check: Text;
  parameters: Record<string, ParameterDefinition>;
  /** A small amount makes it less grave: the more litres, the more it matters. */
  scales?: true;
  /** Raised when the state gets another shape: a stored state of another version is not taken, the rule starts anew. */
  stateVersion?: number;
  /** Whether it judges also while its station is being installed. */
  whilePrepared?: true;
  start(): State;
  on: RecordHandlers<State>;
  /** Every record of any kind, after the handler of its own kind. */
  onRecord?(state: State, seen: SeenRecord, context: RuleContext): Verdicts;
  /** What the book of a tank tells: steps, inflows, the close of a day. */
  onWetstock?(state: State, event: WetstockEvent, context: RuleContext): Verdicts;
  onHeard?(state: State, gateway: string, atMs: number, context: RuleContext): Verdicts;
  onRefused?(state: State, gateway: string, refused: RefusedBatch, atMs: number, context: RuleContext): Verdicts;
  onFiling?(state: State, filing: SeenFiling, context: RuleContext): Verdicts;
  /** An official took a flag of this station a step on. */
  onStep?(state: State, step: FlagStep, atMs: number, context: RuleContext): Verdicts;
  onTrust?(state: State, event: TrustEvent, atMs: number, context: RuleContext): Verdicts;
  onStarted?(state: State, atMs: number, context: RuleContext): Verdicts;
  /** A tick that says nothing must leave the state as it is: only ticks that said something are kept for a re-run. */
  onTick?(state: State, nowMs: number, context: RuleContext): Verdicts;
  /** Joins the figures of a flag with those of a further finding; by default `previous…` and `first…` keep their first value. */
  merge?(before: Figures, now: Figures): Figures;
  text(facts: FlagFacts): Text;
}

/** A rule among others: its state is nobody else's business. */
export type Rule = RuleDefinition<unknown>;

/** Declares a rule. The engine hands every rule back only the state that it made itself, so the type may be hidden. */
export function rule<State>(definition: RuleDefinition<State>): Rule {
  return definition as unknown as Rule;
}

/** Nothing to say: what most records lead to. */
export const NONE: Verdicts = [];

/** The evidence that is one record. */
export function evidenceOf(record: Pick<JournalRecord, "gateway" | "seq">): EvidenceRange {
  return { gateway: record.gateway, fromSeq: record.seq, toSeq: record.seq };
}

/** Derives the look-ups from a station's registry entry. */
export function layoutOf(station: StationEntry): Layout {
  const tankOfNozzle = new Map<string, string>();
  const deviceOfNozzle = new Map<string, string>();
  const nozzlesOfTank = new Map<string, string[]>(station.tanks.map((tank) => [tank.tank, []]));
  const devicesOfTank = new Map<string, string[]>(station.tanks.map((tank) => [tank.tank, []]));
  const nozzles = new Map<string, NozzleEntry>();
  const nozzlesOfGrade = new Map<string, string[]>();
  for (const dispenser of station.dispensers) {
    for (const nozzle of dispenser.nozzles) {
      nozzles.set(nozzle.nozzle, nozzle);
      deviceOfNozzle.set(nozzle.nozzle, dispenser.device);
      nozzlesOfGrade.set(nozzle.grade, [...(nozzlesOfGrade.get(nozzle.grade) ?? []), nozzle.nozzle]);
      tankOfNozzle.set(nozzle.nozzle, nozzle.tank);
      nozzlesOfTank.get(nozzle.tank)?.push(nozzle.nozzle);
      const devices = devicesOfTank.get(nozzle.tank);
      if (devices !== undefined && !devices.includes(dispenser.device)) devices.push(dispenser.device);
    }
  }
  const taxPorts = new Set(station.dispensers.map((one) => one.device));
  return { tankOfNozzle, deviceOfNozzle, nozzlesOfTank, devicesOfTank, taxPorts, nozzles, nozzlesOfGrade };
}
