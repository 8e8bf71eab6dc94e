/** A station ready to run: the world with its customers, planted events and faults scheduled. */
import type { Scenario } from "../scenario/scenario.ts";
import { plant, setNoise } from "./cheats.ts";
import { openForTrade } from "./trade.ts";
import { createWorld, schedule, type World } from "./world.ts";

/** Creates the station of a scenario, at `startAt` (epoch ms). */
export function createStation(scenario: Scenario, startAt: number): World {
  const world = createWorld(scenario, startAt);
  for (const planted of scenario.plants) plant(world, planted);
  for (const fault of scenario.faults) {
    schedule(world, startAt + fault.atMs, () => setNoise(world, fault.line, fault.share));
    if (fault.forMs !== undefined) {
      schedule(world, startAt + fault.atMs + fault.forMs, () => setNoise(world, fault.line, 0));
    }
  }
  openForTrade(world);
  return world;
}
