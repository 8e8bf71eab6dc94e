/** A simulated station that is let run from hour to hour: what its gateway would have journalled, and what was filed. */
import type { Filing } from "@forecourt/protocol/filings/schema.ts";
import { Filings } from "@forecourt/simulators/history/filings.ts";
import { Journal } from "@forecourt/simulators/history/line.ts";
import { type HistoryOptions, historyDefaults } from "@forecourt/simulators/history/options.ts";
import { StationRecorder } from "@forecourt/simulators/history/recorder.ts";
import { gatewayOf } from "@forecourt/simulators/history/registry.ts";
import { plant } from "@forecourt/simulators/physics/cheats.ts";
import { createStation } from "@forecourt/simulators/physics/station.ts";
import { step, type World } from "@forecourt/simulators/physics/world.ts";
import type { PlantFile } from "@forecourt/simulators/scenario/plants.ts";
import { resolvePlant, type Scenario } from "@forecourt/simulators/scenario/scenario.ts";

/** What came of a while. */
export interface Lived {
  lines: string[];
  filings: Filing[];
}

export class HistoryStation {
  readonly id: string;
  readonly gateway: string;
  readonly #world: World;
  readonly #journal: Journal;
  readonly #recorder: StationRecorder;
  readonly #files: Filings;
  #filings: Filing[];
  #pieces: Buffer[] = [];

  /** @param fromMs epoch ms, local midnight @param plants what is planted besides what the scenario plants */
  constructor(
    scenario: Scenario,
    fromMs: number,
    options: HistoryOptions = historyDefaults,
    plants: readonly PlantFile[] = [],
  ) {
    this.id = scenario.station.id;
    this.gateway = gatewayOf(scenario);
    this.#files = new Filings(scenario);
    this.#filings = this.#files.opening(fromMs);
    this.#world = createStation(scenario, fromMs);
    for (const one of plants) plant(this.#world, resolvePlant(one));
    this.#journal = new Journal(this.gateway, (piece) => this.#pieces.push(Buffer.from(piece)));
    this.#recorder = new StationRecorder(this.#world, this.#journal, options);
  }

  /** Lets the station live on. @param untilMs epoch ms of its own time */
  live(untilMs: number): Lived {
    for (let done = false; !done; ) {
      const at = Math.min(this.#world.due[0]?.at ?? untilMs, this.#recorder.nextAt(), untilMs);
      const events = step(this.#world, at);
      for (const event of events) {
        const filing = this.#files.of(event);
        if (filing !== undefined) this.#filings.push(filing);
      }
      this.#recorder.run(events);
      done = at >= untilMs;
    }
    this.#journal.flush();
    const text = Buffer.concat(this.#pieces).toString("utf8");
    const filings = this.#filings;
    this.#pieces = [];
    this.#filings = [];
    return { lines: text === "" ? [] : text.trimEnd().split("\n"), filings };
  }
}
