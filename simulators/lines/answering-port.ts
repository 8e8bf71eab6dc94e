/** A device's end of a serial line: noise and wire time between it and the master, answers one after the other. */
import type { Random } from "../random.ts";
import { throughNoise } from "./noise.ts";
import { PtyPort } from "./pty-port.ts";
import { type WireMode, type WireSettings, wireMs } from "./wire.ts";

export interface AnsweringPortOptions {
  path: string;
  settings: WireSettings;
  mode: WireMode;
  random: Random;
  /** Present share of frames that noise spoils. */
  noiseShare: () => number;
  /** Called with what the master sent, after noise. */
  heard: (bytes: Uint8Array) => void;
}

export class AnsweringPort {
  readonly settings: WireSettings;
  readonly mode: WireMode;
  readonly #port: PtyPort;
  readonly #options: AnsweringPortOptions;
  readonly #pending = new Set<NodeJS.Timeout>();
  #wireFreeAt = 0;

  constructor(options: AnsweringPortOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.mode = options.mode;
    this.#port = new PtyPort(options.path, (bytes) => {
      options.heard(throughNoise(bytes, options.noiseShare(), options.random));
    });
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
   * @param gapMs silence between the parts
   */
  answer(parts: readonly Uint8Array[], requestBytes: number, pauseMs: number, gapMs = 0): void {
    const requestMs = wireMs(this.settings, requestBytes, this.mode);
    let at = Math.max(performance.now(), this.#wireFreeAt) + requestMs + (this.mode === "instant" ? 0 : pauseMs);
    for (const [index, part] of parts.entries()) {
      if (index > 0) at += gapMs;
      at += wireMs(this.settings, part.length, this.mode);
      this.#sendAt(at, part);
    }
    this.#wireFreeAt = at;
  }

  #sendAt(at: number, part: Uint8Array): void {
    const left = at - performance.now();
    if (left <= 0) {
      this.#port.write(throughNoise(part, this.#options.noiseShare(), this.#options.random));
      return;
    }
    // A timer may fire a fraction early; the remainder is then waited for again.
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      this.#sendAt(at, part);
    }, Math.ceil(left));
    this.#pending.add(timer);
  }
}
