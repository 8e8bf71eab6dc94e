/**
 * What the devices of a station put on the wire, and what the agent recorded of it: where the two differ, in words.
 * One account a kind of device; each reads the bytes by itself.
 */
import type { WireAnswer } from "@forecourt/simulators/lines/answering-port.ts";
import { lineFaults } from "@forecourt/simulators/lines/line-faults.ts";
import type { World } from "@forecourt/simulators/physics/world.ts";
import type { TruthEvent } from "@forecourt/simulators/truth/events.ts";
import { ConsoleAccount } from "./console.ts";
import { type Bands, DeadBands } from "./dead-bands.ts";
import { GaugeAccount } from "./gauge.ts";
import { LinkAccount, type Outage } from "./links.ts";
import { SealAccount } from "./seals.ts";
import { isForeign, TaxPortAccount } from "./tax-port.ts";
import { type Answered, type Cut, ON_ITS_WAY_MS, type Told, type Verdict } from "./told.ts";

/** What a run leaves behind for its account. */
export interface Ran {
  told: readonly Told[];
  truth: readonly TruthEvent[];
  outages: readonly Outage[];
  endsAt: number;
}

export interface Comparison extends Verdict {
  /** Answers that were heard on the wire. */
  answers: number;
  /** Readings of tanks that were held against the dead bands. */
  readings: number;
  /** Totals shown too briefly, or while a line was disturbed, that went into the next recorded one. */
  fleeting: number;
}

/** A split of this length may be taken for the end of an answer, ms; a device this slow may be given up. */
const LONG_SPLIT_MS = 20;
const SLOW_MS = 100;

export class WireAccount {
  readonly #world: World;
  readonly #taxPorts: TaxPortAccount;
  readonly #gauge: GaugeAccount | ConsoleAccount | undefined;
  readonly #seals: SealAccount | undefined;
  readonly #links: LinkAccount;
  readonly #bands: DeadBands;
  readonly #lineOf: ReadonlyMap<string, string>;
  readonly #cuts: Cut[] = [];
  /** Answers of the last seconds: what is cut off soon may not have arrived. */
  readonly #waiting: Answered[] = [];
  readonly #fresh = new Set<string>();
  #answers = 0;

  /** @param world as it is when the run begins @param bands of the agent's configuration */
  constructor(world: World, bands: Bands) {
    this.#world = world;
    const { gauge, sealHub, dispensers } = world.scenario;
    this.#bands = new DeadBands(bands);
    this.#taxPorts = new TaxPortAccount(world);
    this.#links = new LinkAccount(world);
    if (gauge?.model === "console") this.#gauge = new ConsoleAccount(world, gauge.device, this.#bands);
    else if (gauge) this.#gauge = new GaugeAccount(world, { device: gauge.device, model: gauge.model }, this.#bands);
    this.#seals = sealHub && new SealAccount(world, sealHub.device);
    const onTcp = ({ transport }: { transport: string }) => transport !== "rtu";
    const modbus = [gauge, sealHub].filter((plan) => plan !== undefined);
    this.#lineOf = new Map([
      ...dispensers.map(({ device, line }): [string, string] => [device, line]),
      // What has both is read over TCP, where its line bears its own name.
      ...modbus.map((plan): [string, string] => [plan.device, onTcp(plan) ? plan.device : (plan.line ?? plan.device)]),
    ]);
  }

  /** Takes note of an answer. @param at milliseconds since the run began */
  heard(answer: WireAnswer, at: number): void {
    this.#answers += 1;
    const { device } = answer;
    const name = this.#lineOf.get(device) ?? device;
    const line = lineFaults(this.#world.faults, name);
    const slowMs = this.#world.faults.on("slow", device)?.delayMs ?? 0;
    const isSplit = line.splitGapMs > LONG_SPLIT_MS;
    const isFirst = this.#fresh.delete(name);
    const disturbed =
      isFirst || line.noiseShare > 0 || line.dropShare > 0 || line.reflect || isSplit || slowMs > SLOW_MS;
    this.#links.heard(device, at, disturbed);
    this.#waiting.push({ ...answer, at, disturbed, foreign: isForeign(this.#world, answer) });
    this.#take(at - ON_ITS_WAY_MS);
  }

  /** The agent opened a line: what it hears first there may be meant for somebody before it, and is not trusted. */
  opened(line: string): void {
    this.#fresh.add(line);
  }

  /** Something was cut off. @param device undefined: everything */
  cut(at: number, device?: string): void {
    this.#cuts.push({ at, device });
  }

  /** How the records differ from the wire; no faults when they do not. */
  compare({ told, truth, outages, endsAt }: Ran): Comparison {
    this.#take(Number.POSITIVE_INFINITY);
    const sales = truth.filter((event) => event.event === "sale");
    const { fleeting, ...taxPorts } = this.#taxPorts.compare(told, sales);
    const verdicts = [
      taxPorts,
      this.#gauge?.compare(told),
      this.#seals?.compare(told),
      this.#links.compare(told, outages, endsAt),
      { faults: this.#bands.faults(told), compared: {} },
    ].filter((verdict) => verdict !== undefined);
    return {
      faults: verdicts.flatMap(({ faults }) => faults),
      compared: Object.assign({}, ...verdicts.map(({ compared }) => compared)),
      ...{ answers: this.#answers, readings: this.#bands.count, fleeting },
    };
  }

  /** Gives the answers that were given by an instant to the accounts of their devices. */
  #take(until: number): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].at <= until) {
      const answer = this.#waiting.shift()!;
      const { gauge, sealHub } = this.#world.scenario;
      if (answer.device === gauge?.device) this.#gauge?.heard(answer, this.#cuts);
      else if (answer.device === sealHub?.device) this.#seals?.heard(answer, this.#cuts);
      else this.#taxPorts.heard(answer, this.#cuts);
    }
  }
}
