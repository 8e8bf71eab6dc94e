/** From registry entries to what the API says of them. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FiledChange } from "../registry/change-store.ts";
import type { FieldChange } from "../registry/history.ts";
import type { StationEntry } from "../registry/schema.ts";
import type { RecordedVersion } from "../registry/store.ts";
import type { FiledChangeView, RegistryEntry, RegistryRow, RegistryVersion } from "./registry-schemas.ts";

/** A station in a list. @param gateways trusted now */
export function registryRow({ entry, version, knownMs }: RecordedVersion, gateways: readonly string[]): RegistryRow {
  const { id, nameZh, nameEn, county, status = "in-service" } = entry;
  return {
    ...{ id, nameZh, nameEn, county, status },
    creditCode: entry.creditCode ?? null,
    owner: entry.owner ?? null,
    brand: entry.brand ?? null,
    licenceNumber: entry.licenceNumber ?? null,
    licenceUntil: entry.licenceUntil ?? null,
    dispensers: entry.dispensers.length,
    nozzles: entry.dispensers.reduce((sum, { nozzles }) => sum + nozzles.length, 0),
    tanks: entry.tanks.length,
    seals: entry.seals.length,
    gateways: [...gateways],
    version,
    changedAt: formatTime(knownMs),
  };
}

/** A station's entry as it stands. */
export function registryEntry(version: RecordedVersion, gateways: readonly string[]): RegistryEntry {
  const { entry, who: by, why } = version;
  return { version: version.version, ...times(version), by, why, gateways: [...gateways], entry };
}

/** A version with what it changed. */
export function registryVersion(version: RecordedVersion & { changes: FieldChange[] }): RegistryVersion {
  const { who: by, why, change, changes } = version;
  return { version: version.version, ...times(version), by, why, change, changes };
}

/** A filed change. */
export function changeView(change: FiledChange): FiledChangeView {
  const { id, station, kind, subject, workOrder, fromMs, untilMs, why, plan, state, filedMs, filedBy } = change;
  const { decision, done } = change;
  return {
    ...{ id, station, kind, subject, workOrder, from: formatTime(fromMs), until: formatTime(untilMs), why, state },
    plan: plan as FiledChangeView["plan"],
    filed: { by: filedBy.name, at: formatTime(filedMs) },
    decision: decision && { by: decision.by.name, at: formatTime(decision.atMs), why: decision.why },
    done: done && { by: done.by.name, at: formatTime(done.atMs), toldAt: formatTime(done.toldMs) },
  };
}

function times({ fromMs, knownMs }: RecordedVersion): { from: string | null; changedAt: string } {
  return { from: fromMs === 0 ? null : formatTime(fromMs), changedAt: formatTime(knownMs) };
}

export interface RegistryFilter {
  county?: string | undefined;
  brand?: string | undefined;
  status?: string | undefined;
  /** `no`: without any gateway that is trusted */
  gateway?: "yes" | "no" | undefined;
  /** licences that end before this day, and stations without one */
  licenceBefore?: string | undefined;
  /** part of an id, a name, an owner, a credit code or an address */
  search?: string | undefined;
}

/** Whether a station is among those that are asked for. */
export function fits(entry: StationEntry, gateways: readonly string[], filter: RegistryFilter): boolean {
  const { county, brand, status, gateway, licenceBefore, search } = filter;
  if (county !== undefined && entry.county !== county && !entry.id.startsWith(`${county}-`)) return false;
  if (brand !== undefined && entry.brand !== brand) return false;
  if (status !== undefined && (entry.status ?? "in-service") !== status) return false;
  if (gateway !== undefined && (gateway === "yes") !== gateways.length > 0) return false;
  if (licenceBefore !== undefined && (entry.licenceUntil ?? "") >= licenceBefore) return false;
  if (search === undefined) return true;
  const words = search.toLowerCase();
  const { id, nameZh, nameEn, owner = "", creditCode = "", address = "" } = entry;
  return [id, nameZh, nameEn, owner, creditCode, address].some((text) => text.toLowerCase().includes(words));
}
