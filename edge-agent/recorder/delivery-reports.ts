/**
 * Keeps each delivery that a gauge reports, once. Pure. Its stamps have minutes and are the gauge's own: they are
 * turned into times of our clock by how long ago the gauge says they were, and kept beside as the gauge stated them.
 */
import type { RecordBody, RecordOf } from "@forecourt/protocol/records/schema.ts";
import { formatTime, parseTime } from "@forecourt/protocol/time.ts";
import type { DeliveryObservation } from "../drivers/observation.ts";
import { nothing, type Outcome } from "./outcome.ts";

type DeliveryRecord = RecordOf<"delivery">;

interface Seen {
  /** The end of the newest delivery that an earlier run recorded, by the gauge's clock; null when none ever was. */
  lastEndedAt: string | null;
  /** The gauge's clock when this run first heard its list; null before. What that list holds may be old. */
  firstHeardAt: string | null;
  keys: Set<string>;
}

/** At first contact a gauge lists deliveries of weeks ago: only those of the last day are news. */
const NEWS_MS = 86_400_000;
/** Consoles keep ten deliveries a tank; more keys than this are old. */
const MAX_KEYS = 100;

export class DeliveryReports {
  readonly #tanks = new Map<string, Seen>();

  /** @param known the newest delivery record of each tank that a gauge reported */
  constructor(known: ReadonlyMap<string, DeliveryRecord>) {
    for (const [tank, { deviceEndedAt, deviceStartedAt }] of known) {
      const keys = new Set([`${deviceStartedAt}/${deviceEndedAt}`]);
      this.#tanks.set(tank, { lastEndedAt: deviceEndedAt, firstHeardAt: null, keys });
    }
  }

  /** A gauge reports a delivery, perhaps not for the first time. @param epochMs the time of day */
  delivery(seen: DeliveryObservation, epochMs: number): Outcome {
    const { tank, deviceStartedAt, deviceEndedAt, deviceNow } = seen;
    if (deviceEndedAt === null || deviceStartedAt === null) return nothing;
    const state = this.#tanks.get(tank) ?? { lastEndedAt: null, firstHeardAt: null, keys: new Set() };
    this.#tanks.set(tank, state);
    state.firstHeardAt ??= deviceNow;
    const key = `${deviceStartedAt}/${deviceEndedAt}`;
    if (state.keys.has(key)) return nothing;
    if (state.keys.size >= MAX_KEYS) state.keys.clear();
    state.keys.add(key);
    // Later lists hold something new whatever its stamps say: the gauge's clock may have been set back.
    if (deviceNow === state.firstHeardAt && isOld(seen, state.lastEndedAt)) return nothing;
    return { records: [recordOf(seen, { deviceStartedAt, deviceEndedAt }, epochMs)], wants: [] };
  }
}

function isOld({ deviceNow, deviceEndedAt }: DeliveryObservation, lastEndedAt: string | null): boolean {
  if (lastEndedAt !== null) return (deviceEndedAt ?? "") <= lastEndedAt;
  const [now, ended] = [deviceMs(deviceNow), deviceMs(deviceEndedAt)];
  return now !== undefined && ended !== undefined && now - ended > NEWS_MS;
}

function recordOf(
  seen: DeliveryObservation,
  stamps: { deviceStartedAt: string; deviceEndedAt: string },
  epochMs: number,
): RecordBody {
  const { device, tank, deviceNow, start, end, volumeCl, raw } = seen;
  const deviceNowMs = deviceMs(deviceNow);
  const ours = (stamp: string) => formatTime(epochMs - ((deviceNowMs ?? epochMs) - (deviceMs(stamp) ?? epochMs)));
  const isClockKnown = deviceNowMs !== undefined || seen.quality !== "good";
  return {
    kind: "delivery",
    device,
    tank,
    basis: "gauge-report",
    startedAt: ours(stamps.deviceStartedAt),
    endedAt: ours(stamps.deviceEndedAt),
    ...stamps,
    start,
    end,
    volumeCl,
    quality: isClockKnown ? seen.quality : "unconfirmed",
    reason: isClockKnown ? seen.reason : "the gauge does not state its own clock: its stamps are taken as they are",
    raw,
  };
}

/** A gauge's stamp as epoch milliseconds, if its clock showed the station's time. */
export function deviceMs(stamp: string | null): number | undefined {
  if (stamp === null) return undefined;
  return parseTime(`${stamp.length === 16 ? `${stamp}:00` : stamp}.000+08:00`);
}
