/** Frames as the evidence that a record keeps. */
import { toHex } from "@forecourt/protocol/hex.ts";

/** A record's text for one frame has room for this many bytes; a longer frame goes on in the next text. */
const BYTES_A_TEXT = 1_024;
/** Texts that a record has room for. */
const MAX_TEXTS = 8;

/** Frames in hex, long ones in several texts that follow each other; what exceeds a record's room is left out. */
export function rawFrames(...frames: readonly Uint8Array[]): string[] {
  return frames
    .flatMap((frame) =>
      Array.from({ length: Math.ceil(frame.length / BYTES_A_TEXT) }, (_, index) =>
        toHex(frame.subarray(index * BYTES_A_TEXT, (index + 1) * BYTES_A_TEXT)),
      ),
    )
    .slice(0, MAX_TEXTS);
}
