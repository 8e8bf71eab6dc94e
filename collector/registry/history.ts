/** What changed between two versions of a station's entry, part by part: what a person reads of its history. Pure. */
import type { StationEntry } from "./schema.ts";

/** The kinds of parts that an entry consists of; `station` is what it says of itself. */
export const PARTS = ["station", "dispenser", "nozzle", "tank", "seal", "gateway"] as const;
export type Part = (typeof PARTS)[number];

export interface FieldChange {
  part: Part;
  /** name of the part, for example `tax-1` */
  name: string;
  /** null when the part as a whole came or went */
  field: string | null;
  /** null: was not there, or said nothing */
  before: string | null;
  after: string | null;
}

type Fields = Record<string, string>;

/** @param before undefined for a station's first version */
export function changesBetween(before: StationEntry | undefined, after: StationEntry): FieldChange[] {
  const was = before === undefined ? new Map<string, Fields>() : partsOf(before);
  const is = partsOf(after);
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  return keys.flatMap((key): FieldChange[] => {
    const [part, name] = key.split("\n") as [Part, string];
    const [old, now] = [was.get(key), is.get(key)];
    if (old === undefined) return [{ part, name, field: null, before: null, after: summary(now!) }];
    if (now === undefined) return [{ part, name, field: null, before: summary(old), after: null }];
    const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return fields
      .filter((field) => old[field] !== now[field])
      .map((field) => ({ part, name, field, before: old[field] ?? null, after: now[field] ?? null }));
  });
}

/** All parts with their fields as text, by kind and name. */
function partsOf(entry: StationEntry): Map<string, Fields> {
  const { id, gateways, dispensers, tanks, seals, ...facts } = entry;
  const parts = new Map<string, Fields>();
  const put = (part: Part, name: string, fields: object) => parts.set(`${part}\n${name}`, textOf(fields));
  put("station", id, facts);
  for (const { id: name, ...rest } of gateways) put("gateway", name, rest);
  for (const { device, nozzles, ...rest } of dispensers) {
    put("dispenser", device, rest);
    for (const { nozzle, ...fields } of nozzles) put("nozzle", nozzle, { dispenser: device, ...fields });
  }
  for (const { tank, chart, ...rest } of tanks) {
    put("tank", tank, { ...rest, ...(chart && { chart: chart.map((one) => [one.levelUm, one.volumeCl]) }) });
  }
  for (const { seal, ...rest } of seals) put("seal", seal, rest);
  return parts;
}

function textOf(fields: object): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined) return [];
      if (name === "chart") return [[name, chartText(value as [number, number][])]];
      if (name === "location") return [[name, placeText(value as NonNullable<StationEntry["location"]>)]];
      return [[name, String(value)]];
    }),
  );
}

/** A table of a thousand rows is told by its size, its end and a sum that any changed row changes. */
function chartText(points: readonly [number, number][]): string {
  const [levelUm, volumeCl] = points.at(-1)!;
  const sum = points.reduce((total, [level, volume], row) => (total * 31 + level * 7 + volume + row) % 0x7fffffff, 0);
  return `${points.length} × ${levelUm / 1_000} mm = ${volumeCl / 100} L (${sum.toString(16)})`;
}

function placeText({ longitudeUdeg, latitudeUdeg, source }: NonNullable<StationEntry["location"]>): string {
  const degrees = (value: number) => (value / 1e6).toFixed(6);
  const told =
    source === undefined ? "" : ` (${source.system} ${degrees(source.longitudeUdeg)}, ${degrees(source.latitudeUdeg)})`;
  return `${degrees(longitudeUdeg)}, ${degrees(latitudeUdeg)}${told}`;
}

function summary(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
