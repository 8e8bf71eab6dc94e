/**
 * What the agent's recorder makes of the tax ports: a sale for each risen total, a statement for a decreased one, and
 * the statements that are due. A model of edge-agent/recorder that looks when something has happened, not every second.
 */
import type { NozzleState, World } from "../physics/world.ts";
import { identity, LastFuelling, periodFrame, Raw, totalFrame } from "./frames.ts";
import type { Form } from "./line.ts";
import type { HistoryOptions } from "./options.ts";
import type { Pen } from "./pen.ts";

interface Known {
  nozzle: NozzleState;
  volumeCl: number;
  amountFen: number;
  statedAt: number;
  isFirst: boolean;
  factorySerial: string | null;
  /** What nearly all of its lines are: its grand total as it stands, and sales that the last fuelling explains. */
  forms: { total: Form; sale: Form };
}

/** Why a total may have risen by more than one fuelling. */
export interface Circumstance {
  afterSilence: boolean;
  restarted: boolean;
}

const NORMAL: Circumstance = { afterSilence: false, restarted: false };

export class NozzleRecorder {
  readonly #world: World;
  readonly #pen: Pen;
  readonly #options: HistoryOptions;
  readonly #known: Map<string, Known>;

  constructor(world: World, pen: Pen, options: HistoryOptions) {
    this.#world = world;
    this.#pen = pen;
    this.#options = options;
    this.#known = new Map(
      [...world.nozzles].map(([name, nozzle]) => [
        name,
        {
          ...{ nozzle, volumeCl: 0, amountFen: 0, statedAt: 0, isFirst: true, factorySerial: null },
          forms: formsOf(pen, nozzle),
        },
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
    this.#pen.write(known.forms.total, {
      cause,
      volumeCl,
      amountFen,
      previousVolumeCl: cause === "first" ? null : known.volumeCl,
      previousAmountFen: cause === "first" ? null : known.amountFen,
      raw: new Raw([totalFrame(nozzle.grandTotal)]),
    });
  }

  #sale(known: Known, circumstance: Circumstance): void {
    const { nozzle } = known;
    const total = nozzle.grandTotal;
    const volumeCl = total.volumeCl - known.volumeCl;
    const amountFen = total.amountFen - known.amountFen;
    const { plan } = this.#world.dispensers.get(nozzle.device)!;
    const last = nozzle.last && new LastFuelling(plan, nozzle.last);
    const isSameVolume = last?.volumeCl === volumeCl;
    const isExplained = isSameVolume && last.amountFen === amountFen;
    known.statedAt = this.#world.now;
    const figures = {
      volumeCl,
      amountFen,
      beforeVolumeCl: known.volumeCl,
      beforeAmountFen: known.amountFen,
      totalVolumeCl: total.volumeCl,
      totalAmountFen: total.amountFen,
      lastFuelling: last ?? null,
      raw: new Raw(last ? [totalFrame(total), last.frame] : [totalFrame(total)]),
    };
    if (isExplained) {
      this.#pen.write(known.forms.sale, { ...figures, unitPriceFen: last.unitPriceFen });
      return;
    }
    this.#pen.append({
      kind: "sale",
      device: nozzle.device,
      nozzle: nozzle.plan.nozzle,
      ...figures,
      unitPriceFen: null,
      count: isSameVolume ? 1 : null,
      basis: "total",
      quality: "unconfirmed",
      reason: reasonOf(circumstance),
    });
  }

  /** The total of a day or month that is over. */
  period(name: string, scope: "day" | "month", period: string): void {
    const { nozzle } = this.#known.get(name)!;
    const total = (scope === "day" ? nozzle.days : nozzle.months).get(period) ?? { volumeCl: 0, amountFen: 0 };
    this.#pen.append({
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
      raw: periodFrame(scope, period, total, nozzle.last?.unitPriceFen ?? nozzle.unitPriceFen),
    });
  }

  /** The identity of a nozzle's board is read. */
  identity(name: string, cause: "daily" | "after-silence"): void {
    const known = this.#known.get(name)!;
    const { device } = known.nozzle;
    const seen = identity(this.#world, device, known.nozzle);
    const before = known.factorySerial;
    known.factorySerial = seen.factorySerial;
    this.#pen.append({
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

function formsOf(pen: Pen, { device, plan: { nozzle } }: NozzleState): Known["forms"] {
  const good = { device, nozzle, quality: "good", reason: null };
  return {
    total: pen.form({ kind: "total", ...good, scope: "grand", period: null }, [
      ...["cause", "volumeCl", "amountFen", "previousVolumeCl", "previousAmountFen", "raw"],
    ]),
    sale: pen.form({ kind: "sale", ...good, count: 1, basis: "total-and-last-fuelling" }, [
      ...["volumeCl", "amountFen", "unitPriceFen", "beforeVolumeCl", "beforeAmountFen"],
      ...["totalVolumeCl", "totalAmountFen", "lastFuelling", "raw"],
    ]),
  };
}

function reasonOf({ afterSilence, restarted }: Circumstance): string {
  const reasons = ["the last fuelling does not explain the rise of the grand total"];
  if (restarted) reasons.push("sold while the agent was not running");
  if (afterSilence) reasons.push("sold while the tax port was silent");
  return reasons.join("; ");
}
