/** Query parameters that several routes share, and how they are read. */
import { NOZZLE_PATTERN, STATION_ID_PATTERN, TANK_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import type { FlagCursor, SaleCursor, UnknownCursor } from "../store/queries.ts";

export const StationQuery = Type.Optional(Type.String({ pattern: STATION_ID_PATTERN, description: "station id" }));
export const NozzleQuery = Type.Optional(Type.String({ pattern: NOZZLE_PATTERN }));
export const TankQuery = Type.Optional(Type.String({ pattern: TANK_PATTERN }));
export const TimeQuery = Type.Optional(
  Type.String({
    pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$",
    description: "RFC 3339 with offset",
  }),
);
export const CursorQuery = Type.Optional(Type.String({ maxLength: 120, description: "`next` of the page before" }));
export const limitQuery = (most: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, default: usual }));

/** A query's time as epoch ms; NaN when there is no such moment, undefined when none was given. */
export function queryTime(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** `<epoch ms>.<gateway>.<seq>` */
export function saleCursor(text: string | undefined): SaleCursor | undefined | "wrong" {
  if (text === undefined) return undefined;
  const match = /^(\d{1,15})\.(gw-[a-z0-9-]{1,40})\.(\d{1,16})$/.exec(text);
  return match === null ? "wrong" : { atMs: Number(match[1]), gateway: match[2]!, seq: Number(match[3]) };
}

/** A cursor of more than numbers and ids: an array of its parts, as base64url of JSON. */
export function unknownCursor(text: string | undefined): UnknownCursor | undefined | "wrong" {
  if (text === undefined) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(parts) || parts.length !== 4) return "wrong";
    const [lastMs, station, rule, subject] = parts as unknown[];
    if (!Number.isSafeInteger(lastMs) || ![station, rule, subject].every((part) => typeof part === "string")) {
      return "wrong";
    }
    return { lastMs: lastMs as number, station: station as string, rule: rule as string, subject: subject as string };
  } catch {
    return "wrong";
  }
}

/** The other way. */
export function unknownNext({ lastMs, station, rule, subject }: UnknownCursor): string {
  return Buffer.from(JSON.stringify([lastMs, station, rule, subject]), "utf8").toString("base64url");
}

/** `<epoch ms>.<id>` */
export function flagCursor(text: string | undefined): FlagCursor | undefined | "wrong" {
  if (text === undefined) return undefined;
  const match = /^(\d{1,15})\.([A-Za-z0-9_-]{1,40})$/.exec(text);
  return match === null ? "wrong" : { untilMs: Number(match[1]), id: match[2]! };
}
