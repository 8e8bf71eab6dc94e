/** A station with 16 nozzles, 6 tanks and 32 seals, as many as one simulated hub has: the large one, with more on its two Modbus devices. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { ROOT } from "../rig/program.ts";

interface Scenario {
  scenario: string;
  tanks: { tank: string }[];
  sealHub: { seals: { seal: string; place: string; of: string }[] };
}

const TANKS = 6;
const SEALS = 32;

/** Writes the scenario. @returns its path */
export function busyStation(): string {
  const large = parse(readFileSync(join(ROOT, "simulators", "scenarios", "large-station.yaml"), "utf8")) as Scenario;
  const tanks = Array.from({ length: TANKS }, (_, index) => {
    const like = large.tanks[index % large.tanks.length]!;
    return { ...like, tank: `T${index + 1}` };
  });
  const { seals } = large.sealHub;
  const more = Array.from({ length: SEALS - seals.length }, (_, index) => ({
    seal: `S${seals.length + index + 1}`,
    place: index % 2 === 0 ? "tank-lid" : "discharge-valve",
    of: `T${(Math.floor(index / 2) % TANKS) + 1}`,
  }));
  const busy = { ...large, scenario: "busy-station", tanks, sealHub: { ...large.sealHub, seals: [...seals, ...more] } };
  const folder = join(ROOT, ".run", "bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "busy-station.yaml");
  writeFileSync(file, stringify(busy));
  return file;
}
