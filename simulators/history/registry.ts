/** The station as the collector's registry has it, with a key that follows from the seed. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { tankCapacityCl } from "../physics/tank-shape.ts";
import { inventedPlace } from "../scenario/invented-place.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** The administrative codes (GB/T 2260) of the counties in which the stations of histories stand. */
const COUNTIES: Record<string, string> = { "532801": "景洪市", "532822": "勐海县", "532823": "勐腊县" };
/** What stands before 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = "302e020100300506032b657004220420";

export function gatewayOf(scenario: Scenario): string {
  return `gw-${scenario.station.id}`;
}

/** The entry of a station. */
export function registryEntry(scenario: Scenario): object {
  const { id, nameZh, nameEn } = scenario.station;
  return {
    id,
    nameZh,
    nameEn,
    county: COUNTIES[id.slice(0, 6)] ?? id.slice(0, 6),
    location: inventedPlace(id),
    gateways: [{ id: gatewayOf(scenario), publicKey: publicKey(`${scenario.seed}/${id}`) }],
    dispensers: scenario.dispensers.map(({ device, nozzles }) => ({
      device,
      nozzles: nozzles.map(({ nozzle, grade, tank, unitPriceFen }) => ({ nozzle, grade, tank, unitPriceFen })),
    })),
    tanks: scenario.tanks.map((tank) => ({
      tank: tank.tank,
      grade: tank.grade,
      capacityL: Math.round(tankCapacityCl(tank) / 100),
    })),
    seals: (scenario.sealHub?.seals ?? []).map(({ seal, place, of }) => ({ seal, place, of })),
  };
}

function publicKey(of: string): string {
  const der = Buffer.from(PKCS8_HEAD + sha256Hex(of), "hex");
  const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  return key.export({ format: "der", type: "spki" }).toString("base64");
}
