/** The tax board of one dispenser: a request frame in, the answer's frames out (tax-port.md 1.4 to 1.8). */
import { encodeAnswer, type TaxPortAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import type { Frame } from "@forecourt/protocol/tax-port/frame.ts";
import type { TaxPortProfile } from "@forecourt/protocol/tax-port/profile.ts";
import { decodeRequest, type TaxPortRequest } from "@forecourt/protocol/tax-port/requests.ts";
import type { DispenserState, NozzleState, World } from "../physics/world.ts";
import { type Random, randomStream } from "../random.ts";
import { localTime } from "../time.ts";

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

export class TaxPortDevice {
  readonly profile: TaxPortProfile;
  readonly dispenser: DispenserState;
  readonly #world: World;
  readonly #chance: Random;
  #display: Display;

  constructor(world: World, dispenser: DispenserState) {
    this.#world = world;
    this.dispenser = dispenser;
    this.profile = profiles[dispenser.plan.dialect];
    this.#chance = randomStream(world.scenario.seed, `cross-talk/${dispenser.plan.device}`);
    this.#display = { shows: "fuelling", nozzle: dispenser.plan.nozzles[0]!.nozzle };
  }

  get display(): Display {
    return this.#display;
  }

  /**
   * The frames of the answer, at the world's present instant; none when a real device would keep silent: a frame it
   * does not know, a nozzle it does not have, an encrypted output, a board that is out or busy. An answer sent to
   * the display (return method 0) is not sent to the port as well: an assumption, the sources do not say.
   */
  answer(frame: Frame): Uint8Array[] {
    const request = decodeRequest(frame, this.profile);
    if (!request.ok || !this.#awake()) return [];
    const nozzle = this.#nozzles().find((candidate) => candidate.plan.index === request.value.nozzleIndex);
    if (!nozzle) return [];
    if (request.value.command === "information") {
      this.#display = { shows: "information", nozzle: nozzle.plan.nozzle };
      return encodeAnswer(this.#information(nozzle), this.profile);
    }
    if (request.value.returnMethod === TO_DISPLAY) {
      const { command } = request.value;
      this.#display = { shows: command === "last-fuelling" ? "fuelling" : command, nozzle: nozzle.plan.nozzle };
      return [];
    }
    if (request.value.returnMethod !== PLAIN_TEXT) return [];
    return encodeAnswer(this.#figures(request.value, this.#heard(nozzle)), this.profile);
  }

  #awake(): boolean {
    const { plan, silentUntil } = this.dispenser;
    if (silentUntil > this.#world.now) return false;
    return !plan.silentWhileFuelling || !this.#nozzles().some((nozzle) => nozzle.fuelling?.onWire);
  }

  #nozzles(): NozzleState[] {
    return this.dispenser.plan.nozzles.map((plan) => this.#world.nozzles.get(plan.nozzle)!);
  }

  /** Cross-talk: now and then the figures are those of another nozzle of the same board. */
  #heard(asked: NozzleState): NozzleState {
    const { crossTalk } = this.dispenser.plan;
    if (crossTalk === 0 || this.#chance.next() >= crossTalk) return asked;
    const others = this.#nozzles().filter((nozzle) => nozzle !== asked);
    return others.length === 0 ? asked : this.#chance.pick(others, () => 1);
  }

  #information(nozzle: NozzleState): TaxPortAnswer {
    const { factorySerial, plan } = this.dispenser;
    if (!plan.initialised) return { command: "information", initialised: false, factorySerial };
    return {
      command: "information",
      initialised: true,
      factorySerial,
      gunCode: plan.gunCode,
      taxpayerId: plan.taxpayerId,
      oilCode: nozzle.plan.oilCode,
      deviceTime: localTime(this.#world.now).minuteText,
      spare: new Uint8Array(plan.spareBytes ? 2 : 0).fill(0x30),
    };
  }

  #figures(request: Exclude<TaxPortRequest, { command: "information" }>, nozzle: NozzleState): TaxPortAnswer {
    const { unitPriceFen } = nozzle.plan;
    const none = { volumeCl: 0, amountFen: 0 };
    switch (request.command) {
      case "last-fuelling": {
        const { dayOfMonth, hour, minute } = localTime(nozzle.last?.at ?? this.#world.startAt);
        const { volumeCl, amountFen } = nozzle.last ?? none;
        const trailing = new Uint8Array(this.profile.lastFuellingTrailingBytes).fill(0x30);
        const status = nozzle.last ? OK : NO_DATA;
        return {
          command: "last-fuelling",
          status,
          dayOfMonth,
          hour,
          minute,
          volumeCl,
          amountFen,
          unitPriceFen,
          trailing,
        };
      }
      case "day-total": {
        const { date } = request;
        const total = nozzle.days.get(date);
        const price = total ? unitPriceFen : 0;
        return { command: "day-total", status: total ? OK : NO_DATA, date, ...(total ?? none), unitPriceFen: price };
      }
      case "month-total": {
        const { month } = request;
        return { command: "month-total", status: OK, month, ...(nozzle.months.get(month) ?? none) };
      }
      case "grand-total":
        // A machine that left the factory and the inspection with nothing on those two counters.
        return { command: "grand-total", status: OK, ...(request.mode === ACTUAL_TOTALS ? nozzle.grandTotal : none) };
    }
  }
}
