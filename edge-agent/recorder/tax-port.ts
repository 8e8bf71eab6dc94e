/** All that is recorded of one tax device: its sales, who it is, and its day and month totals. Pure. */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { Poll } from "../drivers/driver.ts";
import type { Observation } from "../drivers/observation.ts";
import type { Want } from "../lines/reporter.ts";
import { Chores } from "./chores.ts";
import { type Identity, IdentityRecorder } from "./identity.ts";
import type { KnownNozzle } from "./nozzle-state.ts";
import type { Outcome } from "./outcome.ts";
import { type KnownPeriods, type PeriodQuestion, PeriodTotals } from "./periods.ts";
import { type SalesOptions, SalesRecorder } from "./sales.ts";

export interface TaxPortOptions extends SalesOptions {
  /** The device counts as idle when so long no sign of use was seen. */
  idleMs: number;
}

/** What the journal holds of a device, by nozzle. */
export interface KnownTaxPort {
  totals: ReadonlyMap<string, KnownNozzle>;
  identities: ReadonlyMap<string, Identity>;
  periods: ReadonlyMap<string, KnownPeriods>;
}

export type TaxPortObservation = Extract<
  Observation,
  { point: "grand-total" | "last-fuelling" | "information" | "period-total" }
>;

/** A moment, on both clocks. */
export interface Moment {
  /** Monotonic milliseconds. */
  now: number;
  /** The station's time, RFC 3339. */
  local: string;
}

export class TaxPortRecorder {
  readonly #options: TaxPortOptions;
  readonly #sales: SalesRecorder;
  readonly #identity: IdentityRecorder;
  readonly #periods: PeriodTotals;
  readonly #chores: Chores;

  constructor(options: TaxPortOptions, known: KnownTaxPort, now: number) {
    const { device, nozzles } = options;
    this.#options = options;
    this.#sales = new SalesRecorder(options, now, known.totals);
    this.#identity = new IdentityRecorder(known.identities);
    this.#periods = new PeriodTotals(device, nozzles, known.periods);
    this.#chores = new Chores(options, this.#periods, now);
  }

  observed(seen: TaxPortObservation, moment: Moment): Outcome {
    const { now } = moment;
    this.#chores.polled(keyOf(seen), true, now);
    return this.#withChores(this.#decide(seen, now), moment);
  }

  /** A poll was answered by nothing that can be used. */
  failed(poll: Poll, moment: Moment): Outcome {
    const { now } = moment;
    const [kind, nozzle = ""] = poll.key.split("/");
    this.#chores.polled(poll.key, false, now);
    if (kind === "last-fuelling") return this.#withChores(this.#sales.noLastFuelling(nozzle, now), moment);
    if (kind === "information") return this.#withChores(this.#identity.noInformation(poll.device, nozzle), moment);
    const question = questionOf(poll);
    if (question !== undefined) this.#periods.failed(question, now);
    return this.#withChores({ records: [], wants: [] }, moment);
  }

  /** The device answers again. @param downMs how long it did not; null when it was never heard before */
  afterSilence(downMs: number | null, moment: Moment): Outcome {
    const { device, nozzles } = this.#options;
    if (downMs !== null) this.#chores.used(moment.now);
    this.#periods.afterSilence(moment.local, moment.now);
    const sales = this.#sales.afterSilence();
    const identity = this.#identity.afterSilence(device, nozzles);
    return this.#withChores({ records: sales.records, wants: [...sales.wants, ...identity.wants] }, moment);
  }

  #decide(seen: TaxPortObservation, now: number): Outcome {
    switch (seen.point) {
      case "grand-total":
        return this.#sales.total(seen, now);
      case "last-fuelling":
        return this.#sales.lastFuelling(seen, now);
      case "information":
        return this.#identity.information(seen, now);
      case "period-total":
        return { records: this.#periods.total(seen), wants: [] };
    }
  }

  /** What disturbs the device or can wait goes through the chores. */
  #withChores({ records, wants }: Outcome, { now, local }: Moment): Outcome {
    if (records.some(isSale)) this.#chores.used(now);
    const isInformation = ({ key }: Want) => key.startsWith("information/");
    const asked = wants.filter(isInformation).map(({ key }) => key.split("/")[1] ?? "");
    if (asked.length > 0) this.#chores.askInformation(asked, now);
    this.#periods.tick(local, now);
    const chores = this.#chores.next(now, this.#sales.isDeciding);
    return { records, wants: [...wants.filter((want) => !isInformation(want)), ...chores] };
  }
}

function isSale({ kind }: RecordBody): boolean {
  return kind === "sale";
}

function keyOf(seen: TaxPortObservation): string {
  return `${seen.point === "period-total" ? `${seen.scope}-total` : seen.point}/${seen.nozzle}`;
}

function questionOf({ key, argument }: Poll): PeriodQuestion | undefined {
  const [kind, nozzle = ""] = key.split("/");
  if (argument === undefined || (kind !== "day-total" && kind !== "month-total")) return undefined;
  return { nozzle, scope: kind === "day-total" ? "day" : "month", period: argument };
}
