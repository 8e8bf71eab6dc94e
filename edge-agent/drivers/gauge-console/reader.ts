/** Finds the reply to one console command among the bytes that come back. */
import { type ConsoleFunction, type ConsoleReply, NOT_SUPPORTED } from "@forecourt/protocol/gauge-console/frame.ts";
import { type ConsoleItem, ConsoleStream } from "@forecourt/protocol/gauge-console/stream.ts";
import type { AnswerReader } from "../../lines/exchange.ts";

/** A reply with its bytes; `reply` is null when the console does not know the function. */
export interface ConsoleAnswer {
  reply: ConsoleReply | null;
  raw: Uint8Array;
}

/**
 * @param asked function and tank that a reply must name
 * @param requestBytes length of the command: so much may be its own echo, after which the console still thinks
 */
export function consoleReader(asked: ConsoleFunction, requestBytes: number): AnswerReader<ConsoleAnswer> {
  const stream = new ConsoleStream();
  const discarded = { noiseBytes: 0, badFrames: 0 };

  const take = (items: readonly ConsoleItem[]): ConsoleAnswer | undefined => {
    for (const item of items) {
      if (item.kind === NOT_SUPPORTED) return { reply: null, raw: item.raw };
      if (item.kind === "reply" && item.reply.code === asked.code && item.reply.device === asked.device) {
        return { reply: item.reply, raw: item.raw };
      }
      if (item.kind !== "noise") discarded.badFrames += 1;
      discarded.noiseBytes += "raw" in item ? item.raw.length : item.bytes.length;
    }
    return undefined;
  };

  return {
    discarded,
    get hasBegun() {
      return stream.pending > requestBytes;
    },
    push: (chunk) => take(stream.push(chunk)),
    silence: () => take(stream.flush()),
  };
}
