/**
 * What the agent's recorder makes of the tax ports: a sale for each risen total, a statement for a decreased one, and
 * the statements that are due. A model of edge-agent/recorder that looks when something has happened, not every second.
 */
import type { NozzleState, World } from "../physics/world.ts";
import { identity, lastFuelling, periodFrame, totalFrame } from "./frames.ts";
import { type Body, plainList } from "./line.ts";
import type { HistoryOptions } from "./options.ts";

type Append = (body: Body) => void;

interface Known {
  nozzle: NozzleState;
  volumeCl: number;
  amountFen: number;
  statedAt: number;
  isFirst: boolean;
  factorySerial: string | null;
}

/** Why a total may have risen by more than one fuelling. */
export interface Circumstance {
  afterSilence: boolean;
  restarted: boolean;
}

const NORMAL: Circumstance = { afterSilence: false, restarted: false };

export class NozzleRecorder {
  readonly #world: World;
  readonly #append: Append;
  readonly #options: HistoryOptions;
  readonly #known: Map<string, Known>;

  constructor(world: World, append: Append, options: HistoryOptions) {
    this.#world = world;
    this.#append = append;
    this.#options = options;
    this.#known = new Map(
      [...world.nozzles].map(([name, nozzle]) => [
        name,
        { nozzle, volumeCl: 0, amountFen: 0, statedAt: 0, isFirst: true, factorySerial: null },
      ]),
    );
  }

  /** The total of a nozzle is read. */
  read(name: string, circumstance: Circumstance = NORMAL): void {
    const known = this.#known.get(name)!;
    const { volumeCl, amountFen } = known.nozzle.grandTotal;
    if (known.isFirst) {
      this.#state(known, "first");
      known.isFirst = false;
    } else if (volumeCl < known.volumeCl || amountFen < known.amountFen) {
      this.#state(known, "decreased");
    } else if (volumeCl > known.volumeCl || amountFen > known.amountFen) {
      this.#sale(known, circumstance);
    } else if (circumstance.afterSilence) {
      this.#state(known, "after-silence");
    } else if (this.#world.now - known.statedAt >= this.#options.totalHeartbeatMs) {
      this.#state(known, "heartbeat");
    }
    known.volumeCl = volumeCl;
    known.amountFen = amountFen;
  }

  #state(known: Known, cause: string): void {
    const { nozzle } = known;
    const { volumeCl, amountFen } = nozzle.grandTotal;
    known.statedAt = this.#world.now;
    this.#append({
      kind: "total",
      device: nozzle.device,
      nozzle: nozzle.plan.nozzle,
      scope: "grand",
      period: null,
      cause,
      volumeCl,
      amountFen,
      previousVolumeCl: cause === "first" ? null : known.volumeCl,
      previousAmountFen: cause === "first" ? null : known.amountFen,
      quality: "good",
      reason: null,
      raw: plainList([totalFrame(nozzle.grandTotal)]),
    });
  }

  #sale(known: Known, circumstance: Circumstance): void {
    const { nozzle } = known;
    const total = nozzle.grandTotal;
    const volumeCl = total.volumeCl - known.volumeCl;
    const amountFen = total.amountFen - known.amountFen;
    const last = lastFuelling(this.#world.dispensers.get(nozzle.device)!.plan, nozzle);
    const isExplained = last?.fuelling.volumeCl === volumeCl && last.fuelling.amountFen === amountFen;
    const isSameVolume = last?.fuelling.volumeCl === volumeCl;
    known.statedAt = this.#world.now;
    this.#append({
      kind: "sale",
      device: nozzle.device,
      nozzle: nozzle.plan.nozzle,
      volumeCl,
      amountFen,
      unitPriceFen: isExplained ? last.fuelling.unitPriceFen : null,
      count: isExplained || isSameVolume ? 1 : null,
      basis: isExplained ? "total-and-last-fuelling" : "total",
      beforeVolumeCl: known.volumeCl,
      beforeAmountFen: known.amountFen,
      totalVolumeCl: total.volumeCl,
      totalAmountFen: total.amountFen,
      lastFuelling: last?.json ?? null,
      quality: isExplained ? "good" : "unconfirmed",
      reason: isExplained ? null : reasonOf(circumstance),
      raw: plainList(last ? [totalFrame(total), last.raw] : [totalFrame(total)]),
    });
  }

  /** The total of a day or month that is over. */
  period(name: string, scope: "day" | "month", period: string): void {
    const { nozzle } = this.#known.get(name)!;
    const total = (scope === "day" ? nozzle.days : nozzle.months).get(period) ?? { volumeCl: 0, amountFen: 0 };
    this.#append({
      kind: "total",
      device: nozzle.device,
      nozzle: name,
      scope,
      period,
      cause: "period-end",
      volumeCl: total.volumeCl,
      amountFen: total.amountFen,
      previousVolumeCl: null,
      previousAmountFen: null,
      quality: "good",
      reason: null,
      raw: [periodFrame(scope, period, total, nozzle.last?.unitPriceFen ?? nozzle.unitPriceFen)],
    });
  }

  /** The identity of a nozzle's board is read. */
  identity(name: string, cause: "daily" | "after-silence"): void {
    const known = this.#known.get(name)!;
    const { device } = known.nozzle;
    const seen = identity(this.#world, device, known.nozzle);
    const before = known.factorySerial;
    known.factorySerial = seen.factorySerial;
    this.#append({
      kind: "identity",
      device,
      nozzle: name,
      cause: before === null ? "first" : before === seen.factorySerial ? cause : "changed",
      ...seen,
      previousFactorySerial: before,
      quality: "good",
      reason: null,
    });
  }
}

function reasonOf({ afterSilence, restarted }: Circumstance): string {
  const reasons = ["the last fuelling does not explain the rise of the grand total"];
  if (restarted) reasons.push("sold while the agent was not running");
  if (afterSilence) reasons.push("sold while the tax port was silent");
  return reasons.join("; ");
}
