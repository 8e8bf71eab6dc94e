/**
 * What the screens ask for, by name. Live events keep the answers fresh; a slow repeat catches what events do not
 * carry (links, identities, gateways) and whatever slipped between an answer and the opening of the stream.
 */
import { keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import type { Delivery } from "../../../api/equipment-schemas.ts";
import type { Rule, Sale, TankLevel } from "../../../api/schemas.ts";
import { ApiError, api, get } from "./client.ts";
import { mergeLevels, mergeSales } from "./merge.ts";

const REPEAT_MS = 15_000;
/** The API gives at most this many sales or flags at once. */
export const MAX_ROWS = 500;
/** Readings in a tank's curve: at one a minute, a working day. */
export const CURVE_READINGS = 500;

/** Asks once more when the server was not reached, never when it refused. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchInterval: REPEAT_MS,
        retry: (failures, error) => failures < 1 && error instanceof ApiError && error.problem === undefined,
      },
    },
  });
}

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () =>
    api.session().catch((error: unknown) => {
      if (error instanceof ApiError && error.problem?.status === 401) return null;
      throw error;
    }),
  refetchInterval: 60_000,
});

export const ownSessionsQuery = queryOptions({ queryKey: ["own-sessions"], queryFn: api.ownSessions });

export const stationsQuery = queryOptions({ queryKey: ["stations"], queryFn: api.stations });

export const stationQuery = (id: string) => queryOptions({ queryKey: ["station", id], queryFn: () => api.station(id) });

/** @param station only of this station; undefined for all */
export const salesQuery = (station: string | undefined, limit: number) =>
  queryOptions({
    queryKey: ["sales", { station, limit }] as const,
    queryFn: () => api.sales({ station, limit }),
    placeholderData: keepPreviousData,
    // A sale never changes, so an answer that set out before an event arrived must not take that event back.
    structuralSharing: (before, after) => keepSales(before as SalesAnswer | undefined, after as SalesAnswer, limit),
  });

export const levelsQuery = (station: string, tank: string) =>
  queryOptions({
    queryKey: ["levels", { station, tank }] as const,
    queryFn: () => api.tankLevels({ station, tank, limit: CURVE_READINGS }),
    structuralSharing: (before, after) => {
      const known = (before as LevelsAnswer | undefined)?.items ?? [];
      return { items: mergeLevels(known, (after as LevelsAnswer).items, CURVE_READINGS) };
    },
  });

/** The latest deliveries into a tank. */
export const deliveriesQuery = (station: string, tank: string) =>
  queryOptions({
    queryKey: ["deliveries", { station, tank }] as const,
    queryFn: () => get<{ items: Delivery[] }>("/deliveries", { station, tank }),
    refetchInterval: 60_000,
  });

/** What a list of flags is narrowed to. */
export interface FlagFilter {
  station?: string | undefined;
  state?: string | undefined;
  severity?: string | undefined;
  limit: number;
}

export const flagsQuery = (filter: FlagFilter) =>
  queryOptions({
    queryKey: ["flags", filter] as const,
    queryFn: () => api.flags(filter),
    placeholderData: keepPreviousData,
  });

/** How many flags are open, by department. */
export const openFlagsQuery = queryOptions({ queryKey: ["open-flags"], queryFn: api.openFlags });

/** What is summed, and what is kept apart. */
export type StatisticsFilter = {
  from: string;
  to: string;
  county?: string | undefined;
  brand?: string | undefined;
  station?: string | undefined;
  grade?: string | undefined;
  step?: string | undefined;
  by?: string | undefined;
};

export const saleStatisticsQuery = (filter: StatisticsFilter) =>
  queryOptions({
    queryKey: ["statistics", "sales", filter] as const,
    queryFn: () => api.saleStatistics(filter),
    placeholderData: keepPreviousData,
  });

export const outliersQuery = (filter: Pick<StatisticsFilter, "from" | "to" | "county">) =>
  queryOptions({
    queryKey: ["statistics", "outliers", filter] as const,
    queryFn: () => api.outliers(filter),
    placeholderData: keepPreviousData,
  });

/** The rules in force: what kinds of flags there are. */
export const rulesQuery = queryOptions({
  queryKey: ["rules"],
  queryFn: () => get<{ items: Rule[] }>("/rules"),
  refetchInterval: false,
});

export const flagQuery = (id: string) => queryOptions({ queryKey: ["flag", id], queryFn: () => api.flag(id) });

interface SalesAnswer {
  items: Sale[];
  next: string | null;
}
interface LevelsAnswer {
  items: TankLevel[];
}

function keepSales(before: SalesAnswer | undefined, after: SalesAnswer, limit: number): SalesAnswer {
  return before === undefined ? after : { ...after, items: mergeSales(before.items, after.items, limit) };
}

/** Where a flag stands, and the steps that can be taken from there. */
export const flagLifeQuery = (id: string) =>
  queryOptions({ queryKey: ["flag-life", id] as const, queryFn: () => api.flagLife(id) });
