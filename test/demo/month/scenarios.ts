/** The stations with a month behind them: their scenarios, their keys and their entries in the registry. */
import { readFileSync } from "node:fs";
import type { StationEntry } from "@forecourt/collector/registry/schema.ts";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { registryEntry } from "@forecourt/simulators/history/registry.ts";
import { parseScenario } from "@forecourt/simulators/scenario/parse.ts";
import { resolveScenario, type Scenario } from "@forecourt/simulators/scenario/scenario.ts";
import { parse, stringify } from "yaml";

export interface MonthStation {
  scenario: Scenario;
  entry: StationEntry;
  signer: Signer;
}

interface Planned {
  id: string;
  nameZh: string;
  nameEn: string;
  template: string;
  brand: string;
  owner: string;
  location: NonNullable<StationEntry["location"]>;
  seed: number;
  cheats: object[];
}

/** Reads the plan and gives each station a new key. @throws Error when the plan is no plan */
export function monthStations(): MonthStation[] {
  const file = new URL("stations.yaml", import.meta.url);
  return (parse(readFileSync(file, "utf8")) as Planned[]).map((planned) => {
    const { brand, owner, location, cheats, template, ...station } = planned;
    const text = stringify({ scenario: `month-${station.id}`, shows: station.nameEn, template, station, cheats });
    const parsed = parseScenario(text, station.id);
    if (!parsed.ok) throw new Error(`${station.id}: ${JSON.stringify(parsed.error[0])}`);
    const scenario = resolveScenario(parsed.value, station.seed);
    const signer = ed25519Signer(generateKeyPem());
    const known = registryEntry(scenario) as StationEntry;
    const gateways = known.gateways.map(({ id }) => ({ id, publicKey: signer.publicKey }));
    return { scenario, signer, entry: { ...known, brand, owner, location, gateways } };
  });
}
