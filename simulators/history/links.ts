/** Which devices of a station there are, and whether each could answer now. */
import type { World } from "../physics/world.ts";

export interface Link {
  device: string;
  line: string;
  reachable: () => boolean;
  isUp: boolean;
  downAt: number;
}

/** The devices, all of them up. */
export function linksOf(world: World): Link[] {
  const { gauge, sealHub } = world.scenario;
  const link = (device: string, line: string, reachable: () => boolean): Link => ({
    device,
    line,
    reachable,
    isUp: true,
    downAt: 0,
  });
  const isIn = (line: string) => world.lines.get(line) !== false;
  const links = [...world.dispensers.values()].map((dispenser) => {
    const { device, line } = dispenser.plan;
    return link(device, line, () => isIn(line) && dispenser.silentUntil <= world.now);
  });
  for (const plan of [gauge, sealHub]) {
    if (!plan) continue;
    const line = plan.line ?? plan.device;
    links.push(link(plan.device, line, () => isIn(line) && (plan !== sealHub || world.sealHubOn)));
  }
  return links;
}
