/** What the registry's screens ask the API for, and what they send. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  Coverage,
  FiledChangeView,
  ImportResult,
  RegistryEntry,
  RegistryRow,
  RegistryVersion,
} from "../../../../api/registry-schemas.ts";
import { get, type Parameters, sendFile } from "../../data/client.ts";

export type RegistryFilter = Parameters;

/** Stations that are read at once. */
const ROWS = 100;
const VERSIONS = 50;
const CHANGES = 200;

interface RegistryPart {
  total: number;
  items: RegistryRow[];
  next: string | null;
}

export const registryQuery = (filter: RegistryFilter) =>
  queryOptions({
    queryKey: ["registry", filter] as const,
    queryFn: () => get<RegistryPart>("/registry/stations", { limit: ROWS, ...filter }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

/** The list part by part: each begins where the one before ended. */
export const registryPartsQuery = (filter: RegistryFilter) =>
  infiniteQueryOptions({
    queryKey: ["registry-parts", filter] as const,
    queryFn: ({ pageParam }) =>
      get<RegistryPart>("/registry/stations", { limit: ROWS, ...filter, after: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ["registry-entry", id],
    queryFn: () => get<RegistryEntry>(`/registry/stations/${encodeURIComponent(id)}`),
  });

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ["registry-history", id],
    queryFn: () =>
      get<{ items: RegistryVersion[] }>(`/registry/stations/${encodeURIComponent(id)}/history`, { limit: VERSIONS }),
  });

export const changesQuery = (filter: { station?: string | undefined; state?: string | undefined }) =>
  queryOptions({
    queryKey: ["registry-changes", filter] as const,
    queryFn: () => get<{ items: FiledChangeView[] }>("/registry/changes", { ...filter, limit: CHANGES }),
    placeholderData: keepPreviousData,
  });

export const coverageQuery = queryOptions({
  queryKey: ["registry-coverage"],
  queryFn: () => get<Coverage>("/registry/coverage"),
  refetchInterval: 60_000,
});

/** Sends a file to be imported, or only tried. @param table what it holds; undefined: to be found out */
export function sendImport(
  file: File,
  order: { table: string | undefined; dryRun: boolean; allOrNothing: boolean; why: string },
): Promise<ImportResult> {
  const query = new URLSearchParams({ name: file.name.slice(-200), dryRun: String(order.dryRun), why: order.why });
  if (order.table !== undefined) query.set("table", order.table);
  if (order.allOrNothing) query.set("allOrNothing", "true");
  return sendFile<ImportResult>(`/registry/imports?${query}`, file);
}
