/**
 * The name of a station where only its id is at hand.
 */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { StationSummary } from "../../../api/schemas.ts";
import { stationsQuery } from "../data/queries.ts";
import type { Language } from "../language/language.ts";
import { useSpeech } from "../language/language-context.tsx";

export function stationName(station: Pick<StationSummary, "nameZh" | "nameEn">, language: Language): string {
  return language === "zh" ? station.nameZh : station.nameEn;
}

/**
 * Finds names by id; gives the id itself while names are not loaded or the station is not registered. The same function
 * as long as names and language are the same: what is drawn with it is drawn anew only then.
 */
export function useStationNames(): (id: string) => string {
  const { language } = useSpeech();
  const { data } = useQuery(stationsQuery);
  return useCallback(
    (id: string) => {
      const station = data?.items.find((candidate) => candidate.id === id);
      return station === undefined ? id : stationName(station, language);
    },
    [data, language],
  );
}
