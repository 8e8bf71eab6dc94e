/** What the agent's recorder makes of the seal hub: every change of state, counters or serial, and a sign of life. */
import type { SealState, World } from "../physics/world.ts";
import { Words } from "./frames.ts";
import type { HistoryOptions } from "./options.ts";
import type { Pen } from "./pen.ts";

interface KnownSeal {
  state: string;
  tamperCount: number;
  openCount: number;
  serial: string;
  at: number;
}

export class SealRecorder {
  readonly #world: World;
  readonly #pen: Pen;
  readonly #options: HistoryOptions;
  readonly #known = new Map<string, KnownSeal>();

  constructor(world: World, pen: Pen, options: HistoryOptions) {
    this.#world = world;
    this.#pen = pen;
    this.#options = options;
  }

  /** All seals are read. @param device the hub */
  read(device: string): void {
    for (const [name, seal] of this.#world.seals) this.#readOne(device, name, seal);
  }

  #readOne(device: string, name: string, seal: SealState): void {
    const { tamperCount, openCount, serial } = seal;
    const condition = seal.silent ? "offline" : seal.condition;
    const known = this.#known.get(name);
    const isSame =
      known?.state === condition &&
      known.tamperCount === tamperCount &&
      known.openCount === openCount &&
      known.serial === serial;
    const { now } = this.#world;
    if (isSame && now - known.at < this.#options.sealHeartbeatMs) return;
    this.#known.set(name, { state: condition, tamperCount, openCount, serial, at: now });
    this.#pen.append({
      kind: "seal",
      device,
      seal: name,
      cause: known === undefined ? "first" : isSame ? "heartbeat" : "changed",
      state: condition,
      previousState: known?.state ?? null,
      tamperCount,
      openCount,
      batteryPercent: seal.plan.batteryPercent,
      serial,
      quality: "good",
      reason: null,
      raw: new Words([tamperCount, openCount, seal.plan.batteryPercent]),
    });
  }
}
