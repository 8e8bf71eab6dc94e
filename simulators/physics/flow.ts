/** How fuel flows through one nozzle: full rate, then a slow last litre. Exact at any instant, whatever the steps. */

export interface Flow {
  targetCl: number;
  /** 0.01 L a millisecond. */
  fullRate: number;
  slowRate: number;
  /** Flow slows down for this last part. */
  slowPartCl: number;
}

/** The flow of a fill of `targetCl` (0.01 L, > 0) at `litresPerMin`, with its slow end. */
export function flowOf(
  targetCl: number,
  litresPerMin: number,
  end: { slowLPerMin: number; slowLastL: number } = { slowLPerMin: 6, slowLastL: 1 },
): Flow {
  return {
    targetCl,
    fullRate: rate(litresPerMin),
    slowRate: rate(Math.min(end.slowLPerMin, litresPerMin)),
    slowPartCl: Math.min(Math.round(end.slowLastL * 100), targetCl),
  };
}

/** An even flow without a slow end. */
export function evenFlow(targetCl: number, litresPerMin: number): Flow {
  return { targetCl, fullRate: rate(litresPerMin), slowRate: rate(litresPerMin), slowPartCl: 0 };
}

/** Whole milliseconds from the first drop to the last. */
export function flowDurationMs(flow: Flow): number {
  return Math.ceil((flow.targetCl - flow.slowPartCl) / flow.fullRate + flow.slowPartCl / flow.slowRate);
}

/** What has flowed `elapsedMs` after the first drop, in whole 0.01 L; never falls, ends at the target. */
export function flowedCl(flow: Flow, elapsedMs: number): number {
  if (elapsedMs <= 0) return 0;
  if (elapsedMs >= flowDurationMs(flow)) return flow.targetCl;
  const fullPartCl = flow.targetCl - flow.slowPartCl;
  const fullMs = fullPartCl / flow.fullRate;
  if (elapsedMs <= fullMs) return Math.floor(elapsedMs * flow.fullRate);
  return Math.min(flow.targetCl, Math.floor(fullPartCl + (elapsedMs - fullMs) * flow.slowRate));
}

function rate(litresPerMin: number): number {
  return (litresPerMin * 100) / 60_000;
}
