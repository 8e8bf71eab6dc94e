/** A station ready to run: the world with its customers, its supply, planted events and faults scheduled. */
import { inject } from "../faults/inject.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { plant } from "./cheats.ts";
import { keepAccounts, keepPower, keepPrices, stickFloats } from "./supply.ts";
import { openForTrade } from "./trade.ts";
import { createWorld, type World } from "./world.ts";

/** Creates the station of a scenario, at `startAt` (epoch ms). */
export function createStation(scenario: Scenario, startAt: number): World {
  const world = createWorld(scenario, startAt);
  for (const planted of scenario.plants) plant(world, planted);
  for (const fault of scenario.faults) inject(world, fault);
  keepAccounts(world);
  keepPrices(world);
  keepPower(world);
  stickFloats(world);
  openForTrade(world);
  return world;
}
