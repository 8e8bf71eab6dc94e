/** Whether the journal that a gateway greets with can have led to what is stored. Pure. */
import type { Hello } from "@forecourt/protocol/batch/answer.ts";
import type { Position } from "../store/store.ts";
import type { SecondStory } from "../trust/events.ts";

/**
 * @param held how far the gateway's journal is stored
 * @param stored the stored hash at the greeting's last seq, where there is one
 * @returns what is wrong, or undefined
 */
export function secondStory(
  { gateway, lastSeq, lastHash }: Hello,
  held: Position,
  stored: Uint8Array | undefined,
): SecondStory | undefined {
  const story = { event: "second-story", gateway, lastSeq, storedSeq: held.seq } as const;
  if (lastSeq > 0 && stored !== undefined && !Buffer.from(lastHash, "hex").equals(stored)) {
    return { ...story, kind: "other-hash" };
  }
  return lastSeq < held.seq ? { ...story, kind: "behind" } : undefined;
}
