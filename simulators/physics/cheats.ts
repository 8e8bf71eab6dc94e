/** What can be planted in a station, by the scenario or while it runs: each kind changes the world at its time. */
import type { Plant } from "../scenario/scenario.ts";
import { plantDelivery } from "./deliveries.ts";
import { type PlantState, record, schedule, type World } from "./world.ts";

type Of<Kind extends Plant["kind"]> = Extract<Plant, { kind: Kind }>;

interface Effect {
  /** What a flag should be about. */
  subject: string;
  /** Rule ids; empty for what is honest or has no rule yet. */
  expects: string[];
  detail: Record<string, unknown>;
  /** Schedules the effect; `running` and `over` mark its span in the truth. */
  plant: (beginAt: number, mark: { running: () => void; over: () => void }) => void;
}

/** A board is out this long while it is being changed. */
const BOARD_SWAP_MS = 120_000;
/** A total is rolled back only when the nozzle has hung this long. */
const ROLLBACK_QUIET_MS = 20_000;

/** Plants one cheat or delivery, due at its `atMs` after the start or now, whichever is later. */
export function plant(world: World, planted: Plant): PlantState {
  const effect = effectOf(world, planted);
  const state: PlantState = {
    id: planted.id ?? `C${world.plants.length + 1}`,
    kind: planted.kind,
    subject: effect.subject,
    expects: effect.expects,
    phase: "planted",
  };
  world.plants.push(state);
  const say = (phase: "start" | "end") => {
    if (planted.kind === "delivery") return;
    const { id, kind, subject, expects } = state;
    record(world, { event: "cheat", id, kind, subject, phase, expects, ...effect.detail });
  };
  effect.plant(Math.max(world.now, world.startAt + planted.atMs), {
    running: () => {
      state.phase = "running";
      say("start");
    },
    over: () => {
      state.phase = "over";
      say("end");
    },
  });
  return state;
}

function effectOf(world: World, planted: Plant): Effect {
  switch (planted.kind) {
    case "bypass-tax-port":
      return bypass(world, planted);
    case "total-rollback":
      return rollback(world, planted);
    case "seal-cut":
    case "seal-open":
      return breakSeal(world, planted);
    case "board-swap":
      return boardSwap(world, planted);
    case "cable-pulled":
      return cablePulled(world, planted);
    case "delivery":
    case "delivery-without-notice":
      return {
        subject: planted.tank,
        expects: planted.kind === "delivery" ? [] : ["wetstock.inflow-without-notice"],
        detail: { volumeL: planted.volumeL },
        plant: (_beginAt, { running, over }) => plantDelivery(world, planted, { begin: running, end: over }),
      };
  }
}

function bypass(world: World, cheat: Of<"bypass-tax-port">): Effect {
  const nozzle = world.nozzles.get(cheat.nozzle)!;
  return {
    subject: nozzle.plan.tank,
    expects: ["wetstock.outflow-without-sales"],
    detail: { nozzle: cheat.nozzle },
    plant: (beginAt, { running, over }) => {
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
          over();
        };
        nozzle.bypass = { left: cheat.count, lifted };
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

function rollback(world: World, cheat: Of<"total-rollback">): Effect {
  const nozzle = world.nozzles.get(cheat.nozzle)!;
  const amountFen = Math.round((cheat.volumeCl * nozzle.plan.unitPriceFen) / 100);
  return {
    subject: cheat.nozzle,
    expects: ["tax-port.total-decreased"],
    detail: { volumeCl: cheat.volumeCl, amountFen },
    plant: (beginAt, { running, over }) => {
      const attempt = () => {
        const quietAt = nozzle.fuelling ? world.now + 1_000 : nozzle.hungUpAt + ROLLBACK_QUIET_MS;
        if (nozzle.fuelling || quietAt > world.now) {
          schedule(world, quietAt, attempt);
          return;
        }
        running();
        nozzle.grandTotal = {
          volumeCl: Math.max(0, nozzle.grandTotal.volumeCl - cheat.volumeCl),
          amountFen: Math.max(0, nozzle.grandTotal.amountFen - amountFen),
        };
        over();
      };
      schedule(world, beginAt, attempt);
    },
  };
}

function breakSeal(world: World, cheat: Of<"seal-cut" | "seal-open">): Effect {
  const seal = world.seals.get(cheat.seal)!;
  return {
    subject: cheat.seal,
    expects: ["seal.opened"],
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

function boardSwap(world: World, cheat: Of<"board-swap">): Effect {
  const dispenser = world.dispensers.get(cheat.device)!;
  return {
    subject: cheat.device,
    expects: ["tax-port.identity-changed"],
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

function cablePulled(world: World, cheat: Of<"cable-pulled">): Effect {
  const { scenario } = world;
  const taxPort = scenario.dispensers.find((dispenser) => dispenser.line === cheat.line);
  const modbus = [scenario.gauge, scenario.sealHub].find((plan) => plan?.line === cheat.line);
  return {
    subject: taxPort?.device ?? modbus?.device ?? cheat.line,
    expects: taxPort ? ["tax-port.silent"] : [],
    detail: { line: cheat.line },
    plant: (beginAt, { running, over }) => {
      schedule(world, beginAt, () => {
        running();
        setLine(world, cheat.line, false);
        schedule(world, world.now + (cheat.forMs ?? 0), () => {
          setLine(world, cheat.line, true);
          over();
        });
      });
    },
  };
}

/** Pulls the cable of a serial line out (false) or puts it back (true); nothing happens when it is so already. */
export function setLine(world: World, line: string, pluggedIn: boolean): void {
  if (world.lines.get(line) === pluggedIn) return;
  world.lines.set(line, pluggedIn);
  record(world, { event: "line", line, state: pluggedIn ? "plugged" : "pulled" });
}
