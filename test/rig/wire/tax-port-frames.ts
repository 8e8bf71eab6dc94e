/** The tax port's frames, read at the offsets of tax-port.md 1.5. */
import { characters } from "./told.ts";

export const COMMAND = { information: 0x83, fuelling: 0x86, day: 0x87, month: 0x88, total: 0x89 } as const;

export interface Total {
  volumeCl: number;
  amountFen: number;
}

/** One frame of a board without tax initialisation, or two. */
export function identityOf(frames: readonly Uint8Array[]): object {
  const [first, second] = frames as [Uint8Array, Uint8Array | undefined];
  const initialised = first[4] === 1;
  const factorySerial = characters(first, 5, 10);
  if (!initialised || second === undefined) {
    return { initialised: false, factorySerial, gunCode: null, taxpayerId: null, oilCode: null };
  }
  const taxpayerId = characters(first, 17, 19) + characters(second, 4, 1);
  return {
    initialised,
    factorySerial,
    gunCode: characters(first, 15, 2),
    taxpayerId,
    oilCode: characters(second, 5, 4),
  };
}

export function deviceTimeOf([, second]: readonly Uint8Array[]): string | null {
  if (second === undefined) return null;
  const [, year, month, day, hour, minute] = /^(....)(..)(..)(..)(..)/.exec(characters(second, 9, 12)) ?? [];
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

export function totalOf(frame: Uint8Array): Total {
  return { volumeCl: digits(frame, 5, 12), amountFen: digits(frame, 17, 12) };
}

/** Offsets of the ordinary makes; the large-flow one has two digits more of each. */
const FUELLING = { ordinary: [6, 6, 4], largeFlow: [8, 8, 6] } as const;
const LARGE_FLOW_BYTES = 34;

export function fuellingOf(frame: Uint8Array): object {
  const [volume, amount, price] = frame.length === LARGE_FLOW_BYTES ? FUELLING.largeFlow : FUELLING.ordinary;
  return {
    dayOfMonth: digits(frame, 5, 2),
    hour: digits(frame, 7, 2),
    minute: digits(frame, 9, 2),
    volumeCl: digits(frame, 11, volume),
    amountFen: digits(frame, 11 + volume, amount),
    unitPriceFen: digits(frame, 11 + volume + amount, price),
  };
}

/** A day's or month's total; status 0, and a day's price of 0, mean that there is none. */
export function periodOf(frame: Uint8Array): { scope: "day" | "month"; period: string } & Total {
  const scope = frame[3] === COMMAND.day ? "day" : "month";
  const written = characters(frame, 5, scope === "day" ? 8 : 6).replaceAll(" ", "0");
  const period = [written.slice(0, 4), written.slice(4, 6), written.slice(6)].filter((part) => part !== "").join("-");
  const width = scope === "day" ? 8 : 10;
  const from = 5 + written.length;
  const isEmpty = frame[4] === 0 || (scope === "day" && digits(frame, from + 2 * width, 4) === 0);
  const [volumeCl, amountFen] = isEmpty ? [0, 0] : [digits(frame, from, width), digits(frame, from + width, width)];
  return { scope, period, volumeCl, amountFen };
}

function digits(frame: Uint8Array, from: number, length: number): number {
  return Number(characters(frame, from, length));
}
