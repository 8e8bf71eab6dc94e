/**
 * Reads the gateway's state from files: sysfs, /proc, a UPS daemon's status. What cannot be read, or says something
 * that the configuration does not know, is unknown; it is never taken for normal.
 */
import { readFileSync } from "node:fs";
import type { HealthConfig } from "./config.ts";

/** No status line is longer; a device file that never ends must not be read to its end. */
const MOST_BYTES = 4_096;

/** Reads a small file. @returns undefined when it cannot be read */
export function readSmall(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").slice(0, MOST_BYTES);
  } catch {
    return undefined;
  }
}

/** What a file's first line means. @param when texts and their meaning @returns undefined when it says nothing known */
export function stateIn<State extends string>(
  text: string | undefined,
  when: Record<string, State>,
): State | undefined {
  const said = text?.split("\n")[0]?.trim();
  return said !== undefined && Object.hasOwn(when, said) ? when[said] : undefined;
}

/** The number at the beginning of a file, scaled and rounded. @returns null when there is none */
export function figureIn(text: string | undefined, scale: number): number | null {
  const match = /^\s*(-?\d{1,12}(?:\.\d{1,6})?)\s*$/.exec(text?.split("\n")[0] ?? "");
  return match === null ? null : Math.round(Number(match[1]) * scale) + 0;
}

/** Memory that programs can still have, kB, from /proc/meminfo. */
export function memoryFreeKb(meminfo: string | undefined): number | null {
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? "");
  return match === null ? null : Number(match[1]);
}

export interface Surroundings {
  mains: "on" | "lost" | "unknown";
  batteryPercent: number | null;
  cabinet: "closed" | "open" | "unknown";
  temperatureMc: number | null;
  memoryFreeKb: number | null;
}

/** Where Linux states the temperature of the processor's surroundings, 0.001 °C. */
const THERMAL_ZONE = "/sys/class/thermal/thermal_zone0/temp";

/** Reads everything that files say. @param read a file's text, or undefined */
export function readSurroundings(config: HealthConfig, read = readSmall): Surroundings {
  const { mains, cabinet, batteryPercent, temperatureMc } = config;
  const charge = batteryPercent && figureIn(read(batteryPercent.file), batteryPercent.scale);
  const { file, scale } = temperatureMc ?? { file: THERMAL_ZONE, scale: 1 };
  return {
    mains: (mains && stateIn(read(mains.file), mains.when)) ?? "unknown",
    batteryPercent: typeof charge === "number" && charge >= 0 && charge <= 100 ? charge : null,
    cabinet: (cabinet && stateIn(read(cabinet.file), cabinet.when)) ?? "unknown",
    temperatureMc: figureIn(read(file), scale),
    memoryFreeKb: memoryFreeKb(read("/proc/meminfo")),
  };
}
