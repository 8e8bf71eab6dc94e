/** The ground-truth file: one JSON line an event, each written whole, on disk when the run has stopped. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { TruthLine } from "./events.ts";

export class TruthFile {
  readonly #file: number;
  readonly #wallOf: (simulated: number) => number;
  #open = true;

  /**
   * Starts a new file (one that is there is replaced).
   * @param wallOf the wall time (epoch ms) of a simulated instant
   */
  constructor(path: string, wallOf: (simulated: number) => number) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "w");
    this.#wallOf = wallOf;
  }

  /** Writes events in order; `at` is simulated epoch ms and becomes RFC 3339, with the wall time beside it. */
  write(events: readonly TruthLine[]): void {
    if (!this.#open || events.length === 0) return;
    const lines = events.map((line) => {
      const { at, event, ...rest } = readable(line);
      return JSON.stringify({ at, wall: formatTime(this.#wallOf(line.at)), event, ...rest });
    });
    writeSync(this.#file, `${lines.join("\n")}\n`);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    fsyncSync(this.#file);
    closeSync(this.#file);
  }
}

/** Fields that hold an instant. */
const INSTANTS = ["at", "expectedFrom", "expectedUntil", "from", "until"];

/** The event with its instants as RFC 3339, its own first. */
export function readable(line: TruthLine, format = formatTime): Record<string, unknown> {
  const { at, ...rest } = line;
  const written: Record<string, unknown> = { at, ...rest };
  for (const key of INSTANTS) if (typeof written[key] === "number") written[key] = format(written[key]);
  return written;
}
