/**
 * The engine of one station: hands inputs to the rules in order and turns their verdicts into flags. Pure apart from
 * its own memory; the runner feeds it and stores what it says.
 */
import { type RecordKind, recordSchemas } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FlagStep } from "../desk/store.ts";
import type { StationVersion } from "../registry/store.ts";
import type { StationLife } from "../trust/events.ts";
import { type BooksState, WetstockBooks } from "../wetstock/books.ts";
import { EntryBook, type EntryInForce } from "./entry-book.ts";
import { FilingBook, type SeenFiling } from "./filings.ts";
import { endFlag, type FlagRow, growFlag, openFlag } from "./flag.ts";
import { emptyOutcome, type Outcome } from "./outcome.ts";
import type { Parameters, RuleInput, SeenRecord, Verdict, Verdicts } from "./rule.ts";
import { type RuleSetting, SettingsBook } from "./settings.ts";
import { RepeatBook, type Repeats } from "./severity.ts";
import { type Handler, type Slot, slotsOf, stateKey, type Taking, takersOf } from "./slots.ts";

/** What the engine remembers between runs: JSON. The states may be older than the flags, see the store's `load`. */
export interface EngineMemory {
  states: Record<string, unknown>;
  open: readonly FlagRow[];
}

/** Where the filings and settings stand among the states. No rule's id can be this: ids have a dot. */
const FILINGS = "filings";
const SETTINGS = "settings";
const BOOKS = "books@1";
const REPEATS = "repeats";
/** How far the versions of the registry entry have come in. */
const ENTRY = "entry";
const LIFE = "life";

export class StationEngine {
  readonly #station: string;
  readonly #entries: EntryBook;
  /** the entry that the rules see now */
  #entry: EntryInForce;
  readonly #slots: Slot[];
  readonly #byKind = new Map<RecordKind, Taking[]>();
  /** who has a handler: ticks come by the million, and few rules wait for them */
  readonly #having = new Map<Handler, Slot[]>();
  readonly #filings: FilingBook;
  readonly #settings: SettingsBook;
  /** when settings must be looked at again, epoch ms */
  #settingsEndMs: number;
  #books: WetstockBooks;
  readonly #repeats: RepeatBook;
  /** while its station is prepared, only some rules take anything in: the others begin with the acceptance */
  #life: StationLife;
  readonly #inspected: (atMs: number) => boolean;
  readonly #open: Map<string, FlagRow>;
  readonly #newId: () => string;
  #muted = false;

  /**
   * @param versions of the station's registry entry, oldest first, at least one: those that have not come in yet wait
   * @param configured parameters by rule id, where they differ from their defaults
   * @param newId makes the id of a new flag
   */
  constructor(
    versions: readonly StationVersion[],
    configured: Record<string, Parameters>,
    memory: EngineMemory,
    newId: () => string,
  ) {
    const stored = <T>(key: string) => (Object.hasOwn(memory.states, key) ? (memory.states[key] as T) : undefined);
    this.#entries = new EntryBook(versions, stored<{ known: number }>(ENTRY)?.known ?? 1);
    this.#entry = this.#entries.at(Number.NEGATIVE_INFINITY);
    const { station, layout } = this.#entry;
    this.#filings = new FilingBook(stored<SeenFiling[]>(FILINGS));
    this.#settings = new SettingsBook(stored<RuleSetting[]>(SETTINGS));
    this.#settingsEndMs = Number.NEGATIVE_INFINITY;
    this.#inspected = (atMs) => this.#filings.inspected(atMs);
    const books = stored<BooksState>(BOOKS);
    this.#books = new WetstockBooks(this.#entries.numbered(books?.version ?? 1), books);
    this.#station = station.id;
    this.#life = stored<StationLife>(LIFE) ?? "live";
    this.#newId = newId;
    this.#repeats = new RepeatBook(stored<Repeats>(REPEATS));
    this.#slots = slotsOf(memory.states, configured, { station, layout, filings: this.#filings });
    for (const kind of Object.keys(recordSchemas) as RecordKind[]) this.#byKind.set(kind, takersOf(this.#slots, kind));
    this.#open = new Map(memory.open.map((flag) => [keyOf(flag.rule, flag.subject), flag]));
  }

  /** The states of all rules, to be stored at once: they change with the next input. */
  get states(): Record<string, unknown> {
    const states = Object.fromEntries(this.#slots.map((slot) => [stateKey(slot.rule), slot.state]));
    return {
      ...states,
      [FILINGS]: this.#filings.toJSON(),
      [SETTINGS]: this.#settings.toJSON(),
      [BOOKS]: this.#books.toJSON(),
      [REPEATS]: this.#repeats.toJSON(),
      [ENTRY]: { known: this.#entries.known },
      [LIFE]: this.#life,
    };
  }

  /** Takes an input that was judged before: the states learn from it again, and nothing is said. */
  remember(input: RuleInput): void {
    this.#muted = true;
    this.apply(input, emptyOutcome());
    this.#muted = false;
  }

  /** Works off one input. What it changes is added to the outcome. */
  apply(input: RuleInput, outcome: Outcome): void {
    if (input.kind === "setting") this.#settings.take(input.change, input.atMs);
    if (input.kind === "setting" || input.atMs >= this.#settingsEndMs) this.#putInForce(input.atMs);
    if (input.kind === "registry") this.#entries.take(input.version);
    this.#seeEntryOf(input.atMs);
    switch (input.kind) {
      case "batch":
        for (const seen of input.records) this.#record(seen, outcome);
        this.#seeEntryOf(input.atMs);
        this.#each("onHeard", outcome, (slot) =>
          slot.rule.onHeard?.(slot.state, input.gateway, input.atMs, slot.context),
        );
        return;
      case "hello":
        this.#each("onHeard", outcome, (slot) =>
          slot.rule.onHeard?.(slot.state, input.gateway, input.atMs, slot.context),
        );
        return;
      case "refused":
        this.#each("onRefused", outcome, (slot) =>
          slot.rule.onRefused?.(slot.state, input.gateway, input.refused, input.atMs, slot.context),
        );
        return;
      case "filing":
        this.#filings.add(input.filing);
        this.#books.file(input.filing);
        this.#each("onFiling", outcome, (slot) => slot.rule.onFiling?.(slot.state, input.filing, slot.context));
        return;
      case "step":
        this.#step(input.step, input.atMs, outcome);
        this.#each("onStep", outcome, (slot) => slot.rule.onStep?.(slot.state, input.step, input.atMs, slot.context));
        return;
      case "setting":
      case "registry":
        return;
      case "trust":
        if (input.event.event === "life") this.#live(input.event.life);
        this.#each("onTrust", outcome, (slot) =>
          slot.rule.onTrust?.(slot.state, input.event, input.atMs, slot.context),
        );
        return;
      case "started":
        this.#each("onStarted", outcome, (slot) => slot.rule.onStarted?.(slot.state, input.atMs, slot.context));
        return;
      case "tick":
        this.#each("onTick", outcome, (slot) => slot.rule.onTick?.(slot.state, input.atMs, slot.context));
        return;
    }
  }

  /** What was learnt before an installation is about other equipment. */
  #live(life: StationLife): void {
    if (life === "prepared" && this.#life === "live") {
      for (const slot of this.#slots) if (slot.rule.whilePrepared === undefined) slot.state = slot.rule.start();
      this.#books = new WetstockBooks(this.#entry);
    }
    this.#life = life;
  }

  /** What officials have set for this station, as far as it holds now. */
  #putInForce(atMs: number): void {
    for (const slot of this.#slots) {
      const { muted, parameters } = this.#settings.inForce(slot.rule.id, atMs);
      slot.muted = muted;
      slot.context.parameters = { ...slot.configured, ...parameters };
    }
    this.#settingsEndMs = this.#settings.nextEndMs();
  }

  /** The rules see the registry entry that was valid at a moment: mostly the one that they see already. */
  #seeEntryOf(atMs: number): void {
    if (atMs >= this.#entry.fromMs && atMs < this.#entry.untilMs) return;
    this.#entry = this.#entries.at(atMs);
    const { station, layout } = this.#entry;
    for (const { context } of this.#slots) {
      context.station = station;
      context.layout = layout;
    }
    this.#books.moveTo(this.#entry);
  }

  /** A flag that is settled takes no more findings: the next one of its cause is another flag. */
  #step({ flag, rule, subject, step }: FlagStep, atMs: number, outcome: Outcome): void {
    const key = keyOf(rule, subject);
    if (step === "dismiss" || step === "close") this.#repeats.over(key);
    const open = this.#open.get(key);
    if (open?.id !== flag || (step !== "dismiss" && step !== "close")) return;
    this.#open.delete(key);
    outcome.flags.set(flag, endFlag(open, atMs));
  }

  #record(seen: SeenRecord, outcome: Outcome): void {
    const { record } = seen;
    this.#seeEntryOf(seen.atMs);
    const isPrepared = this.#life === "prepared";
    for (const { slot, take, takeAny } of this.#byKind.get(record.kind)!) {
      if (isPrepared && slot.rule.whilePrepared === undefined) continue;
      // Nearly always there is nothing to say.
      if (take !== undefined) {
        const verdicts = take(slot.state, record, seen, slot.context);
        if (verdicts.length > 0) for (const verdict of verdicts) this.#judge(slot, verdict, outcome);
      }
      if (takeAny !== undefined) {
        const verdicts = takeAny(slot.state, seen, slot.context);
        if (verdicts.length > 0) for (const verdict of verdicts) this.#judge(slot, verdict, outcome);
      }
    }
    if (isPrepared) return;
    for (const event of this.#books.take(seen, this.#inspected)) {
      outcome.wetstock?.push(event);
      this.#each("onWetstock", outcome, (slot) => slot.rule.onWetstock?.(slot.state, event, slot.context));
    }
  }

  #each(handler: Handler, outcome: Outcome, call: (slot: Slot) => Verdicts | undefined): void {
    let slots = this.#having.get(handler);
    if (slots === undefined) {
      slots = this.#slots.filter((slot) => slot.rule[handler] !== undefined);
      this.#having.set(handler, slots);
    }
    for (const slot of slots) {
      if (this.#life === "prepared" && slot.rule.whilePrepared === undefined) continue;
      for (const verdict of call(slot) ?? []) this.#judge(slot, verdict, outcome);
    }
  }

  #judge({ rule, context, muted }: Slot, verdict: Verdict, outcome: Outcome): void {
    if (muted && verdict.verdict === "finding") return;
    const key = keyOf(rule.id, verdict.subject);
    const earlier = verdict.verdict === "finding" ? this.#repeats.found(key, verdict.atMs) : 0;
    if (verdict.verdict === "ended") this.#repeats.over(key);
    if (this.#muted) return;
    const open = this.#open.get(key);
    outcome.verdicts += 1;
    if (verdict.verdict === "unknown") {
      const count = (outcome.unknowns.get(key)?.count ?? 0) + 1;
      const { subject, reason, atMs } = verdict;
      outcome.unknowns.set(key, { rule: rule.id, subject, reason, atMs, count });
      return;
    }
    if (verdict.verdict === "inconclusive") {
      const day = formatTime(verdict.atMs).slice(0, "2026-03-02".length);
      outcome.inconclusive.push({ rule: rule.id, subject: verdict.subject, day, reason: verdict.reason });
      return;
    }
    if (verdict.verdict === "ended") {
      if (open === undefined) return;
      outcome.flags.set(open.id, endFlag(open, verdict.atMs));
      this.#open.delete(key);
      return;
    }
    const place = { id: this.#newId(), station: this.#station, threshold: context.parameters, earlier };
    const flag = open === undefined ? openFlag(rule, verdict, place) : growFlag(rule, open, verdict, earlier);
    outcome.flags.set(flag.id, flag);
    this.#open.set(key, flag);
  }
}

function keyOf(rule: string, subject: string): string {
  return `${rule}\n${subject}`;
}
