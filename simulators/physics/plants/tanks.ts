/** What happens to tanks, their probes and their charts: deliveries that are not what they seem, leaks, theft, water. */
import { plantDelivery, scheduleDelivery } from "../deliveries.ts";
import { noisyLevelUm } from "../gauge-reading.ts";
import { moveFuel, UL_PER_L } from "../stock.ts";
import { schedule, settleTank, type World } from "../world.ts";
import { count, during, type Effect, fenOf, type Of } from "./effect.ts";

/** Fuel that is taken out in secret is pumped about this fast, L/min. */
const THEFT_L_PER_MIN = 80;
const THEFT_STEP_MS = 60_000;

/** What a litre of the tank's fuel costs at the board, fen; 0 when no nozzle sells it. */
function priceOf(world: World, tank: string): number {
  return [...world.nozzles.values()].find((nozzle) => nozzle.plan.tank === tank)?.unitPriceFen ?? 0;
}

export function delivery(
  world: World,
  planted: Of<"delivery" | "delivery-without-notice" | "delivery-short" | "wrong-product">,
): Effect {
  const price = priceOf(world, planted.tank);
  return {
    subject: planted.tank,
    detail: { volumeL: planted.volumeL },
    plant: (_beginAt, { running, over, state }) => {
      const end = (receivedUl: number, missingUl: number) => {
        const ul = planted.kind === "delivery-short" ? missingUl : receivedUl;
        count(state, ul, fenOf(ul, price));
        over();
      };
      plantDelivery(world, planted, { begin: running, end });
    },
  };
}

/** A waybill for the whole load, of which a part was sold from the tanker before it came. */
export function tankerSale(world: World, planted: Of<"tanker-sale">): Effect {
  const price = priceOf(world, planted.tank);
  return {
    subject: planted.tank,
    detail: { volumeL: planted.volumeL, soldL: planted.soldL },
    plant: (beginAt, { running, over, state }) => {
      const load = {
        tank: planted.tank,
        volumeL: planted.volumeL,
        notice: true,
        tanker: planted.tanker ?? "云K00001",
        unloadLPerMin: planted.unloadLPerMin ?? 500,
        share: Math.max(0, 1 - planted.soldL / planted.volumeL),
      };
      const end = (_receivedUl: number, missingUl: number) => {
        count(state, missingUl, fenOf(missingUl, price));
        over();
      };
      scheduleDelivery(world, load, beginAt, { begin: running, end });
    },
  };
}

/** The orders that the tank makes by itself arrive short, or without a waybill. */
export function dishonestSupply(world: World, planted: Of<"short-supply" | "unannounced-supply">): Effect {
  const isShort = planted.kind === "short-supply";
  const price = priceOf(world, planted.tank);
  return {
    subject: planted.tank,
    detail: isShort ? { percent: planted.percent } : {},
    plant: (beginAt, mark) => {
      const supply = {
        tank: planted.tank,
        share: isShort ? 1 - planted.percent / 100 : 1,
        notice: isShort,
        untilAt: planted.forMs === undefined ? Number.POSITIVE_INFINITY : beginAt + planted.forMs,
        done: (receivedUl: number, missingUl: number) => {
          const ul = isShort ? missingUl : receivedUl;
          count(mark.state, ul, fenOf(ul, price));
        },
      };
      during(
        world,
        { beginAt, forMs: planted.forMs, mark },
        () => world.shortSupply.push(supply),
        () => world.shortSupply.splice(world.shortSupply.indexOf(supply), 1),
      );
    },
  };
}

/** Changes a rate of a tank for a span, and reckons what it has come to by how an entry of the account grew. */
function seep(
  world: World,
  planted: Of<"leak" | "water-ingress">,
  of: { entry: "leakedUl" | "waterInUl"; rate: "leakUlPerH" | "waterUlPerH"; fenPerL: number },
): Effect {
  const tank = world.tanks.get(planted.tank)!;
  const rateUl = Math.round(planted.lPerHour * UL_PER_L);
  return {
    subject: planted.tank,
    detail: { lPerHour: planted.lPerHour },
    plant: (beginAt, mark) => {
      const turn = (byUl: number) => {
        settleTank(world, tank);
        tank[of.rate] += byUl;
      };
      const begin = () => {
        turn(rateUl);
        const before = tank.account[of.entry];
        mark.state.reckon = () => {
          settleTank(world, tank);
          mark.state.effectUl = Math.abs(tank.account[of.entry] - before);
          mark.state.effectFen = Math.round(fenOf(mark.state.effectUl, of.fenPerL));
        };
      };
      const end = () => {
        turn(-rateUl);
        mark.state.reckon?.();
        delete mark.state.reckon;
      };
      during(world, { beginAt, forMs: planted.forMs, mark }, begin, end);
    },
  };
}

export function leak(world: World, planted: Of<"leak">): Effect {
  return seep(world, planted, { entry: "leakedUl", rate: "leakUlPerH", fenPerL: priceOf(world, planted.tank) });
}

export function waterIngress(world: World, planted: Of<"water-ingress">): Effect {
  return seep(world, planted, { entry: "waterInUl", rate: "waterUlPerH", fenPerL: 0 });
}

export function theft(world: World, planted: Of<"theft">): Effect {
  const tank = world.tanks.get(planted.tank)!;
  return {
    subject: planted.tank,
    detail: { volumeL: planted.volumeL },
    plant: (beginAt, { running, over, state }) => {
      let left = planted.volumeL * UL_PER_L;
      const perMs = planted.forMs === undefined ? (THEFT_L_PER_MIN * UL_PER_L) / 60_000 : left / planted.forMs;
      const pump = () => {
        const wanted = Math.min(left, perMs * THEFT_STEP_MS);
        const taken = -moveFuel(tank, world.now, -wanted, world.climate);
        count(state, taken, fenOf(taken, priceOf(world, planted.tank)));
        left -= wanted;
        if (left > 0.5 && taken > 0) schedule(world, world.now + THEFT_STEP_MS, pump);
        else over();
      };
      schedule(world, beginAt, () => {
        running();
        schedule(world, world.now + THEFT_STEP_MS, pump);
      });
    },
  };
}

export function probeTrouble(world: World, planted: Of<"probe-stuck" | "probe-out">): Effect {
  const { probe } = world.tanks.get(planted.tank)!;
  const tank = world.tanks.get(planted.tank)!;
  return {
    subject: planted.tank,
    detail: {},
    plant: (beginAt, mark) => {
      const begin = () => {
        if (planted.kind === "probe-out") probe.out = true;
        else probe.stuckUm = noisyLevelUm(world, tank, world.now);
      };
      const end = () => {
        if (planted.kind === "probe-out") probe.out = false;
        else probe.stuckUm = undefined;
      };
      during(world, { beginAt, forMs: planted.forMs, hours: planted.hours, mark }, begin, end);
    },
  };
}

/** A box between probe and gauge makes the levels up from the book: they are right, and they do not tremble. */
export function gaugeInvented(world: World, planted: Of<"gauge-invented">): Effect {
  const { probe } = world.tanks.get(planted.tank)!;
  return {
    subject: planted.tank,
    detail: {},
    plant: (beginAt, mark) => {
      const set = (invented: boolean) => {
        probe.invented = invented;
      };
      during(
        world,
        { beginAt, forMs: planted.forMs, mark },
        () => set(true),
        () => set(false),
      );
    },
  };
}

export function chartAltered(world: World, planted: Of<"chart-altered">): Effect {
  const tank = world.tanks.get(planted.tank)!;
  return {
    subject: planted.tank,
    detail: { percent: planted.percent },
    plant: (beginAt, mark) => {
      const before = tank.chart;
      during(
        world,
        { beginAt, forMs: planted.forMs, mark },
        () => {
          tank.chart = before.scaled(1 + planted.percent / 100);
        },
        () => {
          tank.chart = before;
        },
      );
    },
  };
}
