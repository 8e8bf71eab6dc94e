/**
 * Finds frames in a stream of bytes that may hold noise. Pure: bytes in, items out; the line that owns the port
 * calls `flush` after a silence. At most one longest frame is ever held back.
 */
import { defaultProfile } from "./dialects.ts";
import { decodeFrame, type Frame } from "./frame.ts";
import type { FrameFormat, TaxPortProfile } from "./profile.ts";

export type NoiseReason = "no-lead-byte" | "length-byte" | "check-byte" | "incomplete";

export type StreamItem =
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "noise"; readonly bytes: Uint8Array; readonly reason: NoiseReason };

type Look = { found: "frame"; frame: Frame } | { found: "noise"; reason: NoiseReason } | { found: "more-needed" };

export class FrameStream {
  readonly #format: FrameFormat;
  #held: Uint8Array = new Uint8Array(0);

  /** @param profile gives lead byte, check rule and the shortest and longest legal frame. */
  constructor(profile: TaxPortProfile = defaultProfile) {
    this.#format = profile.frame;
  }

  /** Bytes held back because they may be the beginning of a frame; never more than the longest legal frame. */
  get pending(): number {
    return this.#held.length;
  }

  /** Takes the next bytes and returns every frame and every noise byte that is certain, in the order received. */
  push(chunk: Uint8Array): StreamItem[] {
    return this.#scan(chunk, false);
  }

  /** Says that no more bytes come for now: what is held back is a frame further inside, or noise. */
  flush(): StreamItem[] {
    return this.#scan(new Uint8Array(0), true);
  }

  #scan(chunk: Uint8Array, final: boolean): StreamItem[] {
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);
    const items: StreamItem[] = [];
    let at = 0;
    let noise: { from: number; reason: NoiseReason } | undefined;
    const endNoise = () => {
      if (noise) items.push({ kind: "noise", bytes: bytes.slice(noise.from, at), reason: noise.reason });
      noise = undefined;
    };
    while (at < bytes.length) {
      const look = lookAt(bytes, at, this.#format);
      if (look.found === "more-needed" && !final) break;
      if (look.found === "frame") {
        endNoise();
        items.push({ kind: "frame", frame: look.frame });
        at += look.frame.raw.length;
        continue;
      }
      // Only one byte is given up: a true frame may begin inside a false one.
      const reason = look.found === "noise" ? look.reason : "incomplete";
      if (noise?.reason !== reason) {
        endNoise();
        noise = { from: at, reason };
      }
      at += 1;
    }
    endNoise();
    this.#held = bytes.slice(at);
    return items;
  }
}

function lookAt(bytes: Uint8Array, at: number, format: FrameFormat): Look {
  if (bytes[at] !== format.leadByte) return { found: "noise", reason: "no-lead-byte" };
  const length = bytes[at + 1];
  if (length === undefined) return { found: "more-needed" };
  if (length < format.leastLength || length > format.longestLength) return { found: "noise", reason: "length-byte" };
  const end = at + length + 2;
  if (end > bytes.length) return { found: "more-needed" };
  const frame = decodeFrame(bytes.subarray(at, end), format);
  return frame.ok ? { found: "frame", frame: frame.value } : { found: "noise", reason: "check-byte" };
}
