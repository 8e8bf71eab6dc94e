/**
 * Finds console frames in a stream of bytes that may hold noise, echoes and half answers. Pure: bytes in, items out.
 * Whatever came before, a frame that is whole and undamaged is found.
 */
import type { ConsoleError } from "./errors.ts";
import { type ConsoleReply, decodeReply, ETX, NOT_SUPPORTED, SOH } from "./frame.ts";

export type ConsoleItem =
  | { readonly kind: "reply"; readonly reply: ConsoleReply; readonly raw: Uint8Array }
  | { readonly kind: typeof NOT_SUPPORTED; readonly raw: Uint8Array }
  | { readonly kind: "broken"; readonly bytes: Uint8Array; readonly error: ConsoleError }
  | { readonly kind: "noise"; readonly bytes: Uint8Array };

/**
 * Longest frame looked for. Sixteen tanks with ten deliveries of 102 characters come to 16 424 bytes, a chart of
 * 1024 points for one tank to 16 411.
 */
export const MAX_FRAME_BYTES = 20_000;

export class ConsoleStream {
  #held: Uint8Array = new Uint8Array(0);
  /** Bytes of what is held that hold no ETX, so that a long answer is not searched again at every chunk. */
  #searched = 0;

  /** Bytes held back because they may be the beginning of a frame; never more than {@link MAX_FRAME_BYTES}. */
  get pending(): number {
    return this.#held.length;
  }

  /** Takes the next bytes and returns every frame and all noise that is certain, in the order received. */
  push(chunk: Uint8Array): ConsoleItem[] {
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);
    return this.#scan(bytes, false);
  }

  /** Says that no more bytes come: what is held back is a frame further inside, or noise. */
  flush(): ConsoleItem[] {
    this.#searched = 0;
    return this.#scan(this.#held, true);
  }

  #scan(bytes: Uint8Array, final: boolean): ConsoleItem[] {
    const items: ConsoleItem[] = [];
    let at = 0;
    let noiseFrom = 0;
    const endNoise = () => {
      if (at > noiseFrom) items.push({ kind: "noise", bytes: bytes.slice(noiseFrom, at) });
    };
    while (at < bytes.length) {
      if (bytes[at] !== SOH) {
        at += 1;
        this.#searched = 0;
        continue;
      }
      const end = bytes.indexOf(ETX, at + Math.max(1, this.#searched));
      const length = (end < 0 ? bytes.length : end + 1) - at;
      if (end < 0 && !final && length <= MAX_FRAME_BYTES) {
        this.#searched = length;
        break;
      }
      this.#searched = 0;
      if (end < 0 || length > MAX_FRAME_BYTES) {
        at += 1;
        continue;
      }
      // No reply holds a SOH: one that ends here began with the last of them.
      at = bytes.lastIndexOf(SOH, end);
      endNoise();
      items.push(itemOf(bytes.slice(at, end + 1)));
      at = end + 1;
      noiseFrom = at;
    }
    endNoise();
    this.#held = bytes.slice(at);
    return items;
  }
}

function itemOf(raw: Uint8Array): ConsoleItem {
  const frame = decodeReply(raw);
  if (!frame.ok) return { kind: "broken", bytes: raw, error: frame.error };
  return frame.value === NOT_SUPPORTED ? { kind: NOT_SUPPORTED, raw } : { kind: "reply", reply: frame.value, raw };
}
