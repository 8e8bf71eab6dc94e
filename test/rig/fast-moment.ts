/** When something happens in a scenario that is worth an agent's while: the run begins a little before, and shows it. */
import { createStation } from "@forecourt/simulators/physics/station.ts";
import { step } from "@forecourt/simulators/physics/world.ts";
import { resolveScenario } from "@forecourt/simulators/scenario/scenario.ts";
import type { ScenarioFile } from "@forecourt/simulators/scenario/schema.ts";
import { durationMs } from "@forecourt/simulators/time.ts";
import type { TruthEvent } from "@forecourt/simulators/truth/events.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What happens of itself is looked for in so many days. */
const MOST_DAYS = 21;

/** Kinds that show in a sale alone, which may take a while after they began. */
const IN_SALES = [
  ...["bypass-tax-port", "short-measure", "altered-records", "replayed-records", "price-under-board"],
  ...["amount-mismatch", "hidden-tank", "sales-invented"],
];
/** Kinds that the supply does to the deliveries that it orders. */
const IN_DELIVERIES = ["short-supply", "unannounced-supply"];

/**
 * The first instant, in ms after the scenario's start, at which what it plants shows, or which its physics bring about.
 * 0 when nothing of the kind happens.
 */
export function momentOf(file: ScenarioFile, startsAt: number): number {
  const scenario = resolveScenario(file);
  const world = createStation(scenario, startsAt);
  const planted = plantedAt(file);
  const untilMs = planted === undefined ? MOST_DAYS * DAY_MS : planted + MOST_DAYS * DAY_MS;
  if (planted !== undefined) step(world, startsAt + planted - 1);
  const shows = planted === undefined ? isFailure : showsIn(file);
  for (let at = planted ?? 0; at < untilMs; at += HOUR_MS) {
    const found = step(world, startsAt + at + HOUR_MS).find(shows);
    if (found !== undefined) return found.at - startsAt;
  }
  return planted ?? 0;
}

function plantedAt({ cheats = [], faults = [], deliveries = [] }: ScenarioFile): number | undefined {
  const times = [...cheats, ...faults, ...deliveries].map(({ at = "0s" }) => durationMs(at) ?? 0);
  return times.length === 0 ? undefined : Math.min(...times);
}

function isFailure({ event }: TruthEvent): boolean {
  return event === "power" || event === "float";
}

/** Whether an event is one in which what the scenario plants can be seen. */
export function showsIn(file: ScenarioFile): (event: TruthEvent) => boolean {
  const { cheats = [] } = file;
  if (plantedAt(file) === undefined) return () => true;
  const [first] = cheats.toSorted(
    (one, other) => (durationMs(one.at ?? "0s") ?? 0) - (durationMs(other.at ?? "0s") ?? 0),
  );
  const kind = first?.kind ?? "";
  const hasHours = first !== undefined && "hours" in first && first.hours !== undefined;
  if (IN_SALES.includes(kind))
    return (event) => event.event === "sale" && (event.cheats !== undefined || !event.onWire);
  if (IN_DELIVERIES.includes(kind)) return (event) => event.event === "delivery" && event.phase === "start";
  if (hasHours && kind !== "probe-stuck" && kind !== "probe-out") {
    return ({ event }) => event === "line" || event === "gateway";
  }
  return (event) => ["cheat", "odd", "fault", "delivery", "line"].includes(event.event);
}
