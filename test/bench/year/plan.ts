/**
 * The prefecture of the year: who its stations are. A few dozen stations are really simulated, with things planted in
 * them; each gateway then reports the year of one of them under its own name, key and chain, as those of a fleet do.
 */
import { createPrivateKey } from "node:crypto";
import type { StationEntry } from "@forecourt/collector/registry/schema.ts";
import { ed25519Signer, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { stationOf } from "@forecourt/simulators/history/command.ts";
import { registryEntry } from "@forecourt/simulators/history/registry.ts";
import { randomStream } from "@forecourt/simulators/random.ts";
import type { PlantFile } from "@forecourt/simulators/scenario/plants.ts";
import type { Scenario } from "@forecourt/simulators/scenario/scenario.ts";

const SEED = 2026;
/** Gateways that report the same simulated station. */
export const STATIONS_A_MODEL = 5;
/** Days between two things that are planted at a model. */
const PLANT_EVERY_DAYS = 18;
/** What stands before 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = "302e020100300506032b657004220420";
const BRANDS = ["中国石化", "中国石油", "壳牌", "民营"];
/** Rough middles of the counties, 0.000001°. */
const COUNTIES = [
  { code: "532801", name: "景洪市", longitudeUdeg: 100_770_000, latitudeUdeg: 22_000_000 },
  { code: "532822", name: "勐海县", longitudeUdeg: 100_450_000, latitudeUdeg: 21_960_000 },
  { code: "532823", name: "勐腊县", longitudeUdeg: 101_560_000, latitudeUdeg: 21_460_000 },
];

export interface YearStation {
  id: string;
  gateway: string;
  signer: Signer;
  entry: StationEntry;
}

/** A simulated station and those who report its year. */
export interface YearModel {
  scenario: Scenario;
  plants: PlantFile[];
  stations: YearStation[];
}

/** The same number of stations gives the same stations, keys and plants. */
export function yearModels(stations: number, days: number): YearModel[] {
  const models = Math.ceil(stations / STATIONS_A_MODEL);
  return Array.from({ length: models }, (_, number) => {
    const scenario = stationOf({ seed: SEED, stations: models }, number);
    const first = number * STATIONS_A_MODEL;
    const members = Array.from({ length: Math.min(STATIONS_A_MODEL, stations - first) }, (__, index) =>
      yearStation(scenario, first + index),
    );
    return { scenario, plants: plantsOf(scenario, number, days), stations: members };
  });
}

function yearStation(scenario: Scenario, number: number): YearStation {
  const county = COUNTIES[number % COUNTIES.length]!;
  const id = `${county.code}-${String(number + 1).padStart(4, "0")}`;
  const gateway = `gw-${id}`;
  const der = Buffer.from(PKCS8_HEAD + sha256Hex(`year/${id}`), "hex");
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const signer = ed25519Signer(key.export({ format: "pem", type: "pkcs8" }).toString());
  const chance = randomStream(SEED, `place/${id}`);
  const brand = BRANDS[number % BRANDS.length]!;
  const entry: StationEntry = {
    ...(registryEntry(scenario) as StationEntry),
    id: id as StationEntry["id"],
    nameZh: `${county.name.slice(0, 2)}第${number + 1}加油站`,
    nameEn: `Station ${number + 1}`,
    county: county.name,
    brand,
    owner: `${brand}西双版纳销售公司`,
    location: {
      longitudeUdeg: county.longitudeUdeg + chance.integer(-250_000, 250_000),
      latitudeUdeg: county.latitudeUdeg + chance.integer(-200_000, 200_000),
    },
    gateways: [{ id: gateway as StationEntry["gateways"][number]["id"], publicKey: signer.publicKey }],
  };
  return { id, gateway, signer, entry };
}

/** Something every few weeks, of another sort each time, cheats and accidents and what is honest. */
function plantsOf(scenario: Scenario, number: number, days: number): PlantFile[] {
  const nozzles = scenario.dispensers.flatMap((one) => one.nozzles);
  const { nozzle, tank } = nozzles[number % nozzles.length]!;
  const line = scenario.dispensers[0]!.line;
  const seal = scenario.sealHub?.seals[0]?.seal;
  const kinds: ((at: string) => PlantFile | undefined)[] = [
    (at) => ({ kind: "bypass-tax-port", nozzle, share: 0.4, at, for: "7d" }),
    (at) => (seal === undefined ? undefined : { kind: "seal-open", seal, at, for: "2h" }),
    (at) => ({ kind: "power-cut", at, for: "5h" }),
    (at) => ({ kind: "cable-pulled", line, at, for: "3h" }),
    (at) => ({ kind: "delivery-without-notice", tank, at, volumeL: 4_000 }),
    (at) => ({ kind: "price-change", at, byFen: 9 }),
    (at) => ({ kind: "gateway-unplugged", at, for: "4h" }),
    (at) => ({ kind: "total-rollback", nozzle, at, volumeCl: 200_000 }),
    (at) => ({ kind: "short-supply", tank, at, percent: 2.5, for: "15d" }),
    (at) => ({ kind: "probe-out", tank, at, for: "20h" }),
    (at) => ({ kind: "theft", tank, at, volumeL: 900 }),
    (at) => ({ kind: "inspection", at, for: "3h" }),
    (at) => ({ kind: "cabinet-opened", at, for: "2h" }),
  ];
  const times = Math.floor(days / PLANT_EVERY_DAYS);
  return Array.from({ length: times }, (_, time) => {
    const hour = (number * 7 + time * 5) % 24;
    return kinds[(number + time) % kinds.length]!(`${(time + 1) * PLANT_EVERY_DAYS * 24 - 24 + hour}h`);
  }).filter((one) => one !== undefined);
}
