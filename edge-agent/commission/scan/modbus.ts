/** Looks for Modbus devices on an open line, and for the profile that fits what each of them says. It only reads. */
import type { FoundDevice, FoundItem } from "@forecourt/protocol/commission/found.ts";
import type { PointValue } from "@forecourt/protocol/profiles/decode.ts";
import { itemCount } from "@forecourt/protocol/profiles/layout.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { wasHeard } from "../../drivers/driver.ts";
import { askModbus, type ModbusFraming } from "../../drivers/modbus/ask.ts";
import type { DriverLine } from "../../lines/exchange.ts";
import { readDevice } from "../../profile-test/device.ts";
import { doubtsOf } from "../../profile-test/plausible.ts";
import { best, doubtsAbout, type Tried } from "./fit.ts";

interface Way {
  framing: ModbusFraming;
  timeoutMs: number;
}

/** The units that answer, be it with a refusal: one holding register is asked of each. */
export async function unitsOn(
  line: DriverLine,
  units: readonly number[],
  way: Way,
  signal: AbortSignal,
): Promise<number[]> {
  const found: number[] = [];
  for (const [index, unit] of units.entries()) {
    if (signal.aborted) break;
    const read = { unit, fn: 3 as const, address: 0, count: 1 };
    const answer = await askModbus(line, read, { ...way, transaction: index + 1, device: "it" });
    if (answer.ok || wasHeard(answer.error)) found.push(unit);
  }
  return found;
}

/** Reads a device by every profile, and keeps the one that fits best. @param device the name to give it */
export async function readModbus(
  line: DriverLine,
  of: Way & { device: string; unit: number; profiles: readonly DeviceProfile[]; signal: AbortSignal },
): Promise<FoundDevice> {
  const { device, unit, framing, timeoutMs, profiles } = of;
  const tries: Tried[] = [];
  for (const profile of profiles) {
    if (of.signal.aborted) break;
    const { reads, values } = await readDevice(line, { profile, unit, framing, timeoutMs });
    const refused = reads.filter(({ answer }) => "error" in answer).length;
    tries.push({ profile, refused, values, doubts: doubtsOf(profile, values) });
  }
  const fits = best(tries);
  const [chosen] = fits;
  const base = { device, driver: "modbus" as const, unit, factorySerial: null, taxpayerId: null, dialect: null };
  if (chosen === undefined) {
    const doubts = ["it answers, but none of the profiles fits: write one, see docs/profiles.md"];
    return { ...base, title: `Modbus ${unit}`, profile: null, candidates: [], items: [], doubts };
  }
  const all = Array.from({ length: roomOf(chosen.profile) }, (_, index) => index + 1);
  const { values } = await readDevice(line, { profile: chosen.profile, unit, framing, timeoutMs, items: all });
  return {
    ...base,
    title: chosen.profile.title,
    profile: chosen.profile.profile,
    candidates: fits.map(({ profile }) => profile.profile),
    items: itemsIn(device, chosen.profile, values),
    doubts: doubtsAbout(chosen).slice(0, 20),
  };
}

function roomOf(profile: DeviceProfile): number {
  return Math.max(itemCount(profile, "tank"), itemCount(profile, "seal"));
}

/** The items that are there, and those before them: a configuration names them in the order of the device. */
export function itemsIn(device: string, profile: DeviceProfile, values: readonly PointValue[]): FoundItem[] {
  const kind = profile.device === "seal-hub" ? "seal" : "tank";
  const of = (point: string, number: number) =>
    values.find((value) => value.point === point && value.item?.kind === kind && value.item.number === number);
  const isThere = (number: number) => {
    const state = of("state", number);
    if (kind === "seal") return state?.quality === "good" && state.value !== "not-installed";
    const level = of("level", number) ?? of("volume", number);
    return level?.quality === "good" && Number(level.value) > 0;
  };
  const room = itemCount(profile, kind);
  const last = Array.from({ length: room }, (_, index) => index + 1).findLast(isThere) ?? 0;
  return Array.from({ length: last }, (_, index) => {
    const number = index + 1;
    const figure = (point: string) => {
      const value = of(point, number);
      return value?.quality === "good" && typeof value.value === "number" ? value.value : null;
    };
    const text = (point: string) => {
      const value = of(point, number)?.value;
      return typeof value === "string" && value !== "" ? value : null;
    };
    return {
      ...{ item: `${device}/${number}`, kind, number, serial: text("serial"), state: text("state") },
      ...{ volumeCl: figure("volume"), levelUm: figure("level"), amountFen: null },
    };
  });
}
