/** Runs the rules behind the inbox: what the store took in is worked off in its order, a transaction at a time. */
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import type { Registry } from "../registry/registry.ts";
import type { RuleStore } from "../store/store.ts";
import { StationEngine } from "./engine.ts";
import { versionsOf } from "./entry-book.ts";
import type { FlagRow } from "./flag.ts";
import { emptyOutcome, type Inconclusive, type Outcome, type Unknown } from "./outcome.ts";
import type { Parameters, RuleInput } from "./rule.ts";

export interface RunnerOptions {
  store: RuleStore;
  registry: Registry;
  /** parameters by rule id, where they differ from their defaults */
  configured: Record<string, Parameters>;
  /** epoch ms */
  now: () => number;
  newId: () => string;
  log: Logger;
  /** Told after a commit. */
  onFlags: (station: string, flags: readonly FlagRow[]) => void;
}

interface Station {
  engine: StationEngine;
  cursor: number;
  /** inputs worked off since the states were last stored */
  unsaved: number;
  /** the stored cursor is behind: what came since had nothing to say, and would have nothing to say again */
  isAhead: boolean;
}

export class RuleRunner {
  readonly #options: RunnerOptions;
  readonly #stations = new Map<string, Station>();
  /** inputs that were just stored, by station and id: they need not be read again */
  readonly #fresh = new Map<string, Map<number, RuleInput>>();
  readonly #due = new Set<string>();
  #tickDue = false;
  /** stations that the running tick has yet to reach */
  readonly #toTick = new Set<string>();
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Works off what was stored before a stop or crash, and tells the rules that the collector listens from now on. */
  async start(): Promise<void> {
    await this.#options.store.started(this.#options.now());
    for (const { id } of this.#options.registry.stations) this.#due.add(id);
    await this.#drain();
  }

  /** A station has a new input, which is stored. */
  offer(station: string, id: number, input: RuleInput): void {
    const fresh = this.#fresh.get(station) ?? new Map<number, RuleInput>();
    if (fresh.size < limits.rules.inputsInMemory) fresh.set(id, input);
    this.#fresh.set(station, fresh);
    this.#due.add(station);
    void this.#drain();
  }

  /** Lets time pass: for what is only seen when nothing comes. */
  tick(): Promise<void> {
    this.#tickDue = true;
    return this.#drain();
  }

  /** Ends after the running transaction, and stores the states, so that the next start has nothing to learn again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    for (const [id, { engine, cursor, unsaved }] of this.#stations) {
      if (unsaved === 0) continue;
      const memory = { cursor, states: engine.states, ...changes(emptyOutcome()) };
      await this.#guarded(id, () => this.#options.store.commit(id, memory));
    }
  }

  #drain(): Promise<void> {
    this.#running ??= this.#workOff();
    return this.#running;
  }

  /** One station at a time, and everybody else in between: inputs in their order, and ticks a slice at a time. */
  async #workOff(): Promise<void> {
    await nextTurn();
    while (!this.#stopped) {
      if (this.#tickDue && this.#toTick.size === 0) {
        this.#tickDue = false;
        for (const name of this.#stations.keys()) this.#toTick.add(name);
      }
      const id = first(this.#due);
      if (id !== undefined) await this.#inputs(id);
      else if (this.#toTick.size === 0) break;
      await this.#tickSome();
      await nextTurn();
    }
    // Here and not in a continuation: what is offered from now on must start a new run.
    this.#running = undefined;
  }

  async #inputs(id: string): Promise<void> {
    this.#due.delete(id);
    await this.#guarded(id, () => this.#catchUp(id));
  }

  /** Thousands of stations take their time: whoever waits for an answer must not wait for all of them. */
  async #tickSome(): Promise<void> {
    const began = performance.now();
    for (const name of this.#toTick) {
      if (this.#stopped || performance.now() - began > limits.rules.tickSliceMs) return;
      this.#toTick.delete(name);
      while (this.#due.has(name) && !this.#stopped) await this.#inputs(name);
      const station = this.#stations.get(name);
      if (station !== undefined) await this.#guarded(name, () => this.#tickOne(name, station, this.#options.now()));
    }
  }

  async #guarded(id: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      // What is in memory may be ahead of the store: it is read anew at the next input.
      this.#stations.delete(id);
      this.#options.log.error({ event: "rules-error", station: id, err: error }, "rules could not be run");
    }
  }

  async #catchUp(id: string): Promise<void> {
    const entry = this.#options.registry.station(id);
    if (entry === undefined) return;
    const { store } = this.#options;
    const station = this.#stations.get(id) ?? (await this.#load(id));
    if (station === undefined) return;
    const fresh = this.#fresh.get(id);
    const most = limits.rules.inputsAtOnce;
    const inputs = await store.inputsAfter(id, station.cursor, most, (input) => fresh?.get(input));
    const last = inputs[inputs.length - 1];
    if (last === undefined) return;
    const outcome = emptyOutcome();
    for (const { input } of inputs) station.engine.apply(input, outcome);
    station.unsaved += inputs.length;
    const due = station.unsaved >= limits.rules.checkpointInputs;
    station.isAhead = !due && saysNothing(outcome);
    if (!station.isAhead) {
      await store.commit(id, { cursor: last.id, states: due ? station.engine.states : null, ...changes(outcome) });
    }
    station.cursor = last.id;
    if (due) station.unsaved = 0;
    for (const input of fresh?.keys() ?? []) if (input <= last.id) fresh?.delete(input);
    if (inputs.length === most) this.#due.add(id);
    this.#tell(id, outcome);
  }

  async #load(id: string): Promise<Station | undefined> {
    const { store, registry, configured, newId } = this.#options;
    const entry = registry.station(id);
    if (entry === undefined) return undefined;
    const { cursor, checkpoint, ...memory } = await store.load(id);
    const engine = new StationEngine(await versionsOf(store, entry), configured, memory, newId);
    const unsaved = await this.#relearn(id, engine, checkpoint, cursor);
    const station = { engine, cursor, unsaved, isAhead: false };
    this.#stations.set(id, station);
    return station;
  }

  /** Brings states that were stored at a checkpoint up to the cursor. @returns how many inputs lay in between */
  async #relearn(id: string, engine: StationEngine, checkpoint: number, cursor: number): Promise<number> {
    let learnt = 0;
    for (let at = checkpoint; at < cursor; ) {
      const page = await this.#options.store.inputsAfter(id, at, limits.rules.inputsAtOnce);
      const last = page[page.length - 1];
      if (last === undefined) break;
      for (const { id: number, input } of page) {
        if (number > cursor) break;
        engine.remember(input);
        learnt += 1;
      }
      at = last.id;
    }
    return learnt;
  }

  async #tickOne(id: string, station: Station, nowMs: number): Promise<void> {
    const outcome = emptyOutcome();
    station.engine.apply({ kind: "tick", atMs: nowMs }, outcome);
    const { cursor, engine } = station;
    if (outcome.verdicts === 0) {
      if (!station.isAhead) return;
      await this.#options.store.commit(id, { cursor, states: null, ...changes(outcome) });
      station.isAhead = false;
      return;
    }
    const states = engine.states;
    // Either way the station is read anew: its cursor has moved, or the tick came too early and is forgotten.
    this.#stations.delete(id);
    const taken = await this.#options.store.commitTick(id, nowMs, { cursor, states, ...changes(outcome) });
    this.#due.add(id);
    if (taken) this.#tell(id, outcome);
    await this.#load(id);
  }

  #tell(id: string, outcome: Outcome): void {
    if (outcome.flags.size > 0) this.#options.onFlags(id, [...outcome.flags.values()]);
  }
}

function saysNothing({ flags, unknowns, inconclusive }: Outcome): boolean {
  return flags.size === 0 && unknowns.size === 0 && inconclusive.length === 0;
}

function changes(outcome: Outcome): { flags: FlagRow[]; unknowns: Unknown[]; inconclusive: Inconclusive[] } {
  const { flags, unknowns, inconclusive } = outcome;
  return { flags: [...flags.values()], unknowns: [...unknowns.values()], inconclusive };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function first(set: ReadonlySet<string>): string | undefined {
  for (const one of set) return one;
  return undefined;
}
