/**
 * Searches one port or address: which device is there, and how the line is set. The likeliest is tried first, one
 * question at a time, and no more once something answers. Ports are searched beside each other (all.ts).
 */
import type { FoundDevice, FoundLine, LineSettings } from "@forecourt/protocol/commission/found.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { readConsole } from "./console.ts";
import { readModbus, unitsOn } from "./modbus.ts";
import {
  CONSOLE_SETTINGS,
  furtherUnits,
  likelyUnits,
  modbusSettings,
  showSettings,
  TAX_PORT_SETTINGS,
} from "./settings.ts";
import { isTaxPort, readTaxPort } from "./tax-port.ts";
import { type Framing, type Place, type ScanTools, withLine } from "./tools.ts";

/** Names given here are unique within a place only: whoever searches all of them numbers the devices (all.ts). */
const TAX_PORT = "tax-1";
const GAUGE = "gauge-1";

interface Search {
  place: Place;
  tools: ScanTools;
  profiles: readonly DeviceProfile[];
}

type Hit = Pick<FoundLine, "settings" | "framing" | "devices">;

/** @returns the line with all that was found on it. @param line the name to give it */
export async function searchPlace(line: string, search: Search): Promise<FoundLine> {
  const { place, tools } = search;
  const where = { serial: "serial" in place ? place.serial : null, tcp: "tcp" in place ? place.tcp : null };
  const nothing = { line, ...where, framing: null, settings: null, devices: [] };
  const first = await withLine(tools, { place, settings: TAX_PORT_SETTINGS, framing: "raw" }, async () => undefined);
  if (!first.ok) return { ...nothing, trouble: first.error };
  const attempts =
    "serial" in place
      ? [taxPort, (of: Search) => modbus(of, "rtu"), gaugeConsole]
      : [(of: Search) => modbus(of, "tcp"), taxPort, (of: Search) => modbus(of, "rtu"), gaugeConsole];
  for (const attempt of attempts) {
    if (tools.signal.aborted) break;
    const hit = await attempt(search);
    if (hit !== undefined) return { ...nothing, ...hit, trouble: null };
  }
  return { ...nothing, trouble: null };
}

/** On a serial line the settings matter; behind an address somebody else has set them. */
function settingsFor({ place }: Search, all: readonly LineSettings[]): readonly LineSettings[] {
  return "serial" in place ? all : all.slice(0, 1);
}

function kept({ place }: Search, settings: LineSettings, framing: Framing): Omit<Hit, "devices"> {
  return "serial" in place
    ? { settings, framing: null }
    : { settings: null, framing: framing === "raw" ? null : framing };
}

async function taxPort(search: Search): Promise<Hit | undefined> {
  const { place, tools } = search;
  const settings = TAX_PORT_SETTINGS;
  tools.progress(place, `tax-port ${showSettings(settings)}`);
  const at = { place, settings, framing: "raw" as const };
  const { patience, isThorough } = tools;
  const there = await withLine(tools, at, (line) => isTaxPort(line, patience));
  if (!there.ok || !there.value) return undefined;
  const device = TAX_PORT;
  tools.progress(place, `tax-port ${device}`);
  const read = await withLine(tools, at, (line) => readTaxPort(line, { device, patience, isThorough }));
  return read.ok ? { ...kept(search, settings, "raw"), devices: [read.value] } : undefined;
}

async function modbus(search: Search, framing: "rtu" | "tcp"): Promise<Hit | undefined> {
  const { place, tools, profiles } = search;
  const { signal } = tools;
  const way = { framing, timeoutMs: tools.patience.modbusMs };
  const units = likelyUnits(profiles);
  for (const settings of settingsFor(search, modbusSettings(profiles))) {
    if (signal.aborted) return undefined;
    tools.progress(place, `modbus ${showSettings(settings)}`);
    const at = { place, settings, framing };
    const devices = await withLine(tools, at, async (line) => {
      const found = await unitsOn(line, units, way, signal);
      if (found.length === 0) return [];
      // A gateway of Modbus TCP refuses for units that are not there: only the likely ones are asked.
      const more = framing === "tcp" ? [] : await unitsOn(line, furtherUnits(units, tools.isThorough), way, signal);
      const read: FoundDevice[] = [];
      for (const unit of [...found, ...more].toSorted((a, b) => a - b)) {
        tools.progress(place, `modbus ${showSettings(settings)}, unit ${unit}`);
        const timeoutMs = 2 * way.timeoutMs;
        read.push(
          named(await readModbus(line, { device: "found", unit, framing, timeoutMs, profiles, signal }), profiles),
        );
      }
      return read;
    });
    if (!devices.ok) return undefined;
    if (devices.value.length > 0) {
      const known = devices.value.filter(({ profile }) => profile !== null);
      return { ...kept(search, settings, framing), devices: known.length > 0 ? known : devices.value };
    }
  }
  return undefined;
}

/** A device is named after what its profile says it is. */
function named(found: FoundDevice, profiles: readonly DeviceProfile[]): FoundDevice {
  const kind = profiles.find(({ profile }) => profile === found.profile)?.device;
  const device = `${kind === "tank-gauge" ? "gauge" : kind === "seal-hub" ? "seals" : "modbus"}-1`;
  const items = found.items.map((item) => ({ ...item, item: `${device}/${item.number}` }));
  return { ...found, device, items };
}

async function gaugeConsole(search: Search): Promise<Hit | undefined> {
  const { place, tools } = search;
  for (const settings of settingsFor(search, CONSOLE_SETTINGS)) {
    if (tools.signal.aborted) return undefined;
    tools.progress(place, `console ${showSettings(settings)}`);
    const timeoutMs = tools.patience.consoleMs;
    const at = { place, settings, framing: "raw" as const };
    const found = await withLine(tools, at, (line) => readConsole(line, { device: GAUGE, timeoutMs }));
    if (!found.ok) return undefined;
    if (found.value === undefined) continue;
    return { ...kept(search, settings, "raw"), devices: [found.value] };
  }
  return undefined;
}
