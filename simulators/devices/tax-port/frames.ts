/**
 * The tax board's own idea of the port's frames (tax-port.md 1.3 to 1.5), written apart from the agent's codec so
 * that one mistake is not made twice: offsets as the tables of the reference have them, filled in one by one.
 * protocol/tax-port/vectors.json holds both.
 */

const LEAD = 0xbb;
const SINGLE = 0xff;
const FIRST_OF_TWO = 0x82;
/** The S1 rule counts the frames that remain, this one included. */
const LAST_OF_TWO = 0x01;

/** What differs between the makers' boards. */
export interface BoardMake {
  serial: { baudRate: number; dataBits: 7 | 8; parity: "none" | "even" | "odd"; stopBits: 1 | 2 };
  /** Digits of volume, amount and price in a last fuelling. */
  fuelling: readonly [volume: number, amount: number, price: number];
  /** Bytes of unknown meaning after the price of a last fuelling. */
  fuellingTail: number;
  /** Spare bytes at the end of the second information frame. */
  spareBytes: number;
}

const COMMON = { serial: { baudRate: 9600, dataBits: 8, parity: "even", stopBits: 1 } } as const;

/** The three makes that are known. Serial numbers of the first begin with a digit, of the second with a letter. */
export const MAKES: Record<"28-byte" | "30-byte" | "large-flow", BoardMake> = {
  "28-byte": { ...COMMON, fuelling: [6, 6, 4], fuellingTail: 0, spareBytes: 2 },
  "30-byte": { ...COMMON, fuelling: [6, 6, 4], fuellingTail: 2, spareBytes: 0 },
  "large-flow": { ...COMMON, fuelling: [8, 8, 6], fuellingTail: 0, spareBytes: 0 },
};

export const COMMAND = { information: 0x83, fuelling: 0x86, day: 0x87, month: 0x88, total: 0x89 } as const;

/** How a board writes a month or a day below ten. */
export type Padding = "zero" | "space";

export interface Figures {
  volumeCl: number;
  amountFen: number;
}

const ZERO = 0x30;
const MILLION = 1_000_000;
const DIGITS_OF_MILLION = 6;
const MOST_BYTES = 0xff;

/** The frame that is being made: one at a time, in place, since a year of a station has hundreds of thousands. */
const making = new Uint8Array(MOST_BYTES);
let made = 0;

function begin(command: number, number: number = SINGLE): void {
  making[0] = LEAD;
  making[2] = number;
  making[3] = command;
  made = 4;
}

function byte(value: number): void {
  making[made++] = value;
}

/** @param value of ASCII */
function text(value: string): void {
  for (let index = 0; index < value.length; index += 1) making[made++] = value.charCodeAt(index);
}

/** A quantity in its digits, most significant first; what does not fit loses its front, as a counter does. */
function digits(value: number, width: number): void {
  const high = Math.floor(value / MILLION);
  if (width > DIGITS_OF_MILLION) digits(high, width - DIGITS_OF_MILLION);
  let left = value - high * MILLION;
  const end = made + Math.min(width, DIGITS_OF_MILLION);
  for (let place = end - 1; place >= made; place -= 1) {
    const tenth = Math.floor(left / 10);
    making[place] = ZERO + left - tenth * 10;
    left = tenth;
  }
  made = end;
}

/** Length and check, the XOR of all from the frame number on. */
function end(): Uint8Array {
  making[1] = made - 1;
  let check = 0;
  for (let index = 2; index < made; index += 1) check ^= making[index]!;
  making[made++] = check;
  return making.slice(0, made);
}

/** A frame around a payload of ASCII. */
export function frame(command: number, payload: string, number?: number): Uint8Array {
  begin(command, number);
  text(payload);
  return end();
}

const status = (value: number) => String.fromCharCode(value);

function calendar(value: string, padding: Padding): string {
  return padding === "space" ? value.replace(/^0/, " ") : value;
}

/** A board without tax initialisation tells its serial and no more. */
export function plainInformation(serial: string): Uint8Array[] {
  return [frame(COMMAND.information, status(0) + serial)];
}

/** The two frames of an initialised board. @param time `YYYY-MM-DDThh:mm` */
export function information(of: {
  serial: string;
  gunCode: string;
  taxpayerId: string;
  oilCode: string;
  time: string;
  spareBytes: number;
}): Uint8Array[] {
  const first = status(1) + of.serial + of.gunCode + of.taxpayerId.slice(0, 19);
  const second = of.taxpayerId.slice(19) + of.oilCode + of.time.replaceAll(/[-T:]/g, "") + "\0".repeat(of.spareBytes);
  return [frame(COMMAND.information, first, FIRST_OF_TWO), frame(COMMAND.information, second, LAST_OF_TWO)];
}

/** The last fuelling. @param at day, hour and minute */
export function fuelling(
  make: BoardMake,
  of: Figures & { status: number; at: readonly [day: number, hour: number, minute: number]; unitPriceFen: number },
): Uint8Array[] {
  const [volume, amount, price] = make.fuelling;
  begin(COMMAND.fuelling);
  byte(of.status);
  for (const part of of.at) digits(part, 2);
  digits(of.volumeCl, volume);
  digits(of.amountFen, amount);
  digits(of.unitPriceFen, price);
  digits(0, make.fuellingTail);
  return [end()];
}

/** The total of a day. @param date `YYYY-MM-DD` */
export function dayTotal(
  of: Figures & { status: number; date: string; unitPriceFen: number },
  padding: Padding,
): Uint8Array[] {
  const [year, month, day] = of.date.split("-") as [string, string, string];
  begin(COMMAND.day);
  byte(of.status);
  text(year + calendar(month, padding) + calendar(day, padding));
  digits(of.volumeCl, 8);
  digits(of.amountFen, 8);
  digits(of.unitPriceFen, 4);
  return [end()];
}

/** The total of a month. @param month `YYYY-MM` */
export function monthTotal(of: Figures & { status: number; month: string }, padding: Padding): Uint8Array[] {
  const [year, month] = of.month.split("-") as [string, string];
  begin(COMMAND.month);
  byte(of.status);
  text(year + calendar(month, padding));
  digits(of.volumeCl, 10);
  digits(of.amountFen, 10);
  return [end()];
}

/** The total since the machine was made. */
export function grandTotal(of: Figures): Uint8Array[] {
  begin(COMMAND.total);
  byte(1);
  digits(of.volumeCl, 12);
  digits(of.amountFen, 12);
  return [end()];
}
