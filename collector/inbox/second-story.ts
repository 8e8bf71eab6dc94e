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

type Story = Pick<SecondStory, "gateway" | "kind">;

/**
 * Tells the rules of a gateway's second story once in a while: one that greets again and again, a cloned box or a journal
 * from a backup, must not fill the database with the same.
 */
export class StoryBrake {
  readonly #everyMs: number;
  /** by gateway: what was told last, and when */
  readonly #told = new Map<string, { kind: SecondStory["kind"]; atMs: number }>();

  /** @param everyMs the same is told once in this time */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Whether a story is to be told now; another kind of story always is. */
  lets({ gateway, kind }: Story, atMs: number): boolean {
    const before = this.#told.get(gateway);
    return before?.kind !== kind || atMs - before.atMs >= this.#everyMs;
  }

  /** It was told, and is stored. */
  told({ gateway, kind }: Story, atMs: number): void {
    this.#told.set(gateway, { kind, atMs });
  }
}
