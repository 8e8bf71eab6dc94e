/** What the control API tells of a running station: the truth, as no gateway can see it. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { StationLines } from "../lines/station-lines.ts";
import { heightOfMm, tankCapacityCl } from "../physics/tank-shape.ts";
import { boxHasPower, gatewayClockAheadMs, type World } from "../physics/world.ts";
import type { SimulatedClock } from "../time.ts";

/** What the station does to the box of its gateway: for whoever is its power and its clock. */
export interface BoxState {
  hasPower: boolean;
  /** What its clock is ahead, ms. */
  clockAheadMs: number;
  /** Whether the door of its cabinet is open. */
  cabinetOpen: boolean;
  /** Simulated seconds a second. */
  speed: number;
}

/** The box at the world's present instant. */
export function describeBox(world: World, clock: SimulatedClock): BoxState {
  const { cabinetOpen, now } = world;
  return {
    hasPower: boxHasPower(world),
    clockAheadMs: gatewayClockAheadMs(world, now),
    cabinetOpen,
    speed: clock.speed,
  };
}

/** The state at the world's present instant. */
export function describeState(world: World, clock: SimulatedClock, lines: StationLines): object {
  const { id, nameZh, nameEn } = world.scenario.station;
  return {
    scenario: world.scenario.name,
    seed: world.scenario.seed,
    simulatedTime: formatTime(world.now),
    simulatedElapsedMs: world.now - world.startAt,
    speed: clock.speed,
    paused: clock.paused,
    open: world.open,
    station: { id, nameZh, nameEn },
    box: describeBox(world, clock),
    dispensers: [...world.dispensers.values()].map(({ plan, factorySerial, silentUntil }) => ({
      device: plan.device,
      line: plan.line,
      dialect: plan.dialect,
      factorySerial,
      silent: silentUntil > world.now,
      display: lines.taxPorts.get(plan.device)?.display,
    })),
    nozzles: [...world.nozzles.values()].map((nozzle) => ({
      nozzle: nozzle.plan.nozzle,
      device: nozzle.device,
      index: nozzle.plan.index,
      tank: nozzle.plan.tank,
      grade: nozzle.plan.grade,
      unitPriceFen: nozzle.unitPriceFen,
      lifted: nozzle.fuelling !== undefined,
      pumpedNowCl: nozzle.fuelling?.pumpedCl ?? 0,
      totalCl: nozzle.grandTotal.volumeCl,
      totalFen: nozzle.grandTotal.amountFen,
      pumpedCl: nozzle.pumpedCl,
      onWireCl: nozzle.onWireCl,
      sales: nozzle.sales,
      bypassed: nozzle.bypass !== undefined,
    })),
    tanks: [...world.tanks.values()].map((tank) => ({
      tank: tank.plan.tank,
      grade: tank.plan.grade,
      volumeCl: tank.volumeCl,
      capacityCl: tankCapacityCl(tank.plan),
      levelUm: Math.round(heightOfMm(tank.plan, tank.volumeCl) * 1_000),
      deliveredCl: tank.deliveredCl,
      unloading: tank.unloading.length > 0,
    })),
    seals: [...world.seals.values()].map((seal) => ({
      seal: seal.plan.seal,
      number: seal.plan.number,
      place: seal.plan.place,
      of: seal.plan.of,
      state: seal.silent ? "offline" : seal.condition,
      tamperCount: seal.tamperCount,
      openCount: seal.openCount,
    })),
    lines: [...world.lines].map(([line, plugged]) => ({
      line,
      plugged,
      path: lines.places.serial[line],
      noiseShare: world.faults.on("noise", line)?.share ?? 0,
    })),
    servers: lines.places.servers,
    tcp: lines.places.tcp,
    cheats: world.plants,
    faults: world.faults.list(),
  };
}
