/**
 * Walks what is stored and removes what the policy lets go, a small piece at a time, beside a collector that takes records
 * in. What it will do is on record before the first piece, and what it did after the last; cut off anywhere, it goes on.
 */
import { type Layer, layersOf, Protection, type RetentionPolicy } from "./policy.ts";
import type { Piece, RetentionStore } from "./store.ts";

export interface PurgeOrder {
  policy: RetentionPolicy;
  /** epoch ms */
  nowMs: number;
  /** false: only counts what would go */
  apply: boolean;
  by: string;
  why: string;
  /** Between two pieces the collector has the database for itself. */
  pause: (ms: number) => Promise<void>;
}

export interface LayerResult {
  layer: Layer;
  /** what was received before this moment may go, epoch ms */
  beforeMs: number;
  records: number;
  batches: number;
  bytes: number;
  /** batches that had to stay: evidence, or not summed or judged yet */
  spared: number;
}

const PAUSE_MS = 20;

/** @returns what went, or would go, of each layer */
export async function purge(store: RetentionStore, order: PurgeOrder): Promise<LayerResult[]> {
  const { policy, nowMs, apply, by, why } = order;
  const layers = layersOf(policy, nowMs);
  const protection = new Protection(store.flags(), policy, nowMs);
  if (apply) store.note({ atMs: nowMs, who: by, action: "retention.begun", detail: { why, policy, layers } });
  const results: LayerResult[] = [];
  for (const { layer, beforeMs } of layers) results.push(await walk(store, order, { layer, beforeMs, protection }));
  if (apply)
    store.note({
      atMs: nowMs,
      who: by,
      action: "retention.done",
      detail: { why, removed: results.map((one) => ({ ...one })) },
    });
  return results;
}

async function walk(
  store: RetentionStore,
  { apply, pause }: PurgeOrder,
  { layer, beforeMs, protection }: { layer: Layer; beforeMs: number; protection: Protection },
): Promise<LayerResult> {
  const result: LayerResult = { layer, beforeMs, records: 0, batches: 0, bytes: 0, spared: 0 };
  const until = store.receivedBefore(beforeMs);
  // First what had to stay the last time.
  for (const from of ["spared", "new"] as const) {
    let after = from === "spared" ? 0 : store.place(layer);
    for (;;) {
      const piece: Piece = store.remove({ layer, from, after, until, beforeMs, protection, apply });
      result.records += piece.records;
      result.batches += piece.batches;
      result.bytes += piece.bytes;
      result.spared += piece.spared;
      if (piece.isLast) break;
      after = piece.after;
      await pause(apply ? PAUSE_MS : 0);
    }
  }
  return result;
}
