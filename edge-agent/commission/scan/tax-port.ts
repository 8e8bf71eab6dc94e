/**
 * Looks for a tax port on an open line: is there one, who is it, which dialect does it speak, which nozzles does it
 * know. It only reads; the display, which the question for its identity disturbs, is put back by the driver.
 */
import type { FoundDevice, FoundItem } from "@forecourt/protocol/commission/found.ts";
import { type DialectName, guessDialect, nozzleCountHint, profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import type { TaxPortProfile } from "@forecourt/protocol/tax-port/profile.ts";
import { type Driver, wasHeard } from "../../drivers/driver.ts";
import type { InformationObservation, Observation } from "../../drivers/observation.ts";
import { taxPortDriver, taxPortPoll } from "../../drivers/tax-port/driver.ts";
import type { DriverLine } from "../../lines/exchange.ts";
import type { Patience } from "./tools.ts";

/** S1 allows 0 to 255; machines have up to eight (tax-port.md 1.2, 1.4). */
const MOST_NOZZLES = 16;
/** Numbers may have gaps; after so many silent ones beyond what the serial hints at, no more are asked. */
const SILENT_IN_A_ROW = 2;
/** The same nozzle's total may be answered for another one: agreement is worth one more question. */
const ATTEMPTS = 2;

type Ask = (kind: "grandTotal" | "lastFuelling" | "information", index: number) => Promise<Answer>;
type Answer = { heard: boolean; observation: Observation | undefined };

/** Whether a tax port is on the line: the question that disturbs nothing comes first. */
export async function isTaxPort(line: DriverLine, patience: Patience): Promise<boolean> {
  const ask = asker(line, "28-byte", patience);
  if ((await ask("grandTotal", 0)).heard) return true;
  return (await ask("information", 0)).heard;
}

/** Reads who a tax port is. @param device the name to give it */
export async function readTaxPort(
  line: DriverLine,
  of: { device: string; patience: Patience; isThorough: boolean },
): Promise<FoundDevice> {
  const { device, patience, isThorough } = of;
  const ask = asker(line, "28-byte", patience);
  const information = await repeated(() => ask("information", 0));
  const said = information?.point === "information" ? information : undefined;
  const guess = said === undefined ? undefined : guessDialect(said.factorySerial);
  const proved = await proveDialect(line, guess ?? "28-byte", patience);
  const items = await nozzlesOf(asker(line, proved.dialect, patience), { device, said, isThorough });
  return {
    device,
    driver: "tax-port",
    title: profiles[proved.dialect].title,
    factorySerial: said?.factorySerial ?? null,
    taxpayerId: said?.taxpayerId ?? null,
    dialect: proved.dialect,
    ...{ unit: null, profile: null, candidates: [] },
    items,
    doubts: [
      ...(said === undefined ? ["it does not say who it is: the dialect was not proved by its serial"] : []),
      ...(said?.initialised === false ? ["the tax device is not initialised"] : []),
      ...(proved.isProved ? [] : ["no fuelling is stored: the dialect is a guess until the first sale"]),
      ...(items.length === 0 ? ["no nozzle states a grand total"] : []),
    ],
  };
}

function asker(line: DriverLine, dialect: DialectName, patience: Patience): Ask {
  const base = profiles[dialect];
  const profile: TaxPortProfile = {
    ...base,
    timings: { ...base.timings, answerTimeoutMs: patience.taxPortMs, interQueryGapMs: patience.gapMs },
  };
  return async (kind, index) => {
    const driver: Driver = taxPortDriver({
      device: "found",
      profile,
      nozzles: [{ nozzle: "N00", index }],
      totalIntervalMs: 0,
    });
    const read = await driver.read(line, { device: "found", key: taxPortPoll[kind]("N00"), intervalMs: null });
    await new Promise((resolve) => setTimeout(resolve, patience.gapMs));
    return read.ok
      ? { heard: true, observation: read.value[0] }
      : { heard: wasHeard(read.error), observation: undefined };
  };
}

async function repeated(ask: () => Promise<Answer>): Promise<Observation | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { observation } = await ask();
    if (observation !== undefined) return observation;
  }
  return undefined;
}

/** A last fuelling has another length in each dialect: the one that reads it is right. */
async function proveDialect(
  line: DriverLine,
  guess: DialectName,
  patience: Patience,
): Promise<{ dialect: DialectName; isProved: boolean }> {
  const others = (Object.keys(profiles) as DialectName[]).filter((name) => name !== guess);
  for (const dialect of [guess, ...others]) {
    const { observation } = await asker(line, dialect, patience)("lastFuelling", 0);
    if (observation?.point === "last-fuelling") return { dialect, isProved: true };
  }
  return { dialect: guess, isProved: false };
}

async function nozzlesOf(
  ask: Ask,
  of: { device: string; said: InformationObservation | undefined; isThorough: boolean },
): Promise<FoundItem[]> {
  const hinted = of.said === undefined ? 0 : (nozzleCountHint(of.said.factorySerial) ?? 0);
  const items: FoundItem[] = [];
  let silent = 0;
  for (let index = 0; index < MOST_NOZZLES; index += 1) {
    const isLikely = index < hinted || silent < SILENT_IN_A_ROW;
    if (!isLikely && !of.isThorough) break;
    const { observation } = await ask("grandTotal", index);
    silent = observation === undefined ? silent + 1 : 0;
    if (observation?.point !== "grand-total") continue;
    const { volumeCl, amountFen } = observation;
    const figures = { volumeCl, amountFen, levelUm: null, state: null };
    items.push({ item: `${of.device}/${index}`, kind: "nozzle", number: index, serial: null, ...figures });
  }
  return items;
}
