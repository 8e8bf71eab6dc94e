/** The newest lines of the program's log, kept in memory so that they can be asked for from afar. */

/** Enough for a bad morning. */
const LINES = 1_000;
/** A longer line is cut: an answer must fit into one message. */
const CHARACTERS = 400;

export class LogRing {
  #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line.length > CHARACTERS ? `${line.slice(0, CHARACTERS)}…` : line);
    // Cut in steps, so that not every line moves all others.
    if (this.#lines.length >= 2 * LINES) this.#lines = this.#lines.slice(-LINES);
  }

  /** The newest `count` lines, oldest first. */
  last(count: number): string[] {
    return this.#lines.slice(-Math.min(count, LINES));
  }
}
