/**
 * Finds the answer to one tax-port request among the bytes that come back. The answer names its command but not its
 * nozzle; echoes of our own request and answers to other commands are put aside.
 */
import { framesExpected } from "@forecourt/protocol/tax-port/answers.ts";
import type { Frame } from "@forecourt/protocol/tax-port/frame.ts";
import type { TaxPortProfile } from "@forecourt/protocol/tax-port/profile.ts";
import { FrameStream, type StreamItem } from "@forecourt/protocol/tax-port/stream.ts";
import type { AnswerReader } from "../../lines/line.ts";

/**
 * @param request the bytes that were sent
 * @param command the command code that an answer must carry
 * @returns a reader that yields the frames of one whole answer, first frame first
 */
export function taxPortReader(request: Uint8Array, command: number, profile: TaxPortProfile): AnswerReader<Frame[]> {
  const stream = new FrameStream(profile);
  const discarded = { noiseBytes: 0, badFrames: 0 };
  const frames: Frame[] = [];
  let hasBegun = false;

  const take = (items: readonly StreamItem[]): Frame[] | undefined => {
    for (const item of items) {
      const echo = item.kind === "frame" && isEcho(item.frame, request);
      if (!echo) hasBegun = true;
      if (item.kind === "noise") {
        discarded.noiseBytes += item.bytes.length;
        if (item.reason !== "no-lead-byte") discarded.badFrames += 1;
      } else if (echo || item.frame.command !== command) {
        discarded.badFrames += 1;
      } else {
        frames.push(item.frame);
        if (frames.length >= framesExpected(frames[0]!)) return frames;
      }
    }
    return undefined;
  };

  return {
    push: (chunk) => take(stream.push(chunk)),
    silence: () => take(stream.flush()),
    get hasBegun() {
      return hasBegun || stream.pending > 0;
    },
    discarded,
  };
}

function isEcho(frame: Frame, request: Uint8Array): boolean {
  return Buffer.compare(frame.raw, request) === 0;
}
