/**
 * Watches the connections of one gateway for a key that is used from two places. A program that has made a new
 * connection never goes back to an older one; what still arrives on that one was under way, and comes in one burst.
 * An older connection that is used again and again, over time, belongs to another program. Pure.
 */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { TwoPlaces } from "./events.ts";

/** So often must an older connection be used after a newer one, */
const RETURNS = 3;
/** and over so long: a line that was stuck delivers what it held within seconds of each other. */
const SPAN_MS = 30_000;
/** Told again while it goes on. */
const AGAIN_MS = 3_600_000;
/** Connections of one gateway that are told apart; a box has one, and a dead one or two. */
const MOST_CONNECTIONS = 16;

interface Open {
  /** in the order of opening, over all gateways */
  number: number;
  address: string;
}

interface Watched {
  open: Map<unknown, Open>;
  lastUsed: Open | undefined;
  returns: number;
  /** when an older connection was first used again, epoch ms */
  sinceMs: number;
  toldMs: number;
}

export class KeyWatch {
  readonly #gateways = new Map<GatewayId, Watched>();
  #opened = 0;

  /** A gateway has signed in. @param connection tells connections apart */
  opened(gateway: GatewayId, connection: unknown, address: string): void {
    const watched = this.#gateways.get(gateway) ?? {
      ...{ open: new Map<unknown, Open>(), lastUsed: undefined, returns: 0, sinceMs: 0 },
      toldMs: Number.NEGATIVE_INFINITY,
    };
    this.#gateways.set(gateway, watched);
    if (watched.open.size >= MOST_CONNECTIONS) return;
    this.#opened += 1;
    watched.open.set(connection, { number: this.#opened, address });
  }

  closed(gateway: GatewayId, connection: unknown): void {
    const watched = this.#gateways.get(gateway);
    watched?.open.delete(connection);
    if (watched?.open.size === 0 && watched.toldMs === Number.NEGATIVE_INFINITY) this.#gateways.delete(gateway);
  }

  /**
   * A gateway has said something.
   * @param atMs epoch ms
   * @returns what is to be told, if its key is used from two places
   */
  used(gateway: GatewayId, connection: unknown, atMs: number): TwoPlaces | undefined {
    const watched = this.#gateways.get(gateway);
    const used = watched?.open.get(connection);
    if (watched === undefined || used === undefined || used === watched.lastUsed) return undefined;
    const before = watched.lastUsed;
    watched.lastUsed = used;
    if (before === undefined || used.number > before.number) return undefined;
    if (watched.returns === 0) watched.sinceMs = atMs;
    watched.returns += 1;
    const { returns, sinceMs, toldMs } = watched;
    if (returns < RETURNS || atMs - sinceMs < SPAN_MS || atMs - toldMs < AGAIN_MS) return undefined;
    watched.toldMs = atMs;
    watched.returns = 0;
    return { event: "two-places", gateway, addresses: [used.address, before.address], returns, sinceMs };
  }
}
