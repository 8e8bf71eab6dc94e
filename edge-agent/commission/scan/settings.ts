/** Which settings of a line are tried, and in which order. Pure data and a little arithmetic. */
import type { LineSettings } from "@forecourt/protocol/commission/found.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { profiles as dialects } from "@forecourt/protocol/tax-port/dialects.ts";

/** Every known tax port; source: the dialects. */
export const TAX_PORT_SETTINGS: LineSettings = dialects["28-byte"].serial;

/** The maker's usual setting for China first, then what manuals name besides. */
export const CONSOLE_SETTINGS: readonly LineSettings[] = [
  { baudRate: 9_600, dataBits: 7, parity: "odd", stopBits: 1 },
  { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 },
  { baudRate: 1_200, dataBits: 7, parity: "odd", stopBits: 1 },
];

/** What Modbus devices are usually set to: the default of most makers, that of the standard (19200 8E1), and others. */
const USUAL: readonly LineSettings[] = [
  { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 },
  { baudRate: 19_200, dataBits: 8, parity: "even", stopBits: 1 },
  { baudRate: 9_600, dataBits: 8, parity: "even", stopBits: 1 },
  { baudRate: 19_200, dataBits: 8, parity: "none", stopBits: 1 },
  { baudRate: 4_800, dataBits: 8, parity: "none", stopBits: 1 },
  { baudRate: 38_400, dataBits: 8, parity: "none", stopBits: 1 },
  { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 },
];

/** Units that are asked first: most devices keep the number they were delivered with. */
const LIKELY_UNITS = [1, 2, 3];
/** Once a line's settings are known, so many are looked for on it; a thorough search asks all. */
const USUAL_UNITS = 16;
const ALL_UNITS = 247;

/** The settings that are tried for Modbus: the usual ones and those of the profiles, each once. */
export function modbusSettings(profiles: readonly DeviceProfile[]): LineSettings[] {
  const all = [...USUAL, ...profiles.flatMap(({ line }) => (line === undefined ? [] : [line]))];
  const names = all.map(showSettings);
  return all.filter((settings, index) => names.indexOf(showSettings(settings)) === index);
}

/** The units that are asked on each of the settings. */
export function likelyUnits(profiles: readonly DeviceProfile[]): number[] {
  return [...new Set([...LIKELY_UNITS, ...profiles.map(({ unit }) => unit ?? 1)])].toSorted((a, b) => a - b);
}

/** The units that are asked once the settings are known, without those that were asked already. */
export function furtherUnits(asked: readonly number[], isThorough: boolean): number[] {
  const all = Array.from({ length: isThorough ? ALL_UNITS : USUAL_UNITS }, (_, index) => index + 1);
  return all.filter((unit) => !asked.includes(unit));
}

/** As technicians write it: `9600-8N1`. */
export function showSettings({ baudRate, dataBits, parity, stopBits }: LineSettings): string {
  return `${baudRate}-${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
}
