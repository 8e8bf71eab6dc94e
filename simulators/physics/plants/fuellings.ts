/** Cheats on fuellings: sales past the tax port, short measure, altered and replayed records, false prices, hidden tanks. */
import { randomStream } from "../../random.ts";
import { UL_PER_CL } from "../stock.ts";
import { changePrices } from "../supply.ts";
import { inventSale } from "../trade.ts";
import { type Meddling, type NozzleState, schedule, type World } from "../world.ts";
import { count, during, type Effect, fenOf, inHours, type Of, shortUl, unseen } from "./effect.ts";

/** The station itself, as the subject of what touches all nozzles. */
const STATION = "station";

export function bypass(world: World, cheat: Of<"bypass-tax-port">): Effect {
  const nozzle = world.nozzles.get(cheat.nozzle)!;
  return {
    subject: nozzle.plan.tank,
    detail: { nozzle: cheat.nozzle },
    plant: (beginAt, { running, over, state }) => {
      const chance = randomStream(world.scenario.seed, `plant/${state.id}`);
      const begin = () => {
        if (nozzle.bypass) {
          schedule(world, world.now + 1_000, begin);
          return;
        }
        let ended = false;
        const lifted = () => {
          const fuellingUnseen = nozzle.fuelling !== undefined && !nozzle.fuelling.onWire;
          if (ended || fuellingUnseen || nozzle.bypass?.left !== 0) return;
          ended = true;
          nozzle.bypass = undefined;
          world.meddling.splice(world.meddling.indexOf(counting), 1);
          over();
        };
        const takes = () =>
          inHours(cheat.hours, world.now) &&
          unseen(world, cheat.honestWhenInspected) &&
          (cheat.share === undefined || chance.next() < cheat.share);
        const counting: Meddling = {
          plant: state,
          lift: (fuelling, of) => {
            if (of !== nozzle || fuelling.onWire) return false;
            const { targetCl } = fuelling.flow;
            return count(state, targetCl * UL_PER_CL, (targetCl * fuelling.unitPriceFen) / 100);
          },
        };
        nozzle.bypass = { left: cheat.count, takes, lifted };
        world.meddling.push(counting);
        running();
        if (cheat.forMs !== undefined) {
          schedule(world, world.now + cheat.forMs, () => {
            if (nozzle.bypass) nozzle.bypass.left = 0;
            lifted();
          });
        }
      };
      schedule(world, beginAt, begin);
    },
  };
}

/** Meddles with fuellings for a span, on one nozzle or all, in some hours or all. */
function meddle(
  world: World,
  cheat: { nozzle?: string; hours?: string; forMs?: number; honestWhenInspected?: boolean },
  of: { subject: string; expects?: string[]; detail?: Record<string, unknown> },
  make: (at: { works: (nozzle: NozzleState) => boolean; state: Meddling["plant"] }) => Omit<Meddling, "plant">,
): Effect {
  const works = (nozzle: NozzleState) =>
    (cheat.nozzle === undefined || nozzle.plan.nozzle === cheat.nozzle) &&
    inHours(cheat.hours, world.now) &&
    unseen(world, cheat.honestWhenInspected);
  return {
    ...of,
    detail: { ...of.detail, ...(cheat.nozzle !== undefined && { nozzle: cheat.nozzle }) },
    plant: (beginAt, mark) => {
      const meddling: Meddling = { plant: mark.state, ...make({ works, state: mark.state }) };
      during(
        world,
        { beginAt, forMs: cheat.forMs, mark },
        () => world.meddling.push(meddling),
        () => world.meddling.splice(world.meddling.indexOf(meddling), 1),
      );
    },
  };
}

export function shortMeasure(world: World, cheat: Of<"short-measure">): Effect {
  const keeps = 1 - cheat.percent / 100;
  const detail = { percent: cheat.percent, ...(cheat.beyondL !== undefined && { beyondL: cheat.beyondL }) };
  return meddle(world, cheat, { subject: cheat.nozzle ?? STATION, detail }, ({ works, state }) => ({
    lift: (fuelling, nozzle) => {
      if (!works(nozzle)) return false;
      const honest = fuelling.meter;
      fuelling.meter =
        cheat.beyondL === undefined
          ? { ...honest, factor: honest.factor * keeps, factorBeyond: honest.factorBeyond * keeps }
          : { ...honest, beyondCl: cheat.beyondL * 100, factorBeyond: honest.factor * keeps };
      const short = shortUl(fuelling, honest, fuelling.flow.targetCl);
      if (short <= 0) return false;
      return count(state, short, fenOf(short, fuelling.unitPriceFen));
    },
  }));
}

export function alteredRecords(world: World, cheat: Of<"altered-records">): Effect {
  const keeps = 1 - (cheat.shortPercent ?? 0) / 100;
  const detail = { percent: cheat.percent, shortPercent: cheat.shortPercent ?? 0 };
  return meddle(world, cheat, { subject: cheat.nozzle ?? STATION, detail }, ({ works, state }) => {
    const touched = new WeakSet<object>();
    return {
      lift: (fuelling, nozzle) => {
        if (!works(nozzle)) return false;
        touched.add(fuelling);
        const { meter } = fuelling;
        fuelling.meter = { ...meter, factor: meter.factor * keeps, factorBeyond: meter.factorBeyond * keeps };
        return false;
      },
      hangUp: (booking, fuelling) => {
        if (!touched.has(fuelling)) return false;
        const { volumeCl, amountFen, unitPriceFen } = booking;
        booking.volumeCl = Math.round(volumeCl * (1 - cheat.percent / 100));
        booking.amountFen = Math.round((booking.volumeCl * unitPriceFen) / 100);
        // What flowed and was not told: what the customer paid for and did not get has left no tank.
        return count(state, (volumeCl * keeps - booking.volumeCl) * UL_PER_CL, amountFen - booking.amountFen);
      },
    };
  });
}

export function replayedRecords(world: World, cheat: Of<"replayed-records">): Effect {
  const length = cheat.sales ?? 5;
  return meddle(world, cheat, { subject: cheat.nozzle }, ({ works, state }) => {
    const heard: { volumeCl: number; amountFen: number; unitPriceFen: number }[] = [];
    let next = 0;
    return {
      hangUp: (booking, _fuelling, nozzle) => {
        if (!works(nozzle)) return false;
        if (heard.length < length) {
          heard.push({ ...booking });
          return false;
        }
        const { volumeCl, amountFen } = booking;
        Object.assign(booking, heard[next % length]);
        next += 1;
        return count(state, (volumeCl - booking.volumeCl) * UL_PER_CL, amountFen - booking.amountFen);
      },
    };
  });
}

/** An invented sale is written so long after a true one: sooner than the next car can have fuelled. */
const WRITTEN_AFTER_MS = 20_000;

/** A box on the board's line writes sales that nobody made: for invoices, or for subsidised fuel that went elsewhere. */
export function inventedSales(world: World, cheat: Of<"sales-invented">): Effect {
  const detail = { volumeL: cheat.volumeL };
  return meddle(world, cheat, { subject: cheat.nozzle, detail }, ({ works, state }) => {
    const chance = randomStream(world.scenario.seed, `plant/${state.id}`);
    return {
      hangUp: (_booking, _fuelling, nozzle) => {
        if (!works(nozzle) || (cheat.share !== undefined && chance.next() >= cheat.share)) return false;
        schedule(world, world.now + WRITTEN_AFTER_MS, () => {
          const { volumeCl, amountFen } = inventSale(world, nozzle, Math.round(cheat.volumeL * 100), state.id);
          count(state, volumeCl * UL_PER_CL, amountFen);
        });
        return false;
      },
    };
  });
}

export function priceUnderBoard(world: World, cheat: Of<"price-under-board">): Effect {
  const subject = cheat.nozzle ?? STATION;
  return meddle(world, cheat, { subject, detail: { byFen: cheat.byFen } }, ({ works, state }) => ({
    lift: (fuelling, nozzle) => {
      if (!works(nozzle)) return false;
      const before = fuelling.unitPriceFen;
      fuelling.unitPriceFen = Math.max(1, before - cheat.byFen);
      const { targetCl } = fuelling.flow;
      return count(state, targetCl * UL_PER_CL, ((before - fuelling.unitPriceFen) * targetCl) / 100);
    },
  }));
}

/** All grades far below what the area asks, on the board and in the dispensers, and filed as such. */
export function boardUnderArea(world: World, cheat: Of<"board-under-area">): Effect {
  const keeps = 1 - cheat.percent / 100;
  return {
    subject: STATION,
    detail: { percent: cheat.percent },
    plant: (beginAt, mark) => {
      const turn = (by: number) => changePrices(world, (fen) => Math.max(1, Math.round(fen * by)));
      during(
        world,
        { beginAt, forMs: cheat.forMs, mark },
        () => turn(keeps),
        () => turn(1 / keeps),
      );
    },
  };
}

export function amountMismatch(world: World, cheat: Of<"amount-mismatch">): Effect {
  const detail = { percent: cheat.percent };
  return meddle(world, cheat, { subject: cheat.nozzle, detail }, ({ works, state }) => ({
    hangUp: (booking, _fuelling, nozzle) => {
      if (!works(nozzle)) return false;
      const honest = booking.amountFen;
      booking.amountFen = Math.round(honest * (1 + cheat.percent / 100));
      return count(state, booking.volumeCl * UL_PER_CL, Math.abs(booking.amountFen - honest));
    },
  }));
}

export function hiddenTank(world: World, cheat: Of<"hidden-tank">): Effect {
  const { tank } = world.nozzles.get(cheat.nozzle)!.plan;
  return meddle(world, cheat, { subject: tank }, ({ works, state }) => {
    const chance = randomStream(world.scenario.seed, `plant/${state.id}`);
    return {
      lift: (fuelling, nozzle) => {
        if (!works(nozzle) || (cheat.share !== undefined && chance.next() >= cheat.share)) return false;
        fuelling.elsewhere = true;
        const { targetCl } = fuelling.flow;
        return count(state, targetCl * UL_PER_CL, (targetCl * fuelling.unitPriceFen) / 100);
      },
    };
  });
}
