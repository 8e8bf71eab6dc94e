/** Replays a span of a station's history from the store. */
import type { StationVersion } from "../registry/store.ts";
import type { RuleStore } from "../store/store.ts";
import { Replay, type ReplayResult } from "./replay.ts";
import type { Parameters } from "./rule.ts";

const PAGE = 100;

/**
 * @param versions of the station's registry entry, at least one
 * @param span epoch ms by the collector's clock; inputs outside are left out
 */
export async function replayStore(
  store: RuleStore,
  versions: readonly StationVersion[],
  configured: Record<string, Parameters>,
  span: { fromMs: number; untilMs: number },
): Promise<ReplayResult> {
  const station = versions[0]!.entry.id;
  const replay = new Replay(versions, configured);
  for (let cursor = 0; ; ) {
    const page = await store.inputsAfter(station, cursor, PAGE);
    const last = page[page.length - 1];
    if (last === undefined) return replay.finish();
    cursor = last.id;
    for (const { input } of page) {
      // What was filed or changed before the span still counts in it.
      const isLasting = input.kind === "filing" || input.kind === "registry";
      if (input.atMs > span.untilMs || (input.atMs < span.fromMs && !isLasting)) continue;
      replay.input(input);
    }
  }
}
