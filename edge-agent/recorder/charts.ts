/** Keeps the strapping table of each tank: the first, every change, and once a day that it is still the same. */
import { createHash } from "node:crypto";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import type { ChartObservation } from "../drivers/observation.ts";
import { nothing, type Outcome } from "./outcome.ts";
import { RESTATED_MS, Restated } from "./restated.ts";

type ChartRecord = RecordOf<"chart">;

/** A journal line has room for so many points; a finer chart is stated by evenly chosen ones. */
const MAX_POINTS = 256;
/** Texts of frames kept beside a chart, for the same reason. */
const MAX_RAW = 4;

export class ChartRecorder {
  readonly #charts = new Restated<{ device: string; sha256: string; deviceChangedAt: string | null }>();

  /** @param known the newest chart record of each tank */
  constructor(known: ReadonlyMap<string, ChartRecord>) {
    for (const [tank, { device, chartSha256, deviceChangedAt }] of known) {
      this.#charts.know(tank, { device, sha256: chartSha256, deviceChangedAt });
    }
  }

  /** A gauge stated its chart. @param now monotonic milliseconds */
  chart(seen: ChartObservation, now: number): Outcome {
    const { point: _, points: all, raw, ...rest } = seen;
    const points = thinned(all);
    const sha256 = createHash("sha256").update(canonical(points)).digest("hex");
    const previous = this.#charts.valueOf(seen.tank);
    const isSame = previous?.sha256 === sha256 && previous.deviceChangedAt === seen.deviceChangedAt;
    const cause = this.#charts.causeOf(seen.tank, isSame, now, RESTATED_MS);
    if (cause === undefined) return nothing;
    this.#charts.stated(seen.tank, { device: seen.device, sha256, deviceChangedAt: seen.deviceChangedAt }, now);
    const chartSha256 = sha256;
    const previousChartSha256 = previous?.sha256 ?? null;
    return {
      records: [
        { kind: "chart", cause, ...rest, points, chartSha256, previousChartSha256, raw: raw.slice(0, MAX_RAW) },
      ],
      wants: [],
    };
  }

  /** A gauge answers again: its next charts are worth stating. */
  afterSilence(device: string): void {
    for (const tank of this.#charts.subjects()) {
      if (this.#charts.valueOf(tank)?.device === device) this.#charts.afterSilence(tank);
    }
  }
}

function thinned<T>(points: readonly T[]): T[] {
  if (points.length <= MAX_POINTS) return [...points];
  const last = points.length - 1;
  return Array.from({ length: MAX_POINTS }, (_, index) => points[Math.round((index * last) / (MAX_POINTS - 1))] as T);
}
