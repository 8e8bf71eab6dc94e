/** Which faults are in force now. Lines, devices and gauges ask it at the moment they act. */
import type { GaugeReading } from "../physics/gauge-reading.ts";
import { type Fault, type FaultKind, subjectOf } from "./kinds.ts";

type Of<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;

export class FaultBoard {
  readonly #active = new Map<string, Fault>();
  readonly #frozen = new Map<string, GaugeReading>();
  /** Grows with every change. */
  version = 0;

  /** Puts a fault in force; one of the same kind on the same subject is replaced. */
  begin(fault: Fault): void {
    this.version += 1;
    this.#active.set(keyOf(fault.kind, subjectOf(fault)), fault);
  }

  /** @returns the fault that was in force, if one was */
  end(kind: FaultKind, subject: string): Fault | undefined {
    const key = keyOf(kind, subject);
    const fault = this.#active.get(key);
    this.#active.delete(key);
    if (kind === "float-stuck") this.#frozen.delete(subject);
    this.version += 1;
    return fault;
  }

  /** Keeps the reading at which a tank's float is stuck. */
  freeze(tank: string, reading: GaugeReading): void {
    this.#frozen.set(tank, reading);
  }

  /** The reading at which a tank's float is stuck, while it is. */
  frozen(tank: string): GaugeReading | undefined {
    return this.#frozen.get(tank);
  }

  /** The fault of a kind on a subject, while it is in force. */
  on<Kind extends FaultKind>(kind: Kind, subject: string): Of<Kind> | undefined {
    return this.#active.get(keyOf(kind, subject)) as Of<Kind> | undefined;
  }

  /** All that is in force, oldest first. */
  list(): Fault[] {
    return [...this.#active.values()];
  }
}

function keyOf(kind: FaultKind, subject: string): string {
  return `${kind}/${subject}`;
}
