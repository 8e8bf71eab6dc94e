/**
 * How long what is stored is kept. Pure. Three layers: raw records as rows, by their kind; the gateways' signed batches,
 * which are the evidence; sums, which are kept for ever. What a flag or case rests on outlives both until it is settled.
 */
import { type Static, Type } from "typebox";

/** Kinds that are many. What a gateway says of itself, of its devices and commands is little, and stays with its batch. */
export const RAW_KINDS = ["sale", "total", "tank", "seal", "link", "delivery", "health"] as const;
export type RawKind = (typeof RAW_KINDS)[number];
/** What is walked: rows of a kind, or whole batches. */
export type Layer = RawKind | "batch";

const Years = Type.Integer({ minimum: 1, maximum: 100 });
export const RetentionSchema = Type.Object(
  {
    rawYears: Type.Object(
      Object.fromEntries(RAW_KINDS.map((kind) => [kind, Type.Optional(Years)])) as Record<
        RawKind,
        ReturnType<typeof Type.Optional<typeof Years>>
      >,
      { additionalProperties: false, description: "rows of these kinds are kept so long; of others as their batches" },
    ),
    evidenceYears: Type.Integer({
      ...{ minimum: 1, maximum: 100 },
      description: "signed batches are kept so long; those of a flag or case so long after its end",
    }),
  },
  { additionalProperties: false, description: "without it, nothing is ever removed" },
);
export type RetentionPolicy = Static<typeof RetentionSchema>;

/** The layers in the order in which they are walked, each with what was received before which moment may go. */
export function layersOf({ rawYears, evidenceYears }: RetentionPolicy, nowMs: number) {
  const raw = RAW_KINDS.flatMap((layer) => {
    const years = rawYears[layer];
    return years === undefined ? [] : [{ layer: layer as Layer, beforeMs: yearsBefore(nowMs, years) }];
  });
  return [...raw, { layer: "batch" as Layer, beforeMs: yearsBefore(nowMs, evidenceYears) }];
}

/** What is wrong with a policy, if anything: rows cannot outlive the batches that prove them. */
export function policyProblem({ rawYears, evidenceYears }: RetentionPolicy): string | undefined {
  const longer = RAW_KINDS.find((kind) => (rawYears[kind] ?? 0) > evidenceYears);
  return longer === undefined ? undefined : `rawYears.${longer} is longer than evidenceYears`;
}

/** The same day, years ago. */
export function yearsBefore(nowMs: number, years: number): number {
  const day = new Date(nowMs);
  return day.setUTCFullYear(day.getUTCFullYear() - years);
}

const DAY_MS = 86_400_000;
const MOST_SILENT_MS = 31 * DAY_MS;

/**
 * A clock that was set wrong must not remove what is young.
 * @param newestMs when something was last taken in, by this collector's clock then
 */
export function clockProblem(newestMs: number | undefined, nowMs: number): string | undefined {
  if (newestMs === undefined) return "nothing was ever received";
  if (nowMs - newestMs > MOST_SILENT_MS) return "nothing was received for a month: is the clock right?";
  return newestMs - nowMs > DAY_MS ? "what was received last is of tomorrow: is the clock right?" : undefined;
}

/** A flag with what it rests on, and whether somebody still needs it. */
export interface FlagStanding {
  evidence: readonly { gateway: string; fromSeq: number; toSeq: number }[];
  /** its cause goes on, it is under somebody's hands, or a case of it is not closed */
  isOpen: boolean;
  /** when the last of it ended, epoch ms */
  endedMs: number;
}

/** Places in gateways' chains that must stay. */
export class Protection {
  readonly #ranges = new Map<string, [number, number][]>();

  constructor(flags: Iterable<FlagStanding>, { evidenceYears }: RetentionPolicy, nowMs: number) {
    const before = yearsBefore(nowMs, evidenceYears);
    for (const { evidence, isOpen, endedMs } of flags) {
      if (!isOpen && endedMs < before) continue;
      for (const { gateway, fromSeq, toSeq } of evidence) {
        const ranges = this.#ranges.get(gateway);
        if (ranges === undefined) this.#ranges.set(gateway, [[fromSeq, toSeq]]);
        else ranges.push([fromSeq, toSeq]);
      }
    }
    for (const [gateway, ranges] of this.#ranges) this.#ranges.set(gateway, merged(ranges));
  }

  /** Whether any of these records must stay. */
  touches(gateway: string, fromSeq: number, toSeq: number): boolean {
    const ranges = this.#ranges.get(gateway);
    if (ranges === undefined) return false;
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]![1] < fromSeq) low = middle + 1;
      else high = middle;
    }
    return low < ranges.length && ranges[low]![0] <= toSeq;
  }
}

/** Ranges in order, without overlaps: both ends rise. */
function merged(ranges: [number, number][]): [number, number][] {
  const found: [number, number][] = [];
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
