/** A tax port on its serial line. */
import type { TaxPortDevice } from "../devices/tax-port/device.ts";
import { type FoundRequest, RequestScanner } from "../devices/tax-port/requests.ts";
import { AnsweringPort, type LineSurroundings } from "./answering-port.ts";
import type { LineFaults } from "./line-faults.ts";
import { characterMs } from "./wire.ts";

export interface SerialLine {
  plug(): void;
  pull(): void;
}

/** After this many characters of silence, about 0.1 s, a half frame is given up. */
const GIVE_UP_CHARACTERS = 90;
/** Between the two halves of an answer that is sent in two. */
const SPLIT_GAP_MS = 10;

/** The line of one tax port. */
export function taxPortLine(device: TaxPortDevice, surroundings: LineSurroundings): SerialLine {
  const settings = device.make.serial;
  const scanner = new RequestScanner();
  let silence: NodeJS.Timeout | undefined;
  const take = (found: readonly FoundRequest[]) => {
    for (const { request, bytes } of found) {
      if (!request) continue;
      surroundings.refresh();
      const frames = device.answer(request);
      if (frames.length === 0) continue;
      surroundings.onWire({ device: device.name, request: bytes, frames });
      const pauseMs =
        surroundings.mode === "instant"
          ? device.turnaroundMs - device.dispenser.plan.turnaroundMs
          : device.turnaroundMs;
      port.answer(frames, bytes.length, pauseMs);
    }
  };
  const port = new AnsweringPort({
    ...surroundings,
    faults: () => withHabits(surroundings.faults(), device),
    settings,
    heard: (bytes) => {
      clearTimeout(silence);
      take(scanner.push(bytes));
      if (scanner.isWaiting) {
        silence = setTimeout(() => take(scanner.giveUp()), Math.ceil(GIVE_UP_CHARACTERS * characterMs(settings)));
      }
    },
  });
  return {
    plug: () => port.plug(),
    pull: () => {
      clearTimeout(silence);
      scanner.giveUp();
      port.pull();
    },
  };
}

/** Some boards always send in two pieces, or all at once: their habit stands where no fault says otherwise. */
function withHabits(faults: LineFaults, device: TaxPortDevice): LineFaults {
  const { splitAnswers, mergeAnswers } = device.dispenser.plan;
  return {
    ...faults,
    merge: faults.merge || mergeAnswers,
    splitGapMs: faults.splitGapMs > 0 ? faults.splitGapMs : splitAnswers ? SPLIT_GAP_MS : 0,
  };
}
