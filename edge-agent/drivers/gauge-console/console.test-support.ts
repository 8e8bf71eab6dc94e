/** A console that answers from a script, and a driver for it. */
import { decodeCommand, encodeNotSupported, encodeReply } from "@forecourt/protocol/gauge-console/frame.ts";
import vectors from "@forecourt/protocol/gauge-console/vectors.json" with { type: "json" };
import type { Driver } from "../driver.ts";
import type { Observation } from "../observation.ts";
import { ScriptedLine } from "../scripted-line.test-support.ts";
import { type GaugeConsole, gaugeConsoleDriver } from "./driver.ts";

/** The clock of the console. */
export const NOW = "2026-11-24T02:28";

/** A driver for a console with two tanks, with other settings where they are given. */
export function consoleDriver(more: Partial<GaugeConsole> = {}): Driver {
  return gaugeConsoleDriver({
    device: "gauge-1",
    tanks: new Map([
      [1, "T1"],
      [2, "T2"],
    ]),
    intervalMs: 60_000,
    deliveryIntervalMs: 300_000,
    identityIntervalMs: 86_400_000,
    answerTimeoutMs: 15_000,
    securityCode: null,
    units: "metric",
    ...more,
  });
}

/** A console that knows these functions, by code and tank (`20100`) or by code alone. */
export function consoleLine(data: Record<string, string>): ScriptedLine {
  return new ScriptedLine((request) => {
    const command = decodeCommand(request);
    if (!command.ok) return [];
    const { code, device } = command.value;
    const text = data[`${code}${String(device).padStart(2, "0")}`] ?? data[code];
    return [text === undefined ? encodeNotSupported() : encodeReply({ code, device, data: text })];
  });
}

/** Every poll once, in the order in which a start makes them. */
export async function start(driver: Driver, line: ScriptedLine): Promise<Observation[]> {
  const seen: Observation[] = [];
  for (const poll of driver.polls) {
    const read = await driver.read(line, poll);
    if (read.ok) seen.push(...read.value);
  }
  return seen;
}

const vector = (name: string) => vectors.vectors.find((one) => one.name === name)!.text;
const dataOf = (text: string) => text.slice(6, -6);
/** The data of an inventory: a living tank, and one without any value. */
export const twoTanks = dataOf(vector("inventory of two tanks, the second without any value"));
