/**
 * The raw bytes beside each record: for the tax port the very frames that the simulated board sends; for tanks and
 * seals a short block of big-endian 32-bit words (a documented short form: the wire of a real gauge depends on its
 * make, and the histories have none).
 */

import * as frames from "../devices/tax-port/frames.ts";
import { dispenserClock, type NozzleState, type World } from "../physics/world.ts";
import type { DispenserPlan } from "../scenario/scenario.ts";
import { localTime } from "../time.ts";
import type { LineBuffer, Written } from "./line-buffer.ts";

const STATUS_OK = 1;
const STATUS_NONE = 0;
/** Stands for a word that is missing. */
const MISSING = -0x8000_0000;
const LIST = { begin: Buffer.from('["'), next: Buffer.from('","'), end: Buffer.from('"]'), empty: Buffer.from("[]") };

/** Frames as a list of upper-case hex. */
export class Raw implements Written {
  readonly #frames: readonly Uint8Array[];

  constructor(frames: readonly Uint8Array[]) {
    this.#frames = frames;
  }

  writeTo(buffer: LineBuffer): void {
    let isFirst = true;
    for (const frame of this.#frames) {
      buffer.bytes(isFirst ? LIST.begin : LIST.next);
      buffer.hex(frame);
      isFirst = false;
    }
    buffer.bytes(isFirst ? LIST.empty : LIST.end);
  }
}

/** A list of one text: numbers as big-endian 32-bit words in upper-case hex; a missing one is 80000000. */
export class Words implements Written {
  readonly #values: readonly (number | null)[];

  constructor(values: readonly (number | null)[]) {
    this.#values = values;
  }

  writeTo(buffer: LineBuffer): void {
    buffer.bytes(LIST.begin);
    for (const value of this.#values) buffer.hexWord((value ?? MISSING) | 0);
    buffer.bytes(LIST.end);
  }
}

export function totalFrame(total: { volumeCl: number; amountFen: number }): Uint8Array {
  return frames.grandTotal(total)[0]!;
}

const DAY_MS = 86_400_000;
const ZONE_OFFSET_MS = 8 * 3_600_000;
let today = { day: Number.NaN, dayOfMonth: 0 };

/** Day of the month, hour and minute; asked for in the order of time, so the day is mostly known. */
function boardTime(at: number): readonly [dayOfMonth: number, hour: number, minute: number] {
  const local = at + ZONE_OFFSET_MS;
  const day = Math.floor(local / DAY_MS);
  if (day !== today.day) today = { day, dayOfMonth: new Date(local).getUTCDate() };
  const minutes = Math.floor((local - day * DAY_MS) / 60_000);
  const hour = Math.floor(minutes / 60);
  return [today.dayOfMonth, hour, minutes - hour * 60];
}

const FIELDS = ["amountFen", "dayOfMonth", "hour", "minute", "unitPriceFen", "volumeCl"].map((key, index) =>
  Buffer.from(`${index === 0 ? "{" : ","}"${key}":`),
);
const END = Buffer.from("}");

/** What the board says of its last fuelling: the frame, and the fields in it. */
export class LastFuelling implements Written {
  readonly frame: Uint8Array;
  readonly volumeCl: number;
  readonly amountFen: number;
  readonly unitPriceFen: number;
  readonly #at: readonly [dayOfMonth: number, hour: number, minute: number];

  constructor(plan: DispenserPlan, last: NonNullable<NozzleState["last"]>) {
    const { volumeCl, amountFen, unitPriceFen } = last;
    this.volumeCl = volumeCl;
    this.amountFen = amountFen;
    this.unitPriceFen = unitPriceFen;
    this.#at = boardTime(last.at);
    const of = { status: STATUS_OK, at: this.#at, volumeCl, amountFen, unitPriceFen };
    this.frame = frames.fuelling(frames.MAKES[plan.dialect], of)[0]!;
  }

  writeTo(buffer: LineBuffer): void {
    const [dayOfMonth, hour, minute] = this.#at;
    const values = [this.amountFen, dayOfMonth, hour, minute, this.unitPriceFen, this.volumeCl];
    for (let index = 0; index < values.length; index += 1) {
      buffer.bytes(FIELDS[index]!);
      buffer.integer(values[index]!);
    }
    buffer.bytes(END);
  }
}

export function periodFrame(
  scope: "day" | "month",
  period: string,
  total: { volumeCl: number; amountFen: number },
  unitPriceFen: number,
): Raw {
  const isSold = total.volumeCl > 0;
  if (scope === "month") return new Raw(frames.monthTotal({ status: STATUS_OK, month: period, ...total }, "zero"));
  const price = isSold ? unitPriceFen : 0;
  const status = isSold ? STATUS_OK : STATUS_NONE;
  return new Raw(frames.dayTotal({ status, date: period, ...total, unitPriceFen: price }, "zero"));
}

/** The identity of a board as it answers now: the fields and the frames. */
export function identity(world: World, device: string, nozzle: NozzleState) {
  const { plan, factorySerial, initialised } = world.dispensers.get(device)!;
  const time = localTime(dispenserClock(world, device, world.now)).minuteText;
  const { gunCode, taxpayerId } = plan;
  const { oilCode } = nozzle.plan;
  const spareBytes = plan.spareBytes ? 2 : 0;
  const raw = initialised
    ? frames.information({ serial: factorySerial, gunCode, taxpayerId, oilCode, time, spareBytes })
    : frames.plainInformation(factorySerial);
  return {
    initialised,
    factorySerial,
    gunCode: initialised ? gunCode : null,
    taxpayerId: initialised ? taxpayerId : null,
    oilCode: initialised ? oilCode : null,
    deviceTime: initialised ? time : null,
    raw: new Raw(raw),
  };
}
