/**
 * The days that a fleet's gateways report. A few dozen stations are really simulated; each gateway then reports the
 * day of one of them under its own name, key and chain. That is what makes thousands of them fit on one core.
 */
import { stationOf } from "../history/command.ts";
import { Journal } from "../history/line.ts";
import { historyDefaults } from "../history/options.ts";
import { StationRecorder } from "../history/recorder.ts";
import { gatewayOf } from "../history/registry.ts";
import { plant } from "../physics/cheats.ts";
import { createStation } from "../physics/station.ts";
import { step } from "../physics/world.ts";
import { randomStream } from "../random.ts";
import type { PlantFile } from "../scenario/plants.ts";
import { resolvePlant, type Scenario } from "../scenario/scenario.ts";

/** A simulated station and the lines its gateway would journal, oldest first. */
export interface Model {
  scenario: Scenario;
  /** The gateway that stands in the lines. */
  gateway: string;
  lines: { at: number; line: string }[];
  /** What is cheated there; undefined: nothing. */
  cheat: PlantFile | undefined;
}

const HOUR_MS = 3_600_000;

/**
 * Simulates stations.
 * @param of honest and cheating: how many of each; span: epoch ms
 */
export function simulateModels(of: {
  honest: number;
  cheating: number;
  seed: number;
  span: { from: number; until: number };
}): Model[] {
  return Array.from({ length: of.honest + of.cheating }, (_, number) => {
    const scenario = stationOf({ seed: of.seed, stations: of.honest + of.cheating }, number);
    const random = randomStream(of.seed, `fleet-cheat/${number}`);
    const cheat = number < of.honest ? undefined : random.pick(cheatsFor(scenario), () => 1);
    return { scenario, gateway: gatewayOf(scenario), cheat, lines: journalOf(scenario, cheat, of.span) };
  });
}

function journalOf(scenario: Scenario, cheat: PlantFile | undefined, span: { from: number; until: number }) {
  const lines: Model["lines"] = [];
  const world = createStation(scenario, span.from);
  if (cheat) plant(world, resolvePlant(cheat));
  const journal = new Journal(gatewayOf(scenario), (text) => {
    for (const line of Buffer.from(text).toString("utf8").split("\n"))
      if (line !== "") lines.push({ at: world.now, line });
  });
  const recorder = new StationRecorder(world, journal, historyDefaults);
  for (let at = span.from; at < span.until; ) {
    at = Math.min(world.due[0]?.at ?? span.until, recorder.nextAt(), span.until);
    recorder.run(step(world, at));
    journal.flush();
  }
  return lines;
}

/** One cheat of each sort that the station has the means for, some hours into the first day. */
function cheatsFor(scenario: Scenario): PlantFile[] {
  const nozzle = scenario.dispensers[0]!.nozzles[0]!;
  const seal = scenario.sealHub?.seals[0];
  const at = `${Math.round((6 * HOUR_MS) / 60_000)}m`;
  return [
    { kind: "bypass-tax-port", nozzle: nozzle.nozzle, at, for: "6h" },
    { kind: "total-rollback", nozzle: nozzle.nozzle, at, volumeCl: 500_000 },
    { kind: "delivery-without-notice", tank: nozzle.tank, at, volumeL: 5_000 },
    ...(seal ? [{ kind: "seal-cut" as const, seal: seal.seal, at }] : []),
  ];
}
