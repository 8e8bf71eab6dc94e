/**
 * A station's entry while rows of an import are laid into it: it begins as the entry that stands, and remembers which
 * row said what, so that what is wrong in the end can be told by row.
 */
import type { EntryFault } from "../check-entry.ts";
import { locationOf } from "../place.ts";
import type { CoordinateSystem, StationEntry } from "../schema.ts";
import type { ReadRow } from "./read-rows.ts";
import type { TableName } from "./tables.ts";

type Values = ReadRow["values"];
type Fields = Record<string, unknown>;

/** An entry that is being put together; whether it fits the schema is checked at the end. */
interface LooseEntry extends Fields {
  id: string;
  gateways: Fields[];
  dispensers: (Fields & { nozzles: Fields[] })[];
  tanks: (Fields & { chart?: { levelUm: unknown; volumeCl: unknown }[] })[];
  seals: Fields[];
}

/** The column that names the part that a row is about. */
const NAME_OF: Readonly<Record<TableName, string>> = {
  stations: "station",
  tanks: "tank",
  dispensers: "device",
  nozzles: "nozzle",
  seals: "seal",
  gateways: "gateway",
  charts: "tank",
};

export class Draft {
  readonly entry: LooseEntry;
  /** the rows that touched a part, by its kind and name */
  readonly #touched = new Map<string, ReadRow[]>();

  /** @param standing undefined for a station that is new */
  constructor(id: string, standing: StationEntry | undefined) {
    const empty = { id, gateways: [], dispensers: [], tanks: [], seals: [] };
    this.entry = structuredClone(standing ?? empty) as LooseEntry;
  }

  /** Lays a row in. A column that the sheet has sets its field, also to nothing; others are left as they are. */
  lay(row: ReadRow): void {
    const { values } = row;
    this.#layValues(row);
    this.#touch(row.table, values[NAME_OF[row.table]], row);
  }

  #layValues({ table, values }: ReadRow): void {
    const { tanks, seals, gateways } = this.entry;
    if (table === "stations") this.#station(values);
    else if (table === "tanks") set(part(tanks, "tank", values.tank), values, ["station", "tank"]);
    else if (table === "dispensers") set(this.#dispenser(values.device), values, ["station", "device"]);
    else if (table === "nozzles") this.#nozzle(values);
    else if (table === "seals") set(part(seals, "seal", values.seal), values, ["station", "seal"]);
    else if (table === "gateways") set(part(gateways, "id", values.gateway), values, ["station", "gateway"]);
    // Row by row a strapping table says nothing: see layChart.
  }

  /** Gives a tank another strapping table, from rows in their order. @returns false when there is no such tank */
  layChart(tank: string, rows: readonly ReadRow[]): boolean {
    const found = this.entry.tanks.find((one) => one.tank === tank);
    if (found === undefined) return false;
    found.chart = rows.map(({ values }) => ({
      levelUm: values["level:mm"] ?? values["level:cm"],
      volumeCl: values["volume:L"] ?? values["volume:m3"],
    }));
    return true;
  }

  /** The rows that answer for a fault; none when what stood before is at fault. */
  blame({ path }: Pick<EntryFault, "path">): readonly ReadRow[] {
    const [list, index, inner, number] = path;
    const at = (kind: string, name: unknown) => this.#touched.get(`${kind}\n${String(name)}`) ?? [];
    if (list === "tanks" && typeof index === "number") {
      const tank = this.entry.tanks[index]?.tank;
      if (inner !== "chart") return at("tanks", tank);
      const rows = at("charts", tank);
      const row = typeof number === "number" ? rows[number] : undefined;
      return row === undefined ? rows : [row, ...rows.filter((one) => one !== row)];
    }
    if (list === "dispensers" && typeof index === "number") {
      const dispenser = this.entry.dispensers[index];
      const nozzle = typeof number === "number" ? dispenser?.nozzles[number] : undefined;
      if (inner === "nozzles" && nozzle !== undefined) return at("nozzles", nozzle.nozzle);
      const own = at("dispensers", dispenser?.device);
      return own.length > 0 ? own : (dispenser?.nozzles ?? []).flatMap((one) => at("nozzles", one.nozzle));
    }
    if (list === "seals" && typeof index === "number") return at("seals", this.entry.seals[index]?.seal);
    if (list === "gateways" && typeof index === "number") return at("gateways", this.entry.gateways[index]?.id);
    return at("stations", this.entry.id);
  }

  #station(values: Values): void {
    set(this.entry, values, ["station", "longitudeUdeg", "latitudeUdeg", "system"]);
    // The name in English is for visitors: where nobody gave one, the station's own name stands.
    this.entry.nameEn ??= this.entry.nameZh;
    if (!("longitudeUdeg" in values || "latitudeUdeg" in values)) return;
    const { longitudeUdeg, latitudeUdeg, system } = values;
    if (longitudeUdeg === undefined || latitudeUdeg === undefined) {
      delete this.entry.location;
      return;
    }
    this.entry.location = locationOf(
      (system ?? "wgs84") as CoordinateSystem,
      Number(longitudeUdeg),
      Number(latitudeUdeg),
    );
  }

  #dispenser(device: unknown): Fields & { nozzles: Fields[] } {
    const found = this.entry.dispensers.find((one) => one.device === device);
    if (found !== undefined) return found;
    const made = { device, nozzles: [] };
    this.entry.dispensers.push(made);
    return made;
  }

  /** A nozzle that stood at another dispenser moves. */
  #nozzle(values: Values): void {
    const nozzle = this.entry.dispensers.flatMap(({ nozzles }) => nozzles).find((one) => one.nozzle === values.nozzle);
    const home = this.#dispenser(values.dispenser);
    if (nozzle !== undefined && !home.nozzles.includes(nozzle)) {
      for (const one of this.entry.dispensers) one.nozzles = one.nozzles.filter((other) => other !== nozzle);
      home.nozzles.push(nozzle);
    }
    set(nozzle ?? part(home.nozzles, "nozzle", values.nozzle), values, ["station", "dispenser", "nozzle"]);
  }

  #touch(kind: string, name: unknown, row: ReadRow): void {
    const key = `${kind}\n${String(name)}`;
    const rows = this.#touched.get(key);
    if (rows === undefined) this.#touched.set(key, [row]);
    else rows.push(row);
  }
}

/** The part of a name; a new one where there is none. */
function part(list: Fields[], key: string, name: unknown): Fields {
  const found = list.find((one) => one[key] === name);
  if (found !== undefined) return found;
  const made = { [key]: name };
  list.push(made);
  return made;
}

function set(target: Fields, values: Values, but: readonly string[]): void {
  for (const [key, value] of Object.entries(values)) {
    if (but.includes(key)) continue;
    if (value === undefined) delete target[key];
    else target[key] = value;
  }
}
