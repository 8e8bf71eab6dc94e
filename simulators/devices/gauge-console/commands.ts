/** Finds commands in what a console hears: SOH, a letter, three characters of function, two digits of tank. No end mark. */

export interface ConsoleCommand {
  /** `i` for computer format, `I` for display format; the rest as it stands, such as `i20101`. */
  text: string;
  /** Function, such as `201`. */
  fn: string;
  /** 0: all tanks. */
  tank: number;
}

const SOH = "\x01";
const ESC = "\x1b";
const LENGTH = 7;

export class CommandScanner {
  #held = "";

  /** Takes bytes; gives every whole command. What stands before a SOH is passed over; ESC forgets what was begun. */
  push(bytes: Uint8Array): ConsoleCommand[] {
    const commands: ConsoleCommand[] = [];
    for (const byte of bytes) {
      const character = String.fromCharCode(byte);
      if (character === SOH) this.#held = SOH;
      else if (character === ESC) this.#held = "";
      else if (this.#held !== "") this.#held += character;
      if (this.#held.length < LENGTH) continue;
      const text = this.#held.slice(1);
      this.#held = "";
      const tank = /^\d\d$/.test(text.slice(4)) ? Number(text.slice(4)) : 0;
      commands.push({ text, fn: text.slice(1, 4), tank });
    }
    return commands;
  }
}
