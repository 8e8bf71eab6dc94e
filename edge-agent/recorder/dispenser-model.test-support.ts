/**
 * A dispenser with several nozzles behind one tax port, and a line that polls it: routine totals in turn, and what the
 * recorder wants before them. Answers get lost, and single answers carry a neighbour's figures. Never two swapped
 * answers in a row to the same question: the port gives no means to tell a swap that lasts from a true change. And a
 * nozzle that was hung up needs a few seconds to sell again: see the header of sales.ts for why that matters.
 */
import type { RecordBody, SaleRecord } from "@forecourt/protocol/records/schema.ts";
import type { LastFuellingValue } from "../drivers/observation.ts";
import type { KnownNozzle } from "./nozzle-state.ts";
import type { Outcome } from "./outcome.ts";
import { DEVICE, expectValid, salesOptions } from "./sales.test-support.ts";
import { SalesRecorder } from "./sales.ts";

/** One poll: what happens before it, and what becomes of its answer. */
export interface Step {
  event: { kind: "none" } | { kind: "sale"; nozzle: number; volumeCl: number } | { kind: "restart" };
  answer: "true" | "swapped" | "lost";
  neighbour: number;
}

interface ModelNozzle {
  name: string;
  volumeCl: number;
  amountFen: number;
  last: LastFuellingValue;
  soldAt: number;
  sales: { volumeCl: number; amountFen: number; beforeVolumeCl: number }[];
}

const POLL_MS = 400;
/** Lift, pump, hang up: no two fuellings of one nozzle end within this. */
const LEAST_BETWEEN_SALES_MS = 10_000;
const UNIT_PRICE_FEN = 800;

export class DispenserModel {
  readonly nozzles: ModelNozzle[];
  readonly records: RecordBody[] = [];
  #now = 0;
  #recorder: SalesRecorder;
  #wants: string[] = [];
  #turn = 0;
  readonly #swappedLast = new Set<string>();

  /** @param startTotalsCl one for each nozzle */
  constructor(startTotalsCl: readonly number[]) {
    this.nozzles = startTotalsCl.map((volumeCl, index) => ({
      name: `N0${index + 1}`,
      volumeCl,
      amountFen: volumeCl * 8,
      last: { dayOfMonth: 1, hour: 0, minute: index, volumeCl: 0, amountFen: 0, unitPriceFen: UNIT_PRICE_FEN },
      soldAt: Number.NEGATIVE_INFINITY,
      sales: [],
    }));
    this.#recorder = this.#start();
  }

  step({ event, answer, neighbour }: Step): void {
    this.#now += POLL_MS;
    if (event.kind === "sale") this.#sell(this.nozzles[event.nozzle % this.nozzles.length]!, event.volumeCl);
    if (event.kind === "restart") this.#recorder = this.#start();
    const key = this.#wants.shift() ?? `grand-total/${this.nozzles[this.#turn++ % this.nozzles.length]!.name}`;
    this.#answer(key, answer, neighbour);
  }

  /** True answers only, until everything that was sold can have been found. */
  rest(): void {
    for (let poll = 0; poll < 120 * this.nozzles.length; poll += 1) {
      this.step({ event: { kind: "none" }, answer: "true", neighbour: 0 });
    }
  }

  salesOf({ name }: ModelNozzle): Extract<RecordBody, { kind: "sale" }>[] {
    return this.records.filter((record) => record.kind === "sale").filter(({ nozzle }) => nozzle === name);
  }

  /** The total with which the recorder began, or undefined when it never believed a first one. */
  firstTotalCl({ name }: ModelNozzle): number | undefined {
    return this.records.filter((record) => record.kind === "total").find(({ nozzle }) => nozzle === name)?.volumeCl;
  }

  #sell(nozzle: ModelNozzle, volumeCl: number): void {
    if (this.#now - nozzle.soldAt < LEAST_BETWEEN_SALES_MS) return;
    nozzle.soldAt = this.#now;
    const amountFen = volumeCl * 8;
    const minutes = Math.floor(this.#now / 60_000);
    nozzle.sales.push({ volumeCl, amountFen, beforeVolumeCl: nozzle.volumeCl });
    nozzle.volumeCl += volumeCl;
    nozzle.amountFen += amountFen;
    const when = { dayOfMonth: 2, hour: Math.floor(minutes / 60) % 24, minute: minutes % 60 };
    nozzle.last = { ...when, volumeCl, amountFen, unitPriceFen: UNIT_PRICE_FEN };
  }

  #start(): SalesRecorder {
    const names = this.nozzles.map(({ name }) => name);
    const known = new Map<string, KnownNozzle>();
    for (const record of this.records) {
      if (record.kind === "sale") known.set(record.nozzle, knownFrom(record));
      if (record.kind === "total") {
        known.set(record.nozzle, { volumeCl: record.volumeCl, amountFen: record.amountFen, fuelling: null });
      }
    }
    this.#wants = [];
    return new SalesRecorder(salesOptions(names), this.#now, known);
  }

  #answer(key: string, answer: Step["answer"], neighbour: number): void {
    const [kind, name] = key.split("/") as [string, string];
    if (answer === "lost") {
      if (kind === "last-fuelling") this.#take(this.#recorder.noLastFuelling(name, this.#now));
      return;
    }
    const isSwapped = answer === "swapped" && !this.#swappedLast.has(key);
    if (isSwapped) this.#swappedLast.add(key);
    else this.#swappedLast.delete(key);
    const own = this.nozzles.find((nozzle) => nozzle.name === name)!;
    const { volumeCl, amountFen, last } = isSwapped ? this.nozzles[neighbour % this.nozzles.length]! : own;
    const place = { device: DEVICE, nozzle: name };
    this.#take(
      kind === "grand-total"
        ? this.#recorder.total({ point: "grand-total", ...place, volumeCl, amountFen, raw: ["89"] }, this.#now)
        : this.#recorder.lastFuelling({ point: "last-fuelling", ...place, fuelling: last, raw: ["86"] }, this.#now),
    );
  }

  #take({ records, wants }: Outcome): void {
    expectValid(records);
    this.records.push(...records);
    for (const { key } of wants) if (!this.#wants.includes(key)) this.#wants.push(key);
  }
}

function knownFrom(record: Pick<SaleRecord, "totalVolumeCl" | "totalAmountFen" | "lastFuelling">): KnownNozzle {
  return { volumeCl: record.totalVolumeCl, amountFen: record.totalAmountFen, fuelling: record.lastFuelling };
}
