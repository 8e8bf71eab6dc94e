/**
 * Brings the events of the live stream into the query cache, so that every screen that shows the data updates.
 */
import type { QueryClient } from "@tanstack/react-query";
import type {
  Flag,
  FlagDetail,
  Sale,
  SealStatus,
  StationDetail,
  StationSummary,
  TankLevel,
} from "../../../api/schemas.ts";
import {
  detailWithLevel,
  detailWithSale,
  detailWithSeal,
  mergeFlag,
  mergeLevels,
  mergeSales,
  mergeStation,
} from "./merge.ts";
import { CURVE_READINGS, type FlagFilter } from "./queries.ts";

/** One event of `/api/v1/live`. */
export type LiveEvent =
  | { name: "sale"; data: Sale }
  | { name: "tank"; data: TankLevel }
  | { name: "seal"; data: SealStatus }
  | { name: "flag"; data: Flag }
  | { name: "station"; data: StationSummary }
  | { name: "notice"; data: unknown };

export const LIVE_EVENTS = ["sale", "tank", "seal", "flag", "station", "notice"] as const satisfies LiveEvent["name"][];

/**
 * Applies one event to everything loaded that it touches. What is not loaded is left alone.
 */
export function applyLiveEvent(cache: QueryClient, event: LiveEvent): void {
  switch (event.name) {
    case "sale":
      applySale(cache, event.data);
      return;
    case "tank":
      applyLevel(cache, event.data);
      return;
    case "seal":
      updateDetail(cache, event.data.station, (detail) => detailWithSeal(detail, event.data));
      return;
    case "flag":
      applyFlag(cache, event.data);
      return;
    case "station":
      applyStation(cache, event.data);
      return;
    case "notice":
      // The event says only that there is something new.
      void cache.invalidateQueries({ queryKey: ["notices"] });
  }
}

function applySale(cache: QueryClient, sale: Sale): void {
  for (const [key] of cache.getQueriesData({ queryKey: ["sales"] })) {
    const { station, limit } = key[1] as { station: string | undefined; limit: number };
    if (station !== undefined && station !== sale.station) continue;
    cache.setQueryData<{ items: Sale[]; next: string | null }>(
      key,
      (answer) => answer && { ...answer, items: mergeSales([sale], answer.items, limit) },
    );
  }
  updateDetail(cache, sale.station, (detail) => detailWithSale(detail, sale));
}

function applyLevel(cache: QueryClient, level: TankLevel): void {
  cache.setQueryData<{ items: TankLevel[] }>(
    ["levels", { station: level.station, tank: level.tank }],
    (answer) => answer && { items: mergeLevels(answer.items, [level], CURVE_READINGS) },
  );
  updateDetail(cache, level.station, (detail) => detailWithLevel(detail, level));
}

function applyFlag(cache: QueryClient, flag: Flag): void {
  for (const [key] of cache.getQueriesData({ queryKey: ["flags"] })) {
    const filter = key[1] as FlagFilter;
    const keep = (candidate: Flag) =>
      (filter.station === undefined || filter.station === candidate.station) &&
      (filter.state === undefined || filter.state === candidate.state) &&
      (filter.severity === undefined || filter.severity === candidate.severity);
    cache.setQueryData<{ items: Flag[]; next: string | null }>(
      key,
      (answer) => answer && { ...answer, items: mergeFlag(answer.items, flag, keep, filter.limit) },
    );
  }
  // Counts cannot be told from one flag: it may have been open before.
  void cache.invalidateQueries({ queryKey: ["open-flags"] });
  // The queue comes in pages, narrowed in more ways than can be told from an event.
  void cache.invalidateQueries({ queryKey: ["flag-queue"] });
  const detail = cache.getQueryData<FlagDetail>(["flag", flag.id]);
  if (detail === undefined) return;
  cache.setQueryData<FlagDetail>(["flag", flag.id], { ...detail, flag });
  // A flag that grew has new records, which the event does not carry.
  if (flag.findings !== detail.flag.findings) void cache.invalidateQueries({ queryKey: ["flag", flag.id] });
}

function applyStation(cache: QueryClient, station: StationSummary): void {
  cache.setQueryData<{ items: StationSummary[] }>(
    ["stations"],
    (answer) => answer && { items: mergeStation(answer.items, station) },
  );
  const changed = cache.getQueryData<StationDetail>(["station", station.id])?.station.state !== station.state;
  updateDetail(cache, station.id, (detail) => ({ ...detail, station }));
  // Coming and going changes links and gateways too, which the event does not carry.
  if (changed) void cache.invalidateQueries({ queryKey: ["station", station.id] });
}

function updateDetail(cache: QueryClient, station: string, update: (detail: StationDetail) => StationDetail): void {
  cache.setQueryData<StationDetail>(["station", station], (detail) => detail && update(detail));
}
