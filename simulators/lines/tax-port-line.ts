/** A tax port on its serial line. */
import { FrameStream } from "@forecourt/protocol/tax-port/stream.ts";
import type { TaxPortDevice } from "../devices/tax-port.ts";
import type { Random } from "../random.ts";
import { AnsweringPort } from "./answering-port.ts";
import { characterMs, type WireMode } from "./wire.ts";

export interface SerialLine {
  plug(): void;
  pull(): void;
}

/** After this many characters of silence a half frame is given up. */
const GIVE_UP_CHARACTERS = 20;
/** Between the two halves of an answer that is sent in two. */
const SPLIT_GAP_MS = 10;

/** @param refresh brings the world to the present instant before the device looks at it */
export function taxPortLine(
  device: TaxPortDevice,
  options: { path: string; mode: WireMode; random: Random; noiseShare: () => number; refresh: () => void },
): SerialLine {
  const { plan } = device.dispenser;
  const settings = device.profile.serial;
  const stream = new FrameStream(device.profile);
  let silence: NodeJS.Timeout | undefined;
  const take = (items: ReturnType<FrameStream["push"]>) => {
    for (const item of items) {
      if (item.kind !== "frame") continue;
      options.refresh();
      const frames = device.answer(item.frame);
      const parts = plan.splitAnswers ? frames.flatMap(halves) : frames;
      const gapMs = plan.splitAnswers ? SPLIT_GAP_MS : 0;
      port.answer(parts, item.frame.raw.length, plan.turnaroundMs, gapMs);
    }
  };
  const port = new AnsweringPort({
    ...options,
    settings,
    heard: (bytes) => {
      clearTimeout(silence);
      take(stream.push(bytes));
      if (stream.pending > 0) {
        silence = setTimeout(() => take(stream.flush()), Math.ceil(GIVE_UP_CHARACTERS * characterMs(settings)));
      }
    },
  });
  return {
    plug: () => port.plug(),
    pull: () => {
      clearTimeout(silence);
      stream.flush();
      port.pull();
    },
  };
}

function halves(frame: Uint8Array): Uint8Array[] {
  const middle = frame.length >> 1;
  return [frame.slice(0, middle), frame.slice(middle)];
}
