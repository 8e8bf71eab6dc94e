/** What is done to the boxes at a station: the gateway's power, cabinet, program and journal; the seal hub's power. */
import { record, schedule, type World } from "../world.ts";
import { during, type Effect, type Of } from "./effect.ts";

export function sealHubOff(world: World, cheat: Of<"seal-hub-off">): Effect {
  const seal = cheat.cut === undefined ? undefined : world.seals.get(cheat.cut);
  return {
    subject: cheat.cut ?? world.scenario.sealHub?.device ?? "seals",
    detail: {},
    plant: (beginAt, mark) => {
      const { sealHub } = world.scenario;
      const turn = (on: boolean) => {
        world.sealHubOn = on;
        if (sealHub && on) world.faults.end("silent", sealHub.device);
        else if (sealHub) world.faults.begin({ kind: "silent", device: sealHub.device });
        record(world, { event: "device", device: world.scenario.sealHub?.device ?? "seals", state: on ? "on" : "off" });
      };
      const off = () => {
        turn(false);
        if (!seal) return;
        seal.condition = "cut";
        seal.tamperCount += 1;
      };
      during(world, { beginAt, forMs: cheat.forMs, mark }, off, () => turn(true));
    },
  };
}

export function gatewayUnplugged(world: World, cheat: Of<"gateway-unplugged">): Effect {
  const set = (on: boolean) => {
    world.gatewayOn = on;
    record(world, { event: "gateway", state: on ? "on" : "off" });
  };
  return {
    subject: "gateway",
    detail: { ...(cheat.hours !== undefined && { hours: cheat.hours }) },
    plant: (beginAt, mark) => {
      during(
        world,
        { beginAt, forMs: cheat.forMs, hours: cheat.hours, mark },
        () => set(false),
        () => set(true),
      );
    },
  };
}

/** The door of the gateway's cabinet stands open for a while. */
export function cabinetOpened(world: World, cheat: Of<"cabinet-opened">): Effect {
  const set = (open: boolean) => {
    world.cabinetOpen = open;
    record(world, { event: "gateway", state: open ? "cabinet-open" : "cabinet-closed" });
  };
  return {
    subject: "gateway",
    detail: {},
    plant: (beginAt, mark) => {
      during(
        world,
        { beginAt, forMs: cheat.forMs, mark },
        () => set(true),
        () => set(false),
      );
    },
  };
}

/** Something that happens to the gateway at once, and leaves it another one. */
function atOnce(world: World, state: string): Effect {
  return {
    subject: "gateway",
    detail: {},
    plant: (beginAt, { running, over }) => {
      schedule(world, beginAt, () => {
        running();
        record(world, { event: "gateway", state });
        over();
      });
    },
  };
}

/** Somebody gives the gateway another configuration than was approved. */
export function programChanged(world: World): Effect {
  return atOnce(world, "program-changed");
}

/** Somebody has written into the file of the gateway's journal: it is set aside, and a new chain begins. */
export function journalDamaged(world: World): Effect {
  return atOnce(world, "journal-damaged");
}
