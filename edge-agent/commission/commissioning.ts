/**
 * An installation on this box: keeps its state, searches the lines, watches what was found, and lets the errands do the
 * rest. Page and terminal call it; every change is on disk before the call returns.
 */
import { existsSync } from "node:fs";
import type {
  EnrolOrder,
  Places,
  ReportAnswers,
  SignatureDrawn,
  Site,
} from "@forecourt/protocol/commission/answers.ts";
import type { FoundLine } from "@forecourt/protocol/commission/found.ts";
import type { CommissionView, LiveView } from "@forecourt/protocol/commission/live.ts";
import type { Commission, Photo, Trouble } from "@forecourt/protocol/commission/state.ts";
import { ok, type Result } from "@forecourt/protocol/result.ts";
import type { LineSink } from "../lines/reporter.ts";
import { type ErrandOptions, Errands } from "./errands.ts";
import { journalSeq } from "./facts.ts";
import { keepPhoto } from "./photos.ts";
import { shippedProfiles } from "./profiles.ts";
import { searchAll } from "./scan/all.ts";
import { type PortFolders, serialPorts } from "./scan/ports.ts";
import { PATIENCE, type Patience, type Place } from "./scan/tools.ts";
import { canRun, isFinished, nextStep, standings } from "./steps.ts";
import { keepCommission, readCommission, setAside } from "./store.ts";
import * as go from "./transitions.ts";
import { startWatching, type Watching } from "./watching.ts";

export interface CommissioningOptions extends Omit<ErrandOptions, "state" | "keep"> {
  ports: PortFolders;
  random: () => number;
  /** Sees what is read while nothing is recorded; called anew for each time of watching. */
  watch: (sink: LineSink) => LineSink;
  /** Whether the clock follows a time server, and by how much it is off. */
  clock: () => Promise<{ clockSource: "time-daemon" | "none"; clockOffsetMs: number | null }>;
  patience?: Patience;
}

interface Search {
  abort: AbortController;
  trying: Map<string, string>;
  done: boolean;
  found: FoundLine[] | null;
}

const TICK_MS = 500;

export class Commissioning {
  readonly #options: CommissioningOptions;
  readonly #errands: Errands;
  #state: Commission;
  #search: Search | undefined;
  #watching: Watching | undefined;
  #problem: Trouble | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  /** Lines belong to one at a time: search, watching or agent take turns here. */
  #lines: Promise<void> = Promise.resolve();

  constructor(options: CommissioningOptions) {
    const { stateDir, log, at } = options;
    this.#options = options;
    this.#state =
      readCommission(stateDir, (message, details) => log(message, { ...details })) ??
      go.begin(at(), journalSeq(stateDir));
    this.#errands = new Errands({
      ...options,
      agent: this.#agentInTurn(),
      state: () => this.#state,
      keep: (state) => this.#keep(state),
    });
  }

  /** Takes up where it stopped. */
  start(): void {
    this.#timer = setInterval(() => void this.tick(), TICK_MS);
    void this.tick();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#search?.abort.abort();
    await this.#turn(() => this.#stopWatching());
  }

  /** One look at everything that goes on by itself. */
  async tick(): Promise<void> {
    await Promise.all([this.#errands.tick(), this.#lookAtLines()]);
  }

  get mode(): LiveView["mode"] {
    if (this.#search !== undefined && !this.#search.done) return "searching";
    if (this.#options.agent.isRunning) return "running";
    return this.#watching === undefined ? "idle" : "watching";
  }

  /** A box whose configuration was written by hand is not asked to be installed. */
  get isFinished(): boolean {
    return isFinished(this.#state) || (this.#state.lines === null && existsSync(this.#options.configFile));
  }

  view(): CommissionView {
    const { order, ...rest } = this.#state.enrol;
    const search = this.#search;
    const places = [...(search?.trying ?? [])].map(([place, trying]) => ({ place, trying, isDone: trying === DONE }));
    return {
      state: { ...this.#state, enrol: { ...rest, isOrdered: order !== null } },
      steps: standings(this.#state),
      next: nextStep(this.#state),
      finished: this.isFinished,
      search: { isRunning: search !== undefined && !search.done, places, found: search?.found ?? null },
      names: this.#watching?.names ?? namesIn(this.#state.places.answers),
      expected: this.#state.places.answers.nozzles.map(({ nozzle }) => nozzle),
      trouble: this.#problem ?? this.#errands.trouble,
    };
  }

  /** Searches all ports and these addresses; the answer comes later, in the view. */
  search(tcp: readonly string[], isThorough: boolean): Result<void, Trouble> {
    const allowed = go.searched(this.#state, [], this.#options.at());
    if (!allowed.ok) return allowed;
    this.#search?.abort.abort();
    const abort = new AbortController();
    const places: Place[] = [
      ...serialPorts(this.#options.ports).map((serial) => ({ serial })),
      ...tcp.map((address) => ({ tcp: address })),
    ];
    const search: Search = {
      ...{ abort, done: false, found: null },
      trying: new Map(places.map((place) => [nameOf(place), ""])),
    };
    this.#search = search;
    void this.#turn(async () => {
      try {
        await this.#stopWatching();
        await this.#options.agent.stop();
        if (!abort.signal.aborted) await this.#searchNow(search, places, isThorough);
      } finally {
        search.done = true;
      }
    });
    return ok(undefined);
  }

  stopSearch(): void {
    this.#search?.abort.abort();
  }

  acceptLines(accepted: boolean): Result<void, Trouble> {
    return this.#take(go.linesAccepted(this.#state, accepted));
  }

  place(answers: Places, isDone: boolean): Result<void, Trouble> {
    return this.#take(go.placed(this.#state, answers, isDone, this.#options.at()));
  }

  async tellSite(answers: Site): Promise<Result<void, Trouble>> {
    const clock = await this.#options.clock();
    return this.#take(go.siteTold(this.#state, answers, { at: this.#options.at(), ...clock }));
  }

  orderEnrolment(order: EnrolOrder): Result<void, Trouble> {
    return this.#take(go.enrolmentOrdered(this.#state, order, this.#options.at()));
  }

  skipTest(nozzle: string, reason: string): Result<void, Trouble> {
    const expected = this.#state.places.answers.nozzles.map((one) => one.nozzle);
    return this.#take(go.testSkipped(this.#state, nozzle, reason, expected, this.#options.at()));
  }

  tellReport(answers: ReportAnswers): Result<void, Trouble> {
    return this.#take(go.reportTold(this.#state, answers));
  }

  /** The bytes are on disk before the report names them, and only if it may. */
  addPhoto(photo: Photo, bytes: Uint8Array): Result<void, Trouble> {
    const next = go.photographed(this.#state, photo);
    if (next.ok) keepPhoto(this.#options.stateDir, photo, bytes);
    return this.#take(next);
  }

  removePhoto(sha256: string): Result<void, Trouble> {
    return this.#take(go.photoRemoved(this.#state, sha256));
  }

  sign(drawn: SignatureDrawn): Result<void, Trouble> {
    return this.#take(go.signed(this.#state, drawn, this.#options.at()));
  }

  finish(): Result<void, Trouble> {
    return this.#take(go.reportOrdered(this.#state, this.#options.at()));
  }

  /** Puts the present installation aside and begins another; key, certificate and journal stay. */
  beginAgain(): void {
    const { stateDir, at, log } = this.#options;
    log("another installation begins", { aside: setAside(stateDir, "before") });
    this.#search?.abort.abort();
    this.#search = undefined;
    this.#keep(go.begin(at(), journalSeq(stateDir)));
  }

  #take(next: go.Next): Result<void, Trouble> {
    if (!next.ok) return next;
    this.#keep(next.value);
    this.#errands.hurry();
    return ok(undefined);
  }

  #keep(state: Commission): void {
    keepCommission(this.#options.stateDir, state);
    this.#state = state;
  }

  async #searchNow(search: Search, places: readonly Place[], isThorough: boolean): Promise<void> {
    const { patience = PATIENCE, at, log } = this.#options;
    const { signal } = search.abort;
    const progress = (place: Place, trying: string) => search.trying.set(nameOf(place), trying);
    const found = await searchAll(places, shippedProfiles(), {
      ...{ patience, isThorough, progress, signal },
      done: (place) => search.trying.set(nameOf(place), DONE),
    });
    if (signal.aborted) return;
    log("the lines were searched", { devices: found.flatMap(({ devices }) => devices.map(({ title }) => title)) });
    search.found = found;
    this.#take(go.searched(this.#state, found, at()));
  }

  /** A search takes a while, and the next look comes before it has ended. */
  async #lookAtLines(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#turn(() => this.#watchIfFree());
    this.#isLooking = false;
  }

  /** The agent takes the lines over from whoever watches them, and waits until a search has ended. */
  #agentInTurn(): CommissioningOptions["agent"] {
    const { agent } = this.#options;
    return {
      get isRunning() {
        return agent.isRunning;
      },
      start: async () => {
        let reason: string | undefined;
        await this.#turn(async () => {
          // A search may have come first, and found something else.
          if (!canRun(this.#state)) return;
          await this.#stopWatching();
          reason = await agent.start().catch(String);
        });
        return reason;
      },
      stop: () => this.#turn(() => agent.stop()),
    };
  }

  async #watchIfFree(): Promise<void> {
    const { lines, report } = this.#state;
    const wanted = lines?.accepted === true && report.sealedAt === null && !this.#options.agent.isRunning;
    if (!wanted) return this.#stopWatching();
    if (this.#watching !== undefined) return;
    const { watch, now, random, log } = this.#options;
    const started = startWatching(lines.found, { watch, now, random, log });
    if (started.ok) this.#watching = started.value;
    this.#problem = started.ok ? null : { code: "watch", message: started.error.slice(0, 400), cure: "search again" };
  }

  async #stopWatching(): Promise<void> {
    const watching = this.#watching;
    this.#watching = undefined;
    await watching?.stop();
  }

  #turn(work: () => Promise<void>): Promise<void> {
    const { log } = this.#options;
    this.#lines = this.#lines.then(work).catch((error: unknown) => {
      log("a turn on the lines failed", { error: String(error) });
    });
    return this.#lines;
  }
}

const DONE = "done";

function namesIn({ nozzles, tanks, seals }: Places): Record<string, string> {
  return Object.fromEntries([
    ...nozzles.map(({ item, nozzle }) => [item, nozzle]),
    ...tanks.flatMap(({ item, tank }) => (item === null ? [] : [[item, tank]])),
    ...seals.map(({ item, seal }) => [item, seal]),
  ]);
}

function nameOf(place: Place): string {
  return "serial" in place ? place.serial : place.tcp;
}
