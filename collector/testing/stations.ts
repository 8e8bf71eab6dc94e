/** A registered station for tests: one dispenser with two nozzles, two tanks, two seals. */
import { buildRegistry, type Registry } from "../registry/registry.ts";
import type { StationEntry } from "../registry/schema.ts";

export const STATION = "532801-0001";
export const GATEWAY = "gw-532801-0001";
/** Any valid key, for tests that check no signature. */
const SOME_KEY = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

/** @param gateways id and public key (base64 SPKI) of each */
export function testStation(
  gateways: { id: string; publicKey: string }[] = [{ id: GATEWAY, publicKey: SOME_KEY }],
  id = STATION,
): StationEntry {
  return {
    id,
    nameZh: "测试加油站",
    nameEn: "Test Station",
    county: "景洪市",
    gateways,
    dispensers: [
      {
        device: "tax-1",
        nozzles: [
          { nozzle: "N01", grade: "92#", tank: "T1", unitPriceFen: 770 },
          { nozzle: "N02", grade: "95#", tank: "T2", unitPriceFen: 820 },
        ],
      },
    ],
    tanks: [
      { tank: "T1", grade: "92#", capacityL: 30_000 },
      { tank: "T2", grade: "95#", capacityL: 30_000 },
    ],
    seals: [
      { seal: "S01", place: "board-box", of: "tax-1" },
      { seal: "S02", place: "encoder", of: "tax-1" },
    ],
  } as StationEntry;
}

export function testRegistry(...stations: StationEntry[]): Registry {
  return buildRegistry({ stations: stations.length === 0 ? [testStation()] : stations });
}
