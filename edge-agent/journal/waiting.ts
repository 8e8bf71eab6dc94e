/**
 * Records that wait, in order, while the disk refuses them. Pure. The room is bounded: when it is full, tank levels
 * give way first, then the gateway's signs of life; for anything else there is no room, and the caller must hold it.
 */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { Stamped } from "./journal.ts";
import { isMereLevel } from "./thinning.ts";

/** No record can be taken any more: what is read later must say it again. */
export class WaitingRoomFullError extends Error {
  override name = "WaitingRoomFullError";
}

function isSignOfLife(body: RecordBody): boolean {
  return (
    (body.kind === "gateway" && body.event === "heartbeat") || (body.kind === "health" && body.cause === "heartbeat")
  );
}

export class WaitingRoom {
  readonly #most: number;
  #records: Stamped[] = [];
  /** Tank levels that gave way since this was last taken. */
  #gaveWay = 0;

  /** @param most records that may wait */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#records.length;
  }

  /** Adds records behind those that wait. @throws WaitingRoomFullError when there is no room; then none was added */
  add(records: readonly Stamped[]): void {
    const all = [...this.#records, ...records];
    const [levels, signs] = [(one: Stamped) => isMereLevel(one.body), (one: Stamped) => isSignOfLife(one.body)];
    const withoutLevels = dropFirst(all, all.length - this.#most, levels);
    const kept = dropFirst(withoutLevels, withoutLevels.length - this.#most, signs);
    if (kept.length > this.#most) throw new WaitingRoomFullError(`${this.#most} records wait for the disk already`);
    this.#gaveWay += all.length - withoutLevels.length;
    this.#records = kept;
  }

  /** The oldest records, which stay until {@link taken} says that they are on disk. */
  oldest(limit: number): readonly Stamped[] {
    return this.#records.slice(0, limit);
  }

  taken(count: number): void {
    this.#records.splice(0, count);
  }

  /** Gives up the newest records. */
  takeBack(count: number): void {
    this.#records.splice(Math.max(0, this.#records.length - count));
  }

  /** How many tank levels gave way since this was last asked. */
  takeGaveWay(): number {
    const count = this.#gaveWay;
    this.#gaveWay = 0;
    return count;
  }
}

/** Without the first `count` records for which `mayGo` holds. */
function dropFirst(records: Stamped[], count: number, mayGo: (record: Stamped) => boolean): Stamped[] {
  if (count <= 0) return records;
  let left = count;
  return records.filter((record) => {
    if (left === 0 || !mayGo(record)) return true;
    left -= 1;
    return false;
  });
}
