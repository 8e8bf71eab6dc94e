/** What is missing, wrong or about to end in a registry that stands: a list to work off. Pure. */
import { localDate } from "@forecourt/protocol/time.ts";
import { type Bilingual, entryFaults } from "./check-entry.ts";
import type { StationEntry } from "./schema.ts";
import type { Heard } from "./store.ts";

export interface RegistryFinding {
  station: string;
  nameZh: string;
  /** the part, or the station itself */
  name: string;
  what: Bilingual;
}

const DAY_MS = 86_400_000;

/** @param until licences and verifications that end within so many days are told */
export function checkRegistry(
  stations: readonly StationEntry[],
  { gatewaysOf }: { gatewaysOf: (station: string) => readonly string[] },
  heard: Heard,
  until: { nowMs: number; days: number },
): RegistryFinding[] {
  const today = localDate(until.nowMs);
  const last = localDate(until.nowMs + until.days * DAY_MS);
  return stations
    .filter(({ status }) => status !== "closed")
    .flatMap((station) => {
      const { id, nameZh } = station;
      const told: [string, string, string][] = [
        ...entryFaults(station).map(({ path, message }): [string, string, string] => [
          path.join("."),
          message.zh,
          message.en,
        ]),
        ...missingFacts(station),
        ...ending(station, today, last),
        ...(gatewaysOf(id).length === 0 ? [[id, "没有网关", "has no gateway"] as [string, string, string]] : []),
        ...unheard(station, heard),
      ];
      return told.map(([name, zh, en]) => ({ station: id, nameZh, name, what: { zh, en } }));
    });
}

function missingFacts({ id, creditCode, owner, licenceUntil, location }: StationEntry): [string, string, string][] {
  const facts: [unknown, string, string][] = [
    [creditCode, "缺统一社会信用代码", "no credit code"],
    [owner, "缺经营企业", "no owner"],
    [licenceUntil, "缺许可证有效期", "no end of its licence"],
    [location, "缺坐标", "no location"],
  ];
  return facts.flatMap(([value, zh, en]) => (value === undefined ? [[id, zh, en]] : []));
}

function ending(
  { id, licenceUntil, dispensers }: StationEntry,
  today: string,
  last: string,
): [string, string, string][] {
  const days: [string, string | undefined, string, string][] = [
    [id, licenceUntil, "许可证", "its licence"],
    ...dispensers.map(({ device, verifiedUntil }): [string, string | undefined, string, string] => [
      device,
      verifiedUntil,
      "检定",
      "its verification",
    ]),
  ];
  return days.flatMap(([name, day, zh, en]): [string, string, string][] => {
    if (day === undefined || day > last) return [];
    return day < today
      ? [[name, `${zh}已于 ${day} 到期`, `${en} ended on ${day}`]]
      : [[name, `${zh}将于 ${day} 到期`, `${en} ends on ${day}`]];
  });
}

function unheard({ id, dispensers, tanks }: StationEntry, heard: Heard): [string, string, string][] {
  const silent =
    (zh: string, en: string) =>
    (name: string): [string, string, string] => [name, zh, en];
  return [
    ...dispensers
      .filter(({ nozzles }) => nozzles.every(({ nozzle }) => !heard.nozzles.has(`${id}\n${nozzle}`)))
      .map(({ device }) => silent("从未收到数据", "never told anything")(device)),
    ...tanks
      .filter(({ tank }) => !heard.tanks.has(`${id}\n${tank}`))
      .map(({ tank }) => silent("从未收到液位", "never told a level")(tank)),
  ];
}
