/**
 * Thins tank levels while room is short. Pure. Only a level without an alarm, that merely moved or is stated again,
 * may be left out, and each tank keeps one in a while. Nothing else is ever thinned.
 */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";

/** Whether a record may be left out at all: it says nothing that the next one of its tank does not say again. */
export function isMereLevel(body: RecordBody): boolean {
  return body.kind === "tank" && body.alarms.length === 0 && (body.cause === "heartbeat" || body.cause === "changed");
}

export class Thinning {
  readonly #everyMs: number;
  readonly #keptAt = new Map<string, number>();

  /** @param everyMs a level of each tank is kept this often, monotonic ms */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** The records that stay. */
  thin(bodies: readonly RecordBody[], now: number): RecordBody[] {
    return bodies.filter((body) => {
      if (!isMereLevel(body) || body.kind !== "tank") return true;
      const tank = `${body.device}/${body.tank}`;
      const keptAt = this.#keptAt.get(tank);
      if (keptAt !== undefined && now - keptAt < this.#everyMs) return false;
      this.#keptAt.set(tank, now);
      return true;
    });
  }
}
