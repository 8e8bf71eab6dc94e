/** The tax board of one dispenser: a request in, the answer's frames out (tax-port.md 1.4 to 1.8). */
import { type DispenserState, dispenserClock, type NozzleState, type World } from "../../physics/world.ts";
import { type Random, randomStream } from "../../random.ts";
import { localTime } from "../../time.ts";
import * as frames from "./frames.ts";
import type { BoardRequest } from "./requests.ts";

/** What the dispenser's own display shows; an information request disturbs it until it is put back. */
export interface Display {
  shows: "fuelling" | "information" | "day-total" | "month-total" | "grand-total";
  nozzle: string;
}

const PLAIN_TEXT = 1;
const TO_DISPLAY = 0;
const ACTUAL_TOTALS = 0;
const OK = 1;
const NO_DATA = 0;
const NONE: frames.Figures = { volumeCl: 0, amountFen: 0 };
const DISPLAYED = { fuelling: "fuelling", day: "day-total", month: "month-total", total: "grand-total" } as const;

export class TaxPortDevice {
  readonly make: frames.BoardMake;
  readonly dispenser: DispenserState;
  readonly #world: World;
  readonly #chance: Random;
  #display: Display;

  constructor(world: World, dispenser: DispenserState) {
    this.#world = world;
    this.dispenser = dispenser;
    this.make = frames.MAKES[dispenser.plan.dialect];
    this.#chance = randomStream(world.scenario.seed, `cross-talk/${dispenser.plan.device}`);
    this.#display = { shows: "fuelling", nozzle: dispenser.plan.nozzles[0]!.nozzle };
  }

  get name(): string {
    return this.dispenser.plan.device;
  }

  get display(): Display {
    return this.#display;
  }

  /** Milliseconds between a request's last and its answer's first byte, at present. */
  get turnaroundMs(): number {
    return this.dispenser.plan.turnaroundMs + (this.#world.faults.on("slow", this.name)?.delayMs ?? 0);
  }

  /**
   * The frames of the answer, at the world's present instant; none when a real device would keep silent: a nozzle it
   * does not have, an encrypted output, a board that is out or busy. An answer sent to the display (return method 0)
   * is not sent to the port as well: an assumption, the sources do not say.
   */
  answer(request: BoardRequest): Uint8Array[] {
    if (!this.#awake()) return [];
    const nozzle = this.#nozzles().find((candidate) => candidate.plan.index === request.nozzleIndex);
    if (!nozzle) return [];
    if (request.command === "information") {
      this.#display = { shows: "information", nozzle: nozzle.plan.nozzle };
      return this.#information(nozzle);
    }
    if (request.returnMethod === TO_DISPLAY) {
      this.#display = { shows: DISPLAYED[request.command], nozzle: nozzle.plan.nozzle };
      return [];
    }
    return request.returnMethod === PLAIN_TEXT ? this.#figures(request, this.#heard(nozzle)) : [];
  }

  #awake(): boolean {
    const { plan, silentUntil } = this.dispenser;
    const { faults, now } = this.#world;
    if (silentUntil > now || faults.on("silent", this.name)) return false;
    const shy = plan.silentWhileFuelling || faults.on("silent-while-fuelling", this.name) !== undefined;
    return !shy || !this.#nozzles().some((nozzle) => nozzle.fuelling?.onWire);
  }

  #nozzles(): NozzleState[] {
    return this.dispenser.plan.nozzles.map((plan) => this.#world.nozzles.get(plan.nozzle)!);
  }

  /** Cross-talk: now and then the figures are those of another nozzle of the same board. */
  #heard(asked: NozzleState): NozzleState {
    const crossTalk = this.#world.faults.on("cross-talk", this.name)?.share ?? this.dispenser.plan.crossTalk;
    if (crossTalk === 0 || this.#chance.next() >= crossTalk) return asked;
    const others = this.#nozzles().filter((nozzle) => nozzle !== asked);
    return others.length === 0 ? asked : this.#chance.pick(others, () => 1);
  }

  #information(nozzle: NozzleState): Uint8Array[] {
    const { factorySerial, plan, initialised } = this.dispenser;
    if (!initialised) return frames.plainInformation(factorySerial);
    return frames.information({
      serial: factorySerial,
      gunCode: plan.gunCode,
      taxpayerId: plan.taxpayerId,
      oilCode: nozzle.plan.oilCode,
      time: localTime(dispenserClock(this.#world, this.name, this.#world.now)).minuteText,
      spareBytes: this.#world.faults.on("spare-bytes", this.name)?.bytes ?? (plan.spareBytes ? 2 : 0),
    });
  }

  #figures(request: Exclude<BoardRequest, { command: "information" }>, nozzle: NozzleState): Uint8Array[] {
    const unitPriceFen = nozzle.last?.unitPriceFen ?? nozzle.unitPriceFen;
    const padding = this.#world.faults.on("space-padding", this.name) ? "space" : this.dispenser.plan.monthPadding;
    switch (request.command) {
      case "fuelling": {
        const { dayOfMonth, hour, minute } = localTime(nozzle.last?.at ?? this.#world.startAt);
        const status = nozzle.last ? OK : NO_DATA;
        const figures = nozzle.last ?? NONE;
        return frames.fuelling(this.make, { ...figures, status, at: [dayOfMonth, hour, minute], unitPriceFen });
      }
      case "day": {
        const { date } = request;
        const total = nozzle.days.get(date);
        const status = total ? OK : NO_DATA;
        return frames.dayTotal({ status, date, ...(total ?? NONE), unitPriceFen: total ? unitPriceFen : 0 }, padding);
      }
      case "month": {
        const { month } = request;
        return frames.monthTotal({ status: OK, month, ...(nozzle.months.get(month) ?? NONE) }, padding);
      }
      case "total":
        // A machine that left the factory and the inspection with nothing on those two counters.
        return frames.grandTotal(request.mode === ACTUAL_TOTALS ? nozzle.grandTotal : NONE);
    }
  }
}
