/** Looks for a tank gauge console on an open line, and for the tanks that it measures. It only asks. */
import type { FoundDevice } from "@forecourt/protocol/commission/found.ts";
import { wasHeard } from "../../drivers/driver.ts";
import { ConsoleReports } from "../../drivers/gauge-console/reports.ts";
import type { Observation } from "../../drivers/observation.ts";
import type { DriverLine } from "../../lines/exchange.ts";

const MOST_TANKS = 32;

/** The console on a line, with its tanks; undefined when none answers. @param device the name to give it */
export async function readConsole(
  line: DriverLine,
  of: { device: string; timeoutMs: number },
): Promise<FoundDevice | undefined> {
  const { device, timeoutMs } = of;
  const names = Array.from({ length: MOST_TANKS }, (_, index) => [index + 1, String(index + 1)] as const);
  const reports = new ConsoleReports({
    ...{ device, tanks: new Map(names), answerTimeoutMs: timeoutMs, securityCode: null, units: null },
    ...{ intervalMs: 0, deliveryIntervalMs: 0, identityIntervalMs: 0 },
  });
  const units = await reports.ask(line, "units", 0);
  if (!units.ok && !wasHeard(units.error)) return undefined;
  const software = await reports.ask(line, "software", 0);
  const inventory = await reports.ask(line, "inventory", 0);
  const read: readonly Observation[] = inventory.ok && inventory.value !== "not-supported" ? inventory.value : [];
  const levels = new Map(read.flatMap((one) => (one.point === "tank" ? [[Number(one.tank), one] as const] : [])));
  const last = Math.max(0, ...[...levels].flatMap(([number, { levelUm }]) => (levelUm === null ? [] : [number])));
  return {
    ...{ device, driver: "gauge-console", factorySerial: null, taxpayerId: null, dialect: null },
    ...{ unit: null, profile: null, candidates: [] },
    title: titleOf(software.ok && software.value !== "not-supported" ? software.value : []),
    items: Array.from({ length: last }, (_, index) => {
      const tank = levels.get(index + 1);
      const figures = { volumeCl: tank?.volumeCl ?? null, amountFen: null, levelUm: tank?.levelUm ?? null };
      const item = `${device}/${index + 1}`;
      return { item, kind: "tank" as const, number: index + 1, serial: null, state: null, ...figures };
    }),
    doubts: last === 0 ? ["the console answers, but states no tank's level"] : [],
  };
}

function titleOf(observations: readonly Observation[]): string {
  const told = observations.find((one) => one.point === "device");
  return told?.point === "device" && told.software !== null ? `Console, ${told.software}` : "Console";
}
