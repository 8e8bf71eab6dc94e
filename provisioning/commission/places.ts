/** What an answers file says of nozzles, tanks and seals, laid over what the box found. Pure. */
import type { Places } from "@forecourt/protocol/commission/answers.ts";
import type { FoundDevice, FoundLine } from "@forecourt/protocol/commission/found.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Answers } from "./answers.ts";

const UM_PER_MM = 1_000;

/** @returns the places, or the devices of the file that the box has not found */
export function placesFor(found: readonly FoundLine[], answers: Answers): Result<Places, string[]> {
  const devices = found.flatMap((line) => line.devices);
  const places: Places = { devices: [], nozzles: [], tanks: [], seals: [] };
  const missing: string[] = [];
  const named = (device: FoundDevice | undefined, name: string, what: string): FoundDevice | undefined => {
    if (device === undefined) missing.push(what);
    else places.devices.push({ device: device.device, name });
    return device;
  };
  for (const { serial, name, dispenser, nozzles } of answers.dispensers) {
    const device = named(
      devices.find(({ factorySerial }) => factorySerial === serial),
      name,
      `tax device ${serial}`,
    );
    if (device === undefined) continue;
    for (const { index, nozzle, grade, tank, confirmedBy = "total-compared" } of nozzles) {
      places.nozzles.push({ item: `${device.device}/${index}`, nozzle, dispenser, grade, tank, confirmedBy });
    }
  }
  for (const { profile, unit, name, tanks } of answers.gauges) {
    const fits = (one: FoundDevice) =>
      profile === undefined
        ? one.driver === "gauge-console"
        : one.profile === profile && (unit === undefined || one.unit === unit);
    const device = named(devices.find(fits), name, `gauge ${profile ?? "console"}`);
    if (device === undefined) continue;
    for (const { number, tank, grade, displayLevelMm } of tanks) {
      const displayLevelUm = displayLevelMm === undefined ? null : Math.round(displayLevelMm * UM_PER_MM);
      const confirmedBy = displayLevelUm === null ? null : ("display-compared" as const);
      places.tanks.push({ item: `${device.device}/${number}`, tank, grade, displayLevelUm, confirmedBy });
    }
  }
  for (const { tank, grade } of answers.tanksWithoutGauge) {
    places.tanks.push({ item: null, tank, grade, displayLevelUm: null, confirmedBy: null });
  }
  for (const { unit, name, seals } of answers.sealHubs) {
    const isHub = (one: FoundDevice) => one.unit === unit && one.items.some(({ kind }) => kind === "seal");
    const device = named(devices.find(isHub), name, `seal hub, unit ${unit}`);
    if (device === undefined) continue;
    for (const { number, seal, printed, place, of, confirmedBy = null } of seals) {
      places.seals.push({ item: `${device.device}/${number}`, seal, number: printed, place, of, confirmedBy });
    }
  }
  return missing.length > 0 ? fail(missing) : ok(places);
}
