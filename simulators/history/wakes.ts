/** What a recorder has put off until later, in the order of its time. */

interface Wake {
  at: number;
  act: () => void;
}

export class Wakes {
  readonly #wakes: Wake[] = [];

  /** When the next one is due; infinity when there is none. */
  get nextAt(): number {
    return this.#wakes[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Ties are kept in the order of the calls. */
  add(at: number, act: () => void): void {
    let place = this.#wakes.length;
    while (place > 0 && this.#wakes[place - 1]!.at > at) place -= 1;
    this.#wakes.splice(place, 0, { at, act });
  }

  /** Does what is due by now, and what that makes due. */
  run(now: number): void {
    while (this.nextAt <= now) this.#wakes.shift()!.act();
  }
}
