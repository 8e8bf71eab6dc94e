/** Tampering with what counts and reports: totals, boards, clocks, seals, cables, the gateway's plug. */
import { expectedOfLine } from "../expectations.ts";
import { UL_PER_CL } from "../stock.ts";
import { type NozzleState, record, schedule, type World } from "../world.ts";
import { count, during, type Effect, type Of } from "./effect.ts";

/** A board is out this long while it is being changed. */
const BOARD_SWAP_MS = 120_000;
/** A total is rolled back only when the nozzle has hung this long. */
const ROLLBACK_QUIET_MS = 20_000;

export function rollback(world: World, cheat: Of<"total-rollback">): Effect {
  const nozzle = world.nozzles.get(cheat.nozzle)!;
  const amountFen = Math.round((cheat.volumeCl * nozzle.unitPriceFen) / 100);
  return turnBack(world, nozzle, { volumeCl: cheat.volumeCl, amountFen });
}

export function reset(world: World, cheat: Of<"total-reset">): Effect {
  return turnBack(world, world.nozzles.get(cheat.nozzle)!, undefined);
}

/** @param by undefined: to zero */
function turnBack(world: World, nozzle: NozzleState, by: { volumeCl: number; amountFen: number } | undefined): Effect {
  return {
    subject: nozzle.plan.nozzle,
    detail: { ...by },
    plant: (beginAt, { running, over, state }) => {
      const attempt = () => {
        const quietAt = nozzle.fuelling ? world.now + 1_000 : nozzle.hungUpAt + ROLLBACK_QUIET_MS;
        if (nozzle.fuelling || quietAt > world.now) {
          schedule(world, quietAt, attempt);
          return;
        }
        running();
        const before = nozzle.grandTotal;
        nozzle.grandTotal = {
          volumeCl: by ? Math.max(0, before.volumeCl - by.volumeCl) : 0,
          amountFen: by ? Math.max(0, before.amountFen - by.amountFen) : 0,
        };
        const lostCl = before.volumeCl - nozzle.grandTotal.volumeCl;
        count(state, lostCl * UL_PER_CL, before.amountFen - nozzle.grandTotal.amountFen);
        over();
      };
      schedule(world, beginAt, attempt);
    },
  };
}

export function breakSeal(world: World, cheat: Of<"seal-cut" | "seal-open">): Effect {
  const seal = world.seals.get(cheat.seal)!;
  return {
    subject: cheat.seal,
    detail: { place: seal.plan.place, of: seal.plan.of },
    plant: (beginAt, { running, over }) => {
      schedule(world, beginAt, () => {
        running();
        if (cheat.kind === "seal-cut") {
          seal.condition = "cut";
          seal.tamperCount += 1;
          over();
          return;
        }
        if (seal.condition === "sealed") seal.condition = "open";
        seal.openCount += 1;
        if (cheat.forMs === undefined) {
          over();
          return;
        }
        schedule(world, world.now + cheat.forMs, () => {
          if (seal.condition === "open") seal.condition = "sealed";
          over();
        });
      });
    },
  };
}

/** A seal is not heard any more: its battery is empty, or something lies over it. Its hub says so. */
export function silenceSeal(world: World, cheat: Of<"seal-silent">): Effect {
  const seal = world.seals.get(cheat.seal)!;
  return {
    subject: cheat.seal,
    detail: { place: seal.plan.place, of: seal.plan.of },
    plant: (beginAt, mark) => {
      const turn = (silent: boolean) => {
        seal.silent = silent;
        record(world, { event: "device", device: cheat.seal, state: silent ? "silent" : "heard" });
      };
      during(
        world,
        { beginAt, forMs: cheat.forMs, mark },
        () => turn(true),
        () => turn(false),
      );
    },
  };
}

/** Another seal in the old one's place: its serial is its own and its counters begin anew. */
export function swapSeal(world: World, cheat: Of<"seal-swapped">): Effect {
  const seal = world.seals.get(cheat.seal)!;
  return {
    subject: cheat.seal,
    detail: { place: seal.plan.place, of: seal.plan.of, serialAfter: cheat.serial },
    plant: (beginAt, { running, over }) => {
      schedule(world, beginAt, () => {
        running();
        Object.assign(seal, { serial: cheat.serial, condition: "sealed", tamperCount: 0, openCount: 0 });
        over();
      });
    },
  };
}

/** The tax chip is pulled and put back: the board starts anew and has lost who it belongs to. */
export function taxStateLost(world: World, cheat: Of<"tax-state-lost">): Effect {
  const dispenser = world.dispensers.get(cheat.device)!;
  return {
    subject: cheat.device,
    detail: {},
    plant: (beginAt, mark) => {
      const turn = (initialised: boolean) => {
        dispenser.initialised = initialised;
        dispenser.silentUntil = world.now + BOARD_SWAP_MS;
      };
      during(
        world,
        { beginAt, forMs: cheat.forMs, mark },
        () => turn(false),
        () => turn(dispenser.plan.initialised),
      );
    },
  };
}

export function boardSwap(world: World, cheat: Of<"board-swap">): Effect {
  const dispenser = world.dispensers.get(cheat.device)!;
  return {
    subject: cheat.device,
    detail: { factorySerialAfter: cheat.factorySerial },
    plant: (beginAt, { running, over }) => {
      schedule(world, beginAt, () => {
        running();
        dispenser.silentUntil = world.now + (cheat.forMs ?? BOARD_SWAP_MS);
        schedule(world, dispenser.silentUntil, () => {
          dispenser.factorySerial = cheat.factorySerial;
          over();
        });
      });
    },
  };
}

/** Turns the clock of a tax board back, or the gateway's own. */
export function turnClock(world: World, cheat: Of<"clock-turned"> & { byMs: number }): Effect {
  const board = world.dispensers.get(cheat.device);
  const turn = (byMs: number) => {
    if (board) {
      board.clockAheadMs += byMs;
      return;
    }
    world.gatewayAheadMs += byMs;
    record(world, { event: "gateway", state: "clock-stepped", stepMs: byMs });
  };
  return {
    subject: cheat.device,
    detail: { byMs: -cheat.byMs },
    plant: (beginAt, mark) => {
      const span = { beginAt, forMs: cheat.forMs, mark };
      during(
        world,
        span,
        () => turn(-cheat.byMs),
        () => turn(cheat.byMs),
      );
    },
  };
}

export function cablePulled(world: World, cheat: Of<"cable-pulled">): Effect {
  const { scenario } = world;
  const taxPort = scenario.dispensers.find((dispenser) => dispenser.line === cheat.line);
  const modbus = [scenario.sealHub, scenario.gauge].find((plan) => plan?.line === cheat.line);
  return {
    subject: taxPort?.device ?? modbus?.device ?? cheat.line,
    expects: expectedOfLine(
      { taxPort: taxPort !== undefined, sealHub: modbus !== undefined && modbus === scenario.sealHub },
      cheat,
    ),
    detail: { line: cheat.line, ...(cheat.hours !== undefined && { hours: cheat.hours }) },
    plant: (beginAt, mark) => {
      const span = { beginAt, forMs: cheat.forMs ?? 0, hours: cheat.hours, mark };
      during(
        world,
        span,
        () => setLine(world, cheat.line, false),
        () => setLine(world, cheat.line, true),
      );
    },
  };
}

/** Pulls the cable of a serial line out (false) or puts it back (true); nothing happens when it is so already. */
export function setLine(world: World, line: string, pluggedIn: boolean): void {
  if (world.lines.get(line) === pluggedIn) return;
  world.lines.set(line, pluggedIn);
  record(world, { event: "line", line, state: pluggedIn ? "plugged" : "pulled" });
}
