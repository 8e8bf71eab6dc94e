/** A device's end of a serial line: faults and wire time between it and the master, answers one after the other. */
import type { Random } from "../random.ts";
import { type LineFaults, piecesOf } from "./line-faults.ts";
import { throughNoise } from "./noise.ts";
import type { Port, PortMaker } from "./port.ts";
import { type WireMode, type WireSettings, wireMs } from "./wire.ts";

/** What every line of a station is made with. */
export interface LineSurroundings {
  port: PortMaker;
  mode: WireMode;
  random: Random;
  /** The faults in force now. */
  faults: () => LineFaults;
  /** Brings the world to the present instant before a device looks at it. */
  refresh: () => void;
  /** Told of every answer as the device sent it, before the line does anything to it. */
  onWire: (answer: WireAnswer) => void;
}

/** What a device put on the wire. */
export interface WireAnswer {
  device: string;
  request: Uint8Array;
  frames: readonly Uint8Array[];
}

export interface AnsweringPortOptions extends LineSurroundings {
  settings: WireSettings;
  /** Called with what the master sent, after noise. */
  heard: (bytes: Uint8Array) => void;
}

export class AnsweringPort {
  readonly settings: WireSettings;
  readonly mode: WireMode;
  readonly #port: Port;
  readonly #options: AnsweringPortOptions;
  readonly #pending = new Set<NodeJS.Timeout>();
  #wireFreeAt = 0;

  constructor(options: AnsweringPortOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.mode = options.mode;
    this.#port = options.port((bytes) => this.#arrived(bytes));
  }

  plug(): void {
    this.#port.plug();
  }

  pull(): void {
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
    this.#wireFreeAt = 0;
    this.#port.pull();
  }

  /**
   * Sends an answer as the wire would let it arrive. A pty moves bytes at once, so the time is accounted here: the
   * request's own time on the wire, the device's pause, then each part is handed over whole at the moment its last
   * character would have arrived. That keeps the end of the answer exact; its beginning comes late, never early.
   * @param requestBytes length of the request; @param pauseMs between the request's last and the answer's first byte
   */
  answer(frames: readonly Uint8Array[], requestBytes: number, pauseMs: number): void {
    const { faults, random } = this.#options;
    const inForce = faults();
    const requestMs = wireMs(this.settings, requestBytes, this.mode);
    let at = Math.max(performance.now(), this.#wireFreeAt) + requestMs + pauseMs;
    for (const [index, piece] of piecesOf(frames, inForce, random).entries()) {
      if (index > 0) at += inForce.splitGapMs;
      at += wireMs(this.settings, piece.length, this.mode);
      this.#sendAt(at, piece);
    }
    this.#wireFreeAt = at;
  }

  #arrived(bytes: Uint8Array): void {
    const { faults, random, heard } = this.#options;
    const { echo, reflect, noiseShare } = faults();
    if (echo || reflect) this.#port.write(bytes);
    if (!reflect) heard(throughNoise(bytes, noiseShare, random));
  }

  #sendAt(at: number, piece: Uint8Array): void {
    const left = at - performance.now();
    if (left <= 0) {
      this.#port.write(throughNoise(piece, this.#options.faults().noiseShare, this.#options.random));
      return;
    }
    // A timer may fire a fraction early; the remainder is then waited for again.
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      this.#sendAt(at, piece);
    }, Math.ceil(left));
    this.#pending.add(timer);
  }
}
