/** Views of one page that the reader may use. */
import { queryOptions } from "@tanstack/react-query";
import type { SavedView } from "../../../api/statistics-schemas.ts";
import { get } from "./client.ts";

export const savedViewsQuery = (page: SavedView["page"]) =>
  queryOptions({
    queryKey: ["saved-views", page] as const,
    queryFn: () => get<{ items: SavedView[] }>("/views", { page }),
    refetchInterval: false,
  });
