/**
 * The raw bytes beside each record: for the tax port the very frames that the simulated board sends; for tanks and
 * seals a short block of big-endian 32-bit words (a documented short form: the wire of a real gauge depends on its
 * make, and the histories have none).
 */

import * as frames from "../devices/tax-port/frames.ts";
import { dispenserClock, type NozzleState, type World } from "../physics/world.ts";
import type { DispenserPlan } from "../scenario/scenario.ts";
import { localTime } from "../time.ts";
import { Json } from "./line.ts";

const STATUS_OK = 1;
const STATUS_NONE = 0;

/** Bytes as upper-case hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex").toUpperCase();
}

export function totalFrame(total: { volumeCl: number; amountFen: number }): string {
  return hex(frames.grandTotal(total)[0]!);
}

const DAY_MS = 86_400_000;
const ZONE_OFFSET_MS = 8 * 3_600_000;
let today = { day: Number.NaN, dayOfMonth: 0 };

/** Day of the month, hour and minute; asked for in the order of time, so the day is mostly known. */
function boardTime(at: number): { dayOfMonth: number; hour: number; minute: number } {
  const local = at + ZONE_OFFSET_MS;
  const day = Math.floor(local / DAY_MS);
  if (day !== today.day) today = { day, dayOfMonth: new Date(local).getUTCDate() };
  const minutes = Math.floor((local - day * DAY_MS) / 60_000);
  return { dayOfMonth: today.dayOfMonth, hour: Math.floor(minutes / 60), minute: minutes % 60 };
}

/** What the board says of its last fuelling: the frame, and the fields in it. */
export function lastFuelling(plan: DispenserPlan, nozzle: NozzleState) {
  const { last } = nozzle;
  if (!last) return undefined;
  const { dayOfMonth, hour, minute } = boardTime(last.at);
  const { volumeCl, amountFen, unitPriceFen } = last;
  const make = frames.MAKES[plan.dialect];
  const of = { status: STATUS_OK, at: [dayOfMonth, hour, minute] as const, volumeCl, amountFen, unitPriceFen };
  return {
    raw: hex(frames.fuelling(make, of)[0]!),
    fuelling: { amountFen, unitPriceFen, volumeCl },
    json: new Json(
      `{"amountFen":${amountFen},"dayOfMonth":${dayOfMonth},"hour":${hour},"minute":${minute},"unitPriceFen":${unitPriceFen},"volumeCl":${volumeCl}}`,
    ),
  };
}

export function periodFrame(
  scope: "day" | "month",
  period: string,
  total: { volumeCl: number; amountFen: number },
  unitPriceFen: number,
): string {
  const isSold = total.volumeCl > 0;
  if (scope === "month") return hex(frames.monthTotal({ status: STATUS_OK, month: period, ...total }, "zero")[0]!);
  const price = isSold ? unitPriceFen : 0;
  const status = isSold ? STATUS_OK : STATUS_NONE;
  return hex(frames.dayTotal({ status, date: period, ...total, unitPriceFen: price }, "zero")[0]!);
}

/** The identity of a board as it answers now: the fields and the frames. */
export function identity(world: World, device: string, nozzle: NozzleState) {
  const { plan, factorySerial } = world.dispensers.get(device)!;
  const time = localTime(dispenserClock(world, device, world.now)).minuteText;
  const { gunCode, taxpayerId, initialised } = plan;
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
    raw: raw.map(hex),
  };
}

/** Numbers as big-endian 32-bit words; a missing one is 80000000. */
export function words(values: readonly (number | null)[]): string {
  let text = "";
  for (const value of values) {
    const word = (value ?? -0x8000_0000) | 0;
    text += half(word >>> 16) + half(word & 0xffff);
  }
  return text;
}

/** Halves of words come again and again: each is written once. */
const halves: string[] = Array.from({ length: 0x1_0000 });

function half(of: number): string {
  halves[of] ??= of.toString(16).toUpperCase().padStart(4, "0");
  return halves[of];
}
