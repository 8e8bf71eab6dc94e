/** Places on the ground: kept in WGS-84, whatever system they were told in. Pure. */
import packed from "gcoord";
import type { CoordinateSystem, StationEntry } from "./schema.ts";

// The package says that its default export lies one deeper than Node gives it.
const gcoord = packed as unknown as typeof packed.default;

type Location = NonNullable<StationEntry["location"]>;

const SYSTEMS = { wgs84: gcoord.WGS84, gcj02: gcoord.GCJ02, bd09: gcoord.BD09 } as const;

/**
 * A place as the registry keeps it. GCJ-02 and BD-09 are undone to within a metre; what was told is kept beside.
 * @param longitudeUdeg 0.000001°, in the system named
 */
export function locationOf(system: CoordinateSystem, longitudeUdeg: number, latitudeUdeg: number): Location {
  if (system === "wgs84") return { longitudeUdeg, latitudeUdeg };
  const [longitude, latitude] = gcoord.transform(
    [longitudeUdeg / 1e6, latitudeUdeg / 1e6],
    SYSTEMS[system],
    SYSTEMS.wgs84,
  );
  return {
    longitudeUdeg: Math.round(longitude * 1e6),
    latitudeUdeg: Math.round(latitude * 1e6),
    source: { system, longitudeUdeg, latitudeUdeg },
  };
}

/** A place as it was told. */
export function toldPlace(location: Location): {
  system: CoordinateSystem;
  longitudeUdeg: number;
  latitudeUdeg: number;
} {
  const { source, longitudeUdeg, latitudeUdeg } = location;
  return source ?? { system: "wgs84", longitudeUdeg, latitudeUdeg };
}
