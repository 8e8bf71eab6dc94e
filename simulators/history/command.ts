/** `sim history`: months of many stations in minutes, in files for whoever scores rules on them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { randomStream } from "../random.ts";
import { parseScenario } from "../scenario/parse.ts";
import { resolveScenario, type Scenario } from "../scenario/scenario.ts";
import type { ScenarioFile } from "../scenario/schema.ts";
import { type StationResult, writeHistory } from "./history.ts";
import type { HistoryOptions } from "./options.ts";
import { registryEntry } from "./registry.ts";

export interface HistoryPlan {
  stations: number;
  months: number;
  seed: number;
  out: string;
  /** One scenario for all stations, or none: then the templates take turns. */
  file?: ScenarioFile;
  /** Local midnight with which the histories begin, epoch ms. */
  from: number;
  options: HistoryOptions;
}

const DAY_MS = 86_400_000;
const COUNTIES = ["532801", "532822", "532823"];
/** How often each kind of station is met among those of a history without a scenario. */
const MIXTURE = ["county-road", "city", "county-road", "village", "highway", "city", "county-road", "village"];
/** Stations of one template differ in how busy they are: a lognormal spread. */
const TRADE_SPREAD = 0.25;

/** Writes all stations, one after the other. @param tell hears of each station when it is done */
export function writeHistories(plan: HistoryPlan, tell: (result: StationResult) => void): StationResult[] {
  mkdirSync(plan.out, { recursive: true });
  const results: StationResult[] = [];
  const entries: object[] = [];
  for (let number = 0; number < plan.stations; number += 1) {
    const scenario = stationOf(plan, number);
    const days = plan.file?.days ?? Math.round((plan.months * 365) / 12);
    const span = { from: plan.from, until: plan.from + days * DAY_MS };
    const result = writeHistory(scenario, span, join(plan.out, scenario.station.id), plan.options);
    results.push(result);
    entries.push(registryEntry(scenario));
    tell(result);
  }
  writeFileSync(join(plan.out, "registry.yaml"), stringify({ stations: entries }));
  return results;
}

/** The number-th station: an id, a seed and a trade of its own. */
export function stationOf(plan: Pick<HistoryPlan, "seed" | "file" | "stations">, number: number): Scenario {
  const file = plan.file ?? templateFile(MIXTURE[number % MIXTURE.length]!);
  const random = randomStream(plan.seed, `station/${plan.file?.scenario ?? ""}/${number}`);
  const seed = random.integer(0, 0x7fff_ffff);
  const { station } = file;
  if (plan.file && plan.stations === 1) return resolveScenario(file, seed);
  const id = `${COUNTIES[number % COUNTIES.length]}-${String(number + 1).padStart(4, "0")}`;
  const busier = plan.file ? 1 : Math.exp(random.gaussian(0, TRADE_SPREAD));
  return resolveScenario(
    {
      ...file,
      station: {
        ...station,
        id,
        nameZh: `${station.nameZh}${number + 1}`,
        nameEn: `${station.nameEn} ${number + 1}`,
        customersPerHour: station.customersPerHour * busier,
      },
    },
    seed,
  );
}

/** A scenario in which nothing is planted, of a template. */
export function templateFile(template: string): ScenarioFile {
  const station = { id: "532801-0000", nameZh: "模拟加油站", nameEn: "Simulated Station", seed: 1 };
  const shows = "An honest station of a template, in which nothing is planted.";
  const parsed = parseScenario(stringify({ scenario: template, shows, template, station }), template);
  if (!parsed.ok) throw new Error(`template ${template} is not valid: ${JSON.stringify(parsed.error[0])}`);
  return parsed.value;
}
