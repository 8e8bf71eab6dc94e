/** What the screens of daily inspections ask for and send. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Inspection, InspectionDay, InspectionDetail } from "../../../api/inspection-schemas.ts";
import { get, send } from "./client.ts";

export const inspectionDaysQuery = queryOptions({
  queryKey: ["inspections", "days"] as const,
  queryFn: () => get<{ items: InspectionDay[] }>("/inspections/days"),
});

/** @param day undefined: today in the prefecture */
export const inspectionsOfDayQuery = (day: string | undefined) =>
  queryOptions({
    queryKey: ["inspections", "day", day] as const,
    queryFn: () => get<{ items: Inspection[] }>("/inspections", { day }),
    placeholderData: keepPreviousData,
  });

export const inspectionsOfStationQuery = (station: string) =>
  queryOptions({
    queryKey: ["inspections", "station", station] as const,
    queryFn: () => get<{ items: Inspection[] }>("/inspections", { station }),
  });

const pathOf = (station: string, day: string) => `/inspections/${encodeURIComponent(station)}/${day}`;

export const inspectionQuery = (station: string, day: string) =>
  queryOptions({
    queryKey: ["inspections", "one", station, day] as const,
    queryFn: () => get<InspectionDetail>(pathOf(station, day)),
  });

export const useConfirmGood = (day: string) =>
  useChange((stations: string[]) => send<{ left: string[] }>("POST", `/inspections/${day}/confirm-good`, { stations }));

export const useConfirm = (station: string, day: string) =>
  useChange((remark: string) => send<Inspection>("POST", `${pathOf(station, day)}/confirm`, { remark }));

export const useRemark = (station: string, day: string) =>
  useChange((text: string) => send("POST", `${pathOf(station, day)}/remarks`, { text }));

export const useRecheck = (station: string, day: string) =>
  useChange((_: undefined) => send("POST", `${pathOf(station, day)}/recheck`));

export const useFinding = (station: string, day: string) =>
  useChange((finding: { title: string; text: string }) =>
    send<{ id: string; number: string }>("POST", `${pathOf(station, day)}/findings`, finding),
  );

/** All that is shown of inspections is read anew, whatever came of it. */
function useChange<Order, Answer>(change: (order: Order) => Promise<Answer>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => cache.invalidateQueries({ queryKey: ["inspections"] }),
  });
}
