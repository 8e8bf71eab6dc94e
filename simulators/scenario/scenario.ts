/** A scenario with every default filled in and every duration in simulated milliseconds: what the simulator runs. */
import type { TimedFault } from "../faults/inject.ts";
import type { Fault, FaultFile } from "../faults/kinds.ts";
import type { Load } from "../physics/deliveries.ts";
import { type Physics, resolvePhysics } from "../physics/parameters.ts";
import { randomStream } from "../random.ts";
import { durationMs } from "../time.ts";
import type { PlantFile, PlantKind } from "./plants.ts";
import type { DeliveryFile, DispenserFile, GaugeFile, NozzleFile, ScenarioFile, SealFile, TankFile } from "./schema.ts";

type Filled<T> = { [Key in keyof T]-?: Exclude<T[Key], undefined> };

export type NozzlePlan = Omit<Filled<NozzleFile>, "meterBias"> & { meterBias?: number };
export type TankPlan = Omit<Filled<TankFile>, "chart"> & {
  chart: { tiltMmPerM: number; rollDeg: number; scale: number };
};
export type SealPlan = Filled<SealFile>;
export type DispenserPlan = Omit<Filled<DispenserFile>, "nozzles"> & { nozzles: NozzlePlan[] };
export type ModbusPlan = Omit<Filled<GaugeFile>, "line" | "port" | "model"> & { line?: string; port?: number };
export type GaugePlan = ModbusPlan & { model: NonNullable<GaugeFile["model"]> };
export type SealHubPlan = ModbusPlan & { seals: SealPlan[] };

type Timed<T> = Omit<T, "at" | "for" | "id"> & { id?: string; atMs: number; forMs?: number };
/** A cheat, or an honest delivery, to be planted `atMs` after the start. */
export type Plant = { [Kind in PlantKind]: Timed<Extract<PlantFile, { kind: Kind }>> }[PlantKind];

export interface Scenario {
  name: string;
  shows: string;
  seed: number;
  station: {
    id: string;
    nameZh: string;
    nameEn: string;
    speed: number;
    customersPerHour: number;
    /** 24 factors on `customersPerHour`, mean 1. */
    hourFactors: number[];
    /** 7 factors, Monday first, mean 1. */
    weekdayFactors: number[];
    /** Epoch ms; undefined: now. */
    startsAt: number | undefined;
  };
  dispensers: DispenserPlan[];
  tanks: TankPlan[];
  gauge: GaugePlan | undefined;
  sealHub: SealHubPlan | undefined;
  supply: { automatic: boolean; tankerPrefix: string };
  physics: Physics;
  plants: Plant[];
  faults: TimedFault[];
  /** Serial lines that hang on a serial server: raw TCP instead of an adapter. */
  serialServers: string[];
}

const dispenserDefaults = {
  initialised: true,
  silentWhileFuelling: false,
  crossTalk: 0,
  splitAnswers: false,
  mergeAnswers: false,
  monthPadding: "zero" as const,
  turnaroundMs: 5,
  gunCode: "01",
};
/** tanks.md 4.2: 5 to 50 L/min for ordinary nozzles, 80 to 120 for large-flow diesel. */
const nozzleDefaults = { weight: 1, flowLPerMin: 35 };
const LARGE_FLOW_L_PER_MIN = 100;
/** From this flow on a nozzle serves trucks unless the scenario says otherwise. */
const TRUCK_FLOW_L_PER_MIN = 60;
/** tanks.md 4.2 and 4.3: refill at 20 to 25 %, fill to at most 95 %, noise sd 0.03 to 0.3 mm. */
const tankDefaults = {
  waterMm: 0,
  deadStockL: 300,
  maxFillShare: 0.95,
  temperatureC: 18,
  temperatureSwingC: 0.8,
  dishMm: 0,
};
const modbusDefaults = { unit: 1, baudRate: 9600, parity: "none" as const, stopBits: 1, turnaroundMs: 5 };
/** tanks.md 4.2: gravity unloading, 300 to 700 L/min. */
const deliveryDefaults = { tanker: "云K00000", unloadLPerMin: 500 };
const DEFAULT_SPEED = 1;

/** Fills in the defaults of a file that has been validated. `seed` replaces the file's own. */
export function resolveScenario(file: ScenarioFile, seed?: number): Scenario {
  const { station } = file;
  const physics = resolvePhysics(file.physics);
  const ownSeed = seed ?? station.seed;
  return {
    name: file.scenario,
    shows: file.shows,
    seed: ownSeed,
    station: {
      id: station.id,
      nameZh: station.nameZh,
      nameEn: station.nameEn,
      speed: station.speed ?? DEFAULT_SPEED,
      customersPerHour: station.customersPerHour,
      hourFactors: factors(station.hourShare, 24),
      weekdayFactors: factors(station.weekdayShare, 7),
      startsAt: station.startsAt === undefined ? undefined : Date.parse(station.startsAt),
    },
    dispensers: file.dispensers.map(resolveDispenser),
    tanks: file.tanks.map((tank, index) => resolveTank(tank, index, ownSeed, physics)),
    gauge: file.gauge && { ...modbusDefaults, model: "generic-gauge", ...file.gauge },
    sealHub: file.sealHub && {
      ...modbusDefaults,
      ...file.sealHub,
      seals: file.sealHub.seals.map((seal, index) => ({
        number: index + 1,
        serial: `FS-${seal.seal}`,
        batteryPercent: 90,
        ...seal,
      })),
    },
    supply: { automatic: false, tankerPrefix: "云K", ...file.supply },
    physics,
    plants: [...(file.deliveries ?? []).map(deliveryPlant), ...(file.cheats ?? [])].map(resolvePlant),
    faults: (file.faults ?? []).map(resolveFault),
    serialServers: file.serialServers ?? [],
  };
}

/** Fills in the defaults of one cheat or delivery; without `at` it is due at once. */
export function resolvePlant(plant: PlantFile): Plant {
  const { at, ...rest } = plant;
  const span = "for" in plant ? plant.for : undefined;
  const timed: Record<string, unknown> = { ...rest, atMs: at === undefined ? 0 : durationMs(at) };
  delete timed.for;
  if (span !== undefined) timed.forMs = durationMs(span);
  return timed as unknown as Plant;
}

/** The load that a planted delivery describes. */
export function deliveryPlan(
  plant: Extract<Plant, { kind: "delivery" | "delivery-without-notice" | "delivery-short" | "wrong-product" }>,
): Load {
  return {
    tank: plant.tank,
    volumeL: plant.volumeL,
    notice: plant.kind !== "delivery-without-notice" && !(plant.kind === "delivery" && plant.notice === false),
    tanker: plant.tanker ?? deliveryDefaults.tanker,
    unloadLPerMin: plant.unloadLPerMin ?? deliveryDefaults.unloadLPerMin,
    share: plant.kind === "delivery-short" ? 1 - plant.percent / 100 : 1,
    ...(plant.kind === "wrong-product" && { grade: plant.grade }),
  };
}

function deliveryPlant(delivery: DeliveryFile): PlantFile {
  return { kind: "delivery", ...delivery };
}

/** A fault with its span in milliseconds; without `at` it is due at once. */
export function resolveFault(file: FaultFile): TimedFault {
  const { at, for: span, ...fault } = file;
  const forMs = span === undefined ? undefined : durationMs(span);
  return {
    fault: fault as Fault,
    atMs: durationMs(at ?? "0s") ?? 0,
    ...(forMs === undefined ? {} : { forMs }),
  };
}

function resolveDispenser(dispenser: DispenserFile): DispenserPlan {
  return {
    ...dispenserDefaults,
    spareBytes: dispenser.dialect === "28-byte",
    ...dispenser,
    nozzles: dispenser.nozzles.map((nozzle) => {
      const flow =
        nozzle.flowLPerMin ?? (dispenser.dialect === "large-flow" ? LARGE_FLOW_L_PER_MIN : nozzleDefaults.flowLPerMin);
      return {
        ...nozzleDefaults,
        startTotalFen: Math.round((nozzle.startTotalCl * nozzle.unitPriceFen) / 100),
        fills: flow >= TRUCK_FLOW_L_PER_MIN ? ("truck" as const) : ("car" as const),
        ...nozzle,
        flowLPerMin: flow,
      };
    }),
  };
}

/** What the file does not say of a tank's placing is drawn; its chart takes it to lie straight unless it says so too. */
function resolveTank(tank: TankFile, index: number, seed: number, physics: Physics): TankPlan {
  const random = randomStream(seed, `placing/${tank.tank}`);
  const drawn = {
    tiltMmPerM: random.gaussian(0, physics.tiltSdMmPerM),
    rollDeg: random.gaussian(0, physics.rollSdDeg),
    scale: 1 + random.gaussian(0, physics.chartScaleSd),
  };
  const { tiltMmPerM, rollDeg } = tank;
  return {
    ...tankDefaults,
    noiseMm: physics.levelNoiseMm,
    probe: index + 1,
    // Probes stand near an end, where the manhole is, so that a tilt tells.
    probeAtMm: Math.round(tank.lengthMm * 0.3),
    ...tank,
    tiltMmPerM: tiltMmPerM ?? drawn.tiltMmPerM,
    rollDeg: rollDeg ?? drawn.rollDeg,
    chart: { tiltMmPerM: tiltMmPerM ?? 0, rollDeg: rollDeg ?? 0, scale: drawn.scale, ...tank.chart },
  };
}

/** Shares as factors with mean 1; all 1 without shares. */
function factors(shares: number[] | undefined, count: number): number[] {
  const total = shares?.reduce((sum, share) => sum + share, 0) ?? 0;
  if (!shares || total <= 0) return Array.from({ length: count }, () => 1);
  return shares.map((share) => (share * count) / total);
}
