/** Replays a span of a station's history from the store. */
import type { StationEntry } from "../registry/schema.ts";
import type { RuleStore } from "../store/store.ts";
import { Replay, type ReplayResult } from "./replay.ts";
import type { Parameters } from "./rule.ts";

const PAGE = 100;

/** @param span epoch ms by the collector's clock; inputs outside are left out */
export async function replayStore(
  store: RuleStore,
  station: StationEntry,
  configured: Record<string, Parameters>,
  span: { fromMs: number; untilMs: number },
): Promise<ReplayResult> {
  const replay = new Replay(station, configured);
  for (let cursor = 0; ; ) {
    const page = await store.inputsAfter(station.id, cursor, PAGE);
    const last = page[page.length - 1];
    if (last === undefined) return replay.finish();
    cursor = last.id;
    for (const { input } of page) {
      // What was filed before the span still counts in it.
      if (input.atMs > span.untilMs || (input.atMs < span.fromMs && input.kind !== "filing")) continue;
      replay.input(input);
    }
  }
}
