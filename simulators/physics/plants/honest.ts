/** Honest events, most of which look odd: inspections, repairs, closed days, test fuel, generators, cold. */
import { randomStream } from "../../random.ts";
import { roomUl } from "../deliveries.ts";
import { moveFuel, UL_PER_L } from "../stock.ts";
import { changePrices, cutPower } from "../supply.ts";
import { fuel } from "../trade.ts";
import { schedule, settleTank, type World } from "../world.ts";
import { count, during, type Effect, file, type Of } from "./effect.ts";

/** Inspectors and mechanics use a can of 20 L (tanks.md 3.2). */
const CAN_CL = 2_000;
/** Test fuel goes back within 30 minutes (tanks.md 3.3). */
const RETURN_AFTER_MS = 12 * 60_000;
const HOUR_MS = 3_600_000;
/** What a cleaning leaves in a tank, L, and how fast it is emptied and filled again, L/min. */
const CLEANED_TO_L = 20;
const MOVE_L_PER_MIN = 200;

/** A work order that covers a span, with room on both sides. */
function workOrder(world: World, change: string, subject: string, forMs: number): void {
  file(world, { filing: "work-order", change, subject, from: world.now - HOUR_MS, until: world.now + forMs + HOUR_MS });
}

export function inspection(world: World, planted: Of<"inspection">): Effect {
  return {
    subject: "station",
    detail: {},
    plant: (beginAt, mark) => {
      during(
        world,
        { beginAt, forMs: planted.forMs, mark },
        () => {
          world.inspected += 1;
          file(world, { filing: "inspection", from: world.now, until: world.now + (planted.forMs ?? 0) });
        },
        () => {
          world.inspected -= 1;
        },
      );
    },
  };
}

export function stationClosed(world: World, planted: Of<"station-closed">): Effect {
  return {
    subject: "station",
    detail: {},
    plant: (beginAt, mark) => {
      during(
        world,
        { beginAt, forMs: planted.forMs, mark },
        () => {
          world.open = false;
          workOrder(world, "station-closed", "station", planted.forMs ?? 0);
        },
        () => {
          world.open = true;
        },
      );
    },
  };
}

/** A board is changed with a work order; its seals are opened for it and closed again. */
export function repair(world: World, planted: Of<"repair">): Effect {
  const dispenser = world.dispensers.get(planted.device)!;
  const seals = () => [...world.seals.values()].filter((seal) => seal.plan.of === planted.device);
  return {
    subject: planted.device,
    detail: { factorySerialAfter: planted.factorySerial },
    plant: (beginAt, mark) => {
      const forMs = planted.forMs ?? 0;
      during(
        world,
        { beginAt, forMs, mark },
        () => {
          workOrder(world, "board-replaced", planted.device, forMs);
          for (const seal of seals()) {
            workOrder(world, "seal-service", seal.plan.seal, forMs);
            seal.condition = "open";
            seal.openCount += 1;
          }
          dispenser.silentUntil = Math.max(dispenser.silentUntil, world.now + forMs);
          for (const plan of dispenser.plan.nozzles) world.nozzles.get(plan.nozzle)!.freeFrom = world.now + forMs;
        },
        () => {
          dispenser.factorySerial = planted.factorySerial;
          for (const seal of seals()) seal.condition = "sealed";
        },
      );
    },
  };
}

export function recalibration(world: World, planted: Of<"recalibration">): Effect {
  const nozzle = world.nozzles.get(planted.nozzle)!;
  return {
    subject: planted.nozzle,
    detail: { biasBefore: nozzle.meter.bias, biasAfter: planted.bias },
    plant: (beginAt, mark) => {
      const forMs = planted.forMs ?? 0;
      during(
        world,
        { beginAt, forMs, mark },
        () => {
          workOrder(world, "meter-recalibrated", planted.nozzle, forMs);
          nozzle.freeFrom = world.now + forMs;
        },
        () => {
          nozzle.meter = { ...nozzle.meter, bias: planted.bias, setAt: world.now };
        },
      );
    },
  };
}

/** Cans are filled from a nozzle and poured back into its tank. */
export function testFuel(world: World, planted: Of<"test-fuel">): Effect {
  const nozzle = world.nozzles.get(planted.nozzle)!;
  const tank = world.tanks.get(nozzle.plan.tank)!;
  const isReturned = planted.returned ?? true;
  return {
    subject: nozzle.plan.tank,
    ...(isReturned ? {} : { expects: ["wetstock.outflow-without-sales"] }),
    detail: { nozzle: planted.nozzle, cans: planted.cans, returned: isReturned },
    plant: (beginAt, { running, over, state }) => {
      const random = randomStream(world.scenario.seed, `plant/${state.id}`);
      let left = planted.cans;
      let inCansUl = 0;
      const finish = () => {
        if (isReturned) count(state, moveFuel(tank, world.now, inCansUl, world.climate), 0);
        over();
      };
      const fill = () => {
        if (left === 0) {
          schedule(world, world.now + RETURN_AFTER_MS, finish);
          return;
        }
        const done = (drawn: number) => {
          left -= 1;
          inCansUl += drawn;
          schedule(world, world.now + 30_000, fill);
        };
        const isBusy = nozzle.fuelling !== undefined || !world.powered;
        if (isBusy || !fuel(world, nozzle, { sizeCl: () => CAN_CL, random, test: true, done })) {
          schedule(world, world.now + 20_000, fill);
        }
      };
      schedule(world, beginAt, () => {
        running();
        workOrder(world, "fuel-moved", nozzle.plan.tank, 2 * HOUR_MS);
        fill();
      });
    },
  };
}

export function priceChange(world: World, planted: Of<"price-change">): Effect {
  return {
    subject: "station",
    detail: { byFen: planted.byFen },
    plant: (beginAt, { running, over }) => {
      schedule(world, beginAt, () => {
        running();
        changePrices(world, (fen) => Math.max(1, fen + planted.byFen), planted.grade);
        over();
      });
    },
  };
}

export function powerCut(world: World, planted: Of<"power-cut">): Effect {
  return {
    subject: "station",
    detail: {},
    plant: (beginAt, mark) => {
      const span = { beginAt, forMs: planted.forMs, mark };
      during(
        world,
        span,
        () => cutPower(world, planted.forMs ?? 0),
        () => undefined,
      );
    },
  };
}

/** The station's own generator draws from a tank without a nozzle, under a work order. */
export function generator(world: World, planted: Of<"generator">): Effect {
  const tank = world.tanks.get(planted.tank)!;
  const stepMs = 5 * 60_000;
  return {
    subject: planted.tank,
    detail: { lPerHour: planted.lPerHour },
    plant: (beginAt, mark) => {
      let isOn = false;
      const draw = () => {
        if (!isOn) return;
        const ul = (planted.lPerHour * UL_PER_L * stepMs) / HOUR_MS;
        count(mark.state, -moveFuel(tank, world.now, -ul, world.climate), 0);
        schedule(world, world.now + stepMs, draw);
      };
      during(
        world,
        { beginAt, forMs: planted.forMs, mark },
        () => {
          isOn = true;
          workOrder(world, "fuel-moved", planted.tank, planted.forMs ?? 0);
          schedule(world, world.now + stepMs, draw);
        },
        () => {
          isOn = false;
        },
      );
    },
  };
}

/** A tank is emptied into a tanker, cleaned, and filled again with the same fuel. */
export function tankCleaning(world: World, planted: Of<"tank-cleaning">): Effect {
  const tank = world.tanks.get(planted.tank)!;
  const nozzles = [...world.nozzles.values()].filter((nozzle) => nozzle.plan.tank === planted.tank);
  return {
    subject: planted.tank,
    detail: {},
    plant: (beginAt, { running, over, state }) => {
      const forMs = planted.forMs ?? 0;
      const stepUl = MOVE_L_PER_MIN * UL_PER_L;
      let held = 0;
      const fillAgain = () => {
        const room = roomUl(world, tank);
        const back = moveFuel(tank, world.now, Math.min(stepUl, held, room), world.climate);
        held -= back;
        if (held > 0) {
          // A tanker may have come first: the rest waits until there is room.
          schedule(world, world.now + (back > 0 ? 60_000 : HOUR_MS), fillAgain);
          return;
        }
        tank.ordered = false;
        over();
      };
      const empty = () => {
        settleTank(world, tank);
        const spare = Math.max(0, tank.fuelUl - CLEANED_TO_L * UL_PER_L);
        const taken = -moveFuel(tank, world.now, -Math.min(stepUl, spare), world.climate);
        held += taken;
        if (spare > stepUl) {
          schedule(world, world.now + 60_000, empty);
          return;
        }
        count(state, held, 0);
        schedule(world, world.startAt + planted.atMs + forMs / 2, fillAgain);
      };
      schedule(world, beginAt, () => {
        running();
        tank.ordered = true;
        for (const change of ["tank-cleaned", "fuel-moved"]) workOrder(world, change, planted.tank, forMs);
        for (const nozzle of nozzles) nozzle.freeFrom = Math.max(nozzle.freeFrom, world.now + forMs);
        schedule(world, world.now + 15 * 60_000, empty);
      });
    },
  };
}

export function coldSnap(world: World, planted: Of<"cold-snap">): Effect {
  return {
    subject: "station",
    detail: { byC: planted.byC },
    plant: (beginAt, mark) => {
      const spell = { from: beginAt, until: beginAt + (planted.forMs ?? 0), byC: planted.byC };
      during(
        world,
        { beginAt, forMs: planted.forMs, mark },
        () => {
          for (const tank of world.tanks.values()) settleTank(world, tank);
          world.climate.spells.push(spell);
        },
        () => {
          for (const tank of world.tanks.values()) settleTank(world, tank);
        },
      );
    },
  };
}
