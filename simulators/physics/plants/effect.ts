/** What every kind of plant is made of: whom it is about, and what it schedules; and how spans and hours are kept. */
import type { Plant } from "../../scenario/scenario.ts";
import { localHour } from "../trade.ts";
import { type Fuelling, type PlantState, record, schedule, type World } from "../world.ts";

export type Of<Kind extends Plant["kind"]> = Extract<Plant, { kind: Kind }>;

export interface Mark {
  /** `running` and `over` mark its span in the truth. */
  running: () => void;
  over: () => void;
  state: PlantState;
}

export interface Effect {
  /** What a flag should be about. */
  subject: string;
  /** Rule ids, where they differ from those of the kind. */
  expects?: string[];
  detail: Record<string, unknown>;
  /** Schedules the effect. */
  plant: (beginAt: number, mark: Mark) => void;
}

/** Whether an instant lies in hours such as 22-05; always, without hours. */
export function inHours(hours: string | undefined, at: number): boolean {
  if (hours === undefined) return true;
  const [from, until] = hours.split("-").map(Number) as [number, number];
  const hour = localHour(at);
  return from < until ? hour >= from && hour < until : hour >= from || hour < until;
}

const HOUR_MS = 3_600_000;
const ZONE_OFFSET_MS = 8 * HOUR_MS;

/**
 * Runs `on` and `off` for a span, or in its hours of every day. Marks the span.
 * @param forMs undefined: to the end of the run
 */
export function during(
  world: World,
  of: { beginAt: number; forMs?: number | undefined; hours?: string | undefined; mark: Mark },
  on: () => void,
  off: () => void,
): void {
  const { beginAt, hours, mark } = of;
  const endsAt = of.forMs === undefined ? Number.POSITIVE_INFINITY : beginAt + of.forMs;
  let isOn = false;
  const turn = (to: boolean) => {
    if (to === isOn) return;
    isOn = to;
    if (to) on();
    else off();
  };
  const look = () => {
    if (world.now >= endsAt) return;
    turn(inHours(hours, world.now));
    if (hours !== undefined) {
      schedule(world, world.now - ((world.now + ZONE_OFFSET_MS) % HOUR_MS) + HOUR_MS, look);
    }
  };
  schedule(world, beginAt, () => {
    mark.running();
    look();
  });
  if (endsAt === Number.POSITIVE_INFINITY) return;
  schedule(world, endsAt, () => {
    turn(false);
    mark.over();
  });
}

/** Whether a cheat that fears inspectors may work now. */
export function unseen(world: World, honestWhenInspected: boolean | undefined): boolean {
  return honestWhenInspected !== true || world.inspected === 0;
}

/** Counts what a cheat did to one fuelling. @param ul and fen that it moved, hid or made up */
export function count(state: PlantState, ul: number, fen: number): true {
  state.effectUl += Math.round(ul);
  state.effectFen += Math.round(fen);
  return true;
}

/** Money of microlitres at a price, fen. */
export function fenOf(ul: number, unitPriceFen: number): number {
  return (ul / 1_000_000) * unitPriceFen;
}

/** True microlitres that a fuelling draws less than its display shows. */
export function shortUl(fuelling: Fuelling, honest: Fuelling["meter"], shownCl: number): number {
  const through = (meter: Fuelling["meter"]) => {
    const first = Math.min(shownCl, meter.beyondCl);
    return (first * meter.factor + (shownCl - first) * meter.factorBeyond) * 10_000;
  };
  return through(honest) - through(fuelling.meter);
}

/** Files something with the collector, now. */
export function file(world: World, filing: Record<string, unknown>): void {
  record(world, { event: "filing", ...filing });
}
