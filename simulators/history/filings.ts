/** What people file with the collector about a station, from what truly happened there. */
import type { Filing } from "@forecourt/protocol/filings/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { TruthEvent } from "../truth/events.ts";

/** Stations of the county of which the median is told. */
const AREA_STATIONS = 24;

export class Filings {
  readonly #scenario: Scenario;
  #number = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  /** The price list with which a station begins. */
  opening(at: number): Filing[] {
    const prices = new Map<string, number>();
    for (const { nozzles } of this.#scenario.dispensers) {
      for (const { grade, unitPriceFen } of nozzles) prices.set(grade, unitPriceFen);
    }
    // A station begins at the price that everybody asks.
    return [...prices].flatMap(([grade, unitPriceFen]) => [
      this.#file(at, "price", { grade, unitPriceFen, from: formatTime(at) }),
      this.#areaPrice(at, grade, unitPriceFen),
    ]);
  }

  /** The filing of an event, if it is one that is filed. */
  of(event: TruthEvent): Filing | undefined {
    const { at } = event;
    if (event.event === "notice") {
      const { tank, volumeCl, tanker } = event;
      const grade = this.#scenario.tanks.find((plan) => plan.tank === tank)?.grade ?? "";
      const [expectedFrom, expectedUntil] = [formatTime(event.expectedFrom), formatTime(event.expectedUntil)];
      return this.#file(at, "waybill", { tank, grade, volumeCl, tanker, expectedFrom, expectedUntil });
    }
    if (event.event === "price") {
      const { grade, unitPriceFen } = event;
      return this.#file(at, "price", { grade, unitPriceFen, from: formatTime(at) });
    }
    if (event.event === "area-price") return this.#areaPrice(at, event.grade, event.medianFen);
    if (event.event !== "filing") return undefined;
    const span = { from: formatTime(event.from), until: formatTime(event.until) };
    return event.filing === "inspection"
      ? this.#file(at, "inspection", span)
      : this.#file(at, "work-order", { change: event.change, subject: event.subject, ...span });
  }

  #areaPrice(at: number, grade: string, medianFen: number): Filing {
    return this.#file(at, "area-price", { grade, medianFen, stations: AREA_STATIONS, from: formatTime(at) });
  }

  #file(at: number, filing: Filing["filing"], fields: Record<string, unknown>): Filing {
    this.#number += 1;
    const id = `${filing}-${String(this.#number).padStart(5, "0")}`;
    return { filing, id, station: this.#scenario.station.id, at: formatTime(at), ...fields } as Filing;
  }
}
