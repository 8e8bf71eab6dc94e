/** Writes the records of a gateway at the world's present instant, dated by the gateway's own clock. */
import { gatewayClockAheadMs, type World } from "../physics/world.ts";
import type { Body, Changing, Form, Journal } from "./line.ts";

export class Pen {
  readonly #world: World;
  readonly #journal: Journal;
  /** When the last record was written, epoch ms. */
  wroteAt = 0;

  constructor(world: World, journal: Journal) {
    this.#world = world;
    this.#journal = journal;
  }

  /** Lines of one subject that come often: what never changes in them, and the keys of the rest. */
  form(constant: Body, changing: readonly string[]): Form {
    return this.#journal.form(constant, changing);
  }

  /** Writes a record of a form. @param values of the keys that change in it */
  write(form: Form, values: Changing): void {
    this.wroteAt = this.#world.now;
    this.#journal.write(this.#world.now, this.#aheadMs(), form, values);
  }

  /** Writes a record that is too rare for a form. */
  append(body: Body): void {
    this.wroteAt = this.#world.now;
    this.#journal.append(this.#world.now, this.#aheadMs(), body);
  }

  #aheadMs(): number {
    return gatewayClockAheadMs(this.#world, this.#world.now);
  }
}
