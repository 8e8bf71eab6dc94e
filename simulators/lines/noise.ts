/** Noise on a line: a frame gets one byte flipped, dropped or inserted. */
import type { Random } from "../random.ts";

/** The frame as it arrives when a `share` (0 to 1) of frames is spoilt. Draws one value for an unspoilt frame. */
export function throughNoise(frame: Uint8Array, share: number, random: Random): Uint8Array {
  if (share <= 0 || frame.length === 0 || random.next() >= share) return frame;
  const at = random.integer(0, frame.length - 1);
  switch (random.integer(0, 2)) {
    case 0: {
      const spoilt = Uint8Array.from(frame);
      spoilt[at] = spoilt[at]! ^ (1 << random.integer(0, 7));
      return spoilt;
    }
    case 1:
      return Uint8Array.from([...frame.subarray(0, at), ...frame.subarray(at + 1)]);
    default:
      return Uint8Array.from([...frame.subarray(0, at), random.integer(0, 255), ...frame.subarray(at)]);
  }
}
