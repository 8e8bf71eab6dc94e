/** Puts faults in force and ends them at their simulated time, and says so in the truth. */
import { present } from "../devices/gauges/view.ts";
import { setLine } from "../physics/cheats.ts";
import { record, schedule, type World } from "../physics/world.ts";
import { type Fault, type FaultKind, subjectOf } from "./kinds.ts";

/** A fault with its span: due `atMs` after the start of the run, or at once when that has passed. */
export interface TimedFault {
  fault: Fault;
  atMs: number;
  /** Undefined: until it is ended by hand. */
  forMs?: number;
}

/** Schedules a fault. */
export function inject(world: World, { fault, atMs, forMs }: TimedFault): void {
  const beginsAt = Math.max(world.now, world.startAt + atMs);
  schedule(world, beginsAt, () => begin(world, fault));
  if (forMs === undefined) return;
  // A fault of the same kind that has taken this one's place since then has its own end.
  schedule(world, beginsAt + forMs, () => {
    const { kind } = fault;
    if (world.faults.list().includes(fault)) endFault(world, kind, subjectOf(fault));
  });
}

/** Ends a fault now. @returns false when none of the kind was in force there */
export function endFault(world: World, kind: FaultKind, subject: string): boolean {
  const ended = world.faults.end(kind, subject);
  if (!ended) return false;
  if (ended.kind === "unplugged") setLine(world, ended.line, true);
  record(world, { event: "fault", ...ended, phase: "end" });
  return true;
}

function begin(world: World, fault: Fault): void {
  world.faults.begin(fault);
  record(world, { event: "fault", ...fault, phase: "start" });
  if (fault.kind === "unplugged") setLine(world, fault.line, false);
  if (fault.kind === "float-stuck") {
    world.faults.freeze(fault.tank, present(world, world.tanks.get(fault.tank)!.plan));
  }
}
