/** What a tax board makes of the bytes that a reader sends: requests, and everything else passed over in silence. */
import { COMMAND } from "./frames.ts";

interface Asked {
  nozzleIndex: number;
  /** 0: to the display, 1: plain text on the port, more: encrypted. */
  returnMethod: number;
}

export type BoardRequest =
  | { command: "information"; nozzleIndex: number }
  | ({ command: "fuelling" } & Asked)
  | ({ command: "day"; date: string } & Asked)
  | ({ command: "month"; month: string } & Asked)
  | ({ command: "total"; mode: number } & Asked);

const LEAD = 0xbb;
/** Length bytes of the shortest and the longest request (tax-port.md 1.4). */
const LENGTHS = { least: 0x04, most: 0x0d };

/** A request that was found, and how many bytes it had. */
export interface FoundRequest {
  request: BoardRequest | undefined;
  bytes: Uint8Array;
}

/** Gathers bytes until they hold whole requests; what cannot be one is passed over byte by byte. */
export class RequestScanner {
  #held: number[] = [];

  /** Whether the beginning of a request is held back. */
  get isWaiting(): boolean {
    return this.#held.length > 0;
  }

  /** Takes bytes; gives every frame whose check is right, known to the board or not. */
  push(bytes: Uint8Array): FoundRequest[] {
    this.#held.push(...bytes);
    const found: FoundRequest[] = [];
    while (this.#held.length > 1) {
      const length = this.#held[1]!;
      if (this.#held[0] !== LEAD || length < LENGTHS.least || length > LENGTHS.most) {
        this.#held.shift();
        continue;
      }
      if (this.#held.length < length + 2) break;
      const whole = Uint8Array.from(this.#held.slice(0, length + 2));
      if (whole.subarray(2).reduce((check, byte) => check ^ byte, 0) !== 0) {
        this.#held.shift();
        continue;
      }
      this.#held.splice(0, whole.length);
      found.push({ request: requestOf(whole), bytes: whole });
    }
    if (this.#held.length === 1 && this.#held[0] !== LEAD) this.#held = [];
    return found;
  }

  /** Nothing more comes for now: the beginning of a request is no request; one further inside may be. */
  giveUp(): FoundRequest[] {
    const found: FoundRequest[] = [];
    while (this.#held.length > 0) {
      this.#held.shift();
      found.push(...this.push(new Uint8Array(0)));
    }
    return found;
  }
}

/** The request in a whole frame; undefined when the board does not know such a thing. */
function requestOf(bytes: Uint8Array): BoardRequest | undefined {
  const [, , , command, nozzleIndex] = bytes as unknown as [number, number, number, number, number];
  const text = Buffer.from(bytes.subarray(5, -2)).toString("latin1");
  const returnMethod = bytes.at(-2)!;
  const asked = { nozzleIndex, returnMethod };
  switch (`${command}/${bytes.length}`) {
    case `${COMMAND.information}/6`:
      return { command: "information", nozzleIndex };
    case `${COMMAND.fuelling}/7`:
      return { command: "fuelling", ...asked };
    case `${COMMAND.total}/8`:
      return { command: "total", mode: bytes[5]!, ...asked };
    case `${COMMAND.day}/15`: {
      const date = /^([0-9]{4})([ 0-9][0-9])([ 0-9][0-9])$/.exec(text);
      return date ? { command: "day", date: plainDate(date.slice(1)), ...asked } : undefined;
    }
    case `${COMMAND.month}/13`: {
      const month = /^([0-9]{4})([ 0-9][0-9])$/.exec(text);
      return month ? { command: "month", month: plainDate(month.slice(1)), ...asked } : undefined;
    }
    default:
      return undefined;
  }
}

/** Readers in the field send a space before a month below ten; boards take both (tax-port.md 1.8). */
function plainDate(parts: readonly string[]): string {
  return parts.map((part) => part.replace(" ", "0")).join("-");
}
