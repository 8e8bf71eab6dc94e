/** What the faults in force do to the bytes of one line. Pure, but for the random numbers that are handed in. */
import type { FaultBoard } from "../faults/board.ts";
import type { Random } from "../random.ts";

/** What a line's port needs to know at the moment it acts. */
export interface LineFaults {
  noiseShare: number;
  dropShare: number;
  /** Whether the master hears itself. */
  echo: boolean;
  /** Whether the master hears nothing but itself. */
  reflect: boolean;
  /** Milliseconds between the two halves of an answer; 0: answers are whole. */
  splitGapMs: number;
  /** Whether the frames of an answer arrive in one piece. */
  merge: boolean;
}

/** The faults in force on a line. */
export function lineFaults(board: FaultBoard, line: string): LineFaults {
  return {
    noiseShare: board.on("noise", line)?.share ?? 0,
    dropShare: board.on("drop", line)?.share ?? 0,
    echo: board.on("echo", line) !== undefined,
    reflect: board.on("reflect", line) !== undefined,
    splitGapMs: board.on("split", line)?.gapMs ?? 0,
    merge: board.on("merge", line) !== undefined,
  };
}

/** The pieces in which an answer arrives; none when it is lost. Draws a random number only while answers are dropped. */
export function piecesOf(frames: readonly Uint8Array[], faults: LineFaults, random: Random): Uint8Array[] {
  if (faults.dropShare > 0 && random.next() < faults.dropShare) return [];
  const joined = faults.merge && frames.length > 1 ? [Uint8Array.from(frames.flatMap((frame) => [...frame]))] : frames;
  return faults.splitGapMs > 0 ? joined.flatMap(halves) : [...joined];
}

function halves(frame: Uint8Array): Uint8Array[] {
  const middle = frame.length >> 1;
  return [frame.slice(0, middle), frame.slice(middle)].filter((half) => half.length > 0);
}
