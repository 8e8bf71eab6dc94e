/** Whether every reading of a tank that moved beyond its dead band was recorded. */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import { ON_ITS_WAY_MS, type Told, toldOf } from "./told.ts";

export type Quantity =
  | "levelUm"
  | "waterLevelUm"
  | "temperatureMc"
  | "volumeCl"
  | "standardVolumeCl"
  | "waterVolumeCl"
  | "ullageCl";
export type Figures = Record<Quantity, number | null>;

/** How far a quantity moves before it is recorded, by the agent's configuration. */
export type Bands = Partial<Record<Quantity, number>>;

interface Shown {
  at: number;
  figures: Partial<Figures>;
}

export class DeadBands {
  readonly #bands: Bands;
  readonly #shown = new Map<string, Shown[]>();

  constructor(bands: Bands) {
    this.#bands = bands;
  }

  /** A gauge showed these figures of a tank, and they must have reached the agent. */
  shown(tank: string, at: number, figures: Partial<Figures>): void {
    if (Object.keys(figures).length === 0) return;
    const known = this.#shown.get(tank);
    if (known === undefined) this.#shown.set(tank, [{ at, figures }]);
    else known.push({ at, figures });
  }

  /** How many readings there were. */
  get count(): number {
    return [...this.#shown.values()].reduce((sum, shown) => sum + shown.length, 0);
  }

  /** Readings that moved beyond their dead band from what had been recorded by then, and are in no record. */
  faults(told: readonly Told[]): string[] {
    const records = toldOf(told, "tank");
    return [...this.#shown].flatMap(([tank, shown]) => {
      const own = records.filter(({ record }) => record.tank === tank);
      let next = 0;
      const missed = shown.filter(({ at, figures }) => {
        while (own[next + 1] !== undefined && own[next + 1]!.at <= at + ON_ITS_WAY_MS) next += 1;
        return this.#beyond(own[next]?.record, figures) !== undefined && !this.#isNear(own, at, figures);
      });
      const [first] = missed;
      if (first === undefined) return [];
      return [
        `${tank}: ${missed.length} readings moved beyond a dead band unrecorded, the first ${JSON.stringify(first)}`,
      ];
    });
  }

  /** One of the records made while the reading was on its way has it. */
  #isNear(own: readonly { record: RecordOf<"tank">; at: number }[], at: number, figures: Partial<Figures>): boolean {
    return own.some((one) => Math.abs(one.at - at) <= ON_ITS_WAY_MS && this.#beyond(one.record, figures) === undefined);
  }

  #beyond(record: RecordOf<"tank"> | undefined, figures: Partial<Figures>): string | undefined {
    return Object.entries(this.#bands).find(([name, band]) => {
      const shown = figures[name as Quantity];
      if (shown === undefined) return false;
      const told = record?.[name as Quantity] ?? null;
      return shown === null || told === null ? shown !== told : Math.abs(shown - told) >= band;
    })?.[0];
  }
}
