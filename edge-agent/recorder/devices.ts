/** Keeps who a gauge or hub says it is, and how its clock stands: the first time, every change, once a day. Pure. */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import type { DeviceObservation } from "../drivers/observation.ts";
import { deviceMs } from "./delivery-reports.ts";
import { nothing, type Outcome } from "./outcome.ts";
import { RESTATED_MS, Restated } from "./restated.ts";

type DeviceRecord = RecordOf<"device">;

/** Clocks drift, and stamps have minutes: only a larger move is one that somebody made. */
const CLOCK_DEAD_BAND_MS = 150_000;
const MINUTE_STAMP = 16;
const HALF_A_MINUTE_MS = 30_000;
const MAX_PARTS = 64;
const MAX_NAME = 40;

interface Known {
  identity: string;
  offsetMs: number | null;
}

export class DeviceRecorder {
  readonly #devices = new Restated<Known>();

  /** @param known the newest device record of each device */
  constructor(known: ReadonlyMap<string, DeviceRecord>) {
    for (const [device, record] of known) {
      this.#devices.know(device, { identity: identityOf(record), offsetMs: record.clockOffsetMs });
    }
  }

  /** A device said who it is. @param now monotonic milliseconds @param epochMs the time of day */
  device(seen: DeviceObservation, now: number, epochMs: number): Outcome {
    const { point: _, ...rest } = seen;
    const parts = seen.parts.slice(0, MAX_PARTS).map((part) => ({ ...part, name: part.name.slice(0, MAX_NAME) }));
    const identity = identityOf({ ...seen, parts });
    const offsetMs = offsetOf(seen.deviceClock, epochMs);
    const previous = this.#devices.valueOf(seen.device);
    const isSame = previous?.identity === identity && !clockMoved(previous.offsetMs, offsetMs);
    const cause = this.#devices.causeOf(seen.device, isSame, now, RESTATED_MS);
    if (cause === undefined) return nothing;
    this.#devices.stated(seen.device, { identity, offsetMs }, now);
    return { records: [{ kind: "device", cause, ...rest, parts, clockOffsetMs: offsetMs }], wants: [] };
  }

  /** The device answers again: it may be another one. */
  afterSilence(device: string): void {
    this.#devices.afterSilence(device);
  }
}

function identityOf({ model, serial, software, parts }: Pick<DeviceRecord, "model" | "serial" | "software" | "parts">) {
  return JSON.stringify([model, serial, software, parts.map((part) => [part.name, part.serial, part.model])]);
}

/** Device's clock less ours. A stamp of minutes means some moment within its minute: its middle is taken. */
function offsetOf(deviceClock: string | null, epochMs: number): number | null {
  const stated = deviceMs(deviceClock);
  if (stated === undefined) return null;
  return stated + (deviceClock?.length === MINUTE_STAMP ? HALF_A_MINUTE_MS : 0) - Math.round(epochMs);
}

function clockMoved(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) > CLOCK_DEAD_BAND_MS;
}
