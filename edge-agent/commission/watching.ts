/**
 * Reads all that a search found, over and over, before anybody has said which is which: so that a nozzle that draws a
 * litre, a tank and a seal can be seen to move. Nothing is recorded.
 */
import type { FoundLine } from "@forecourt/protocol/commission/found.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { readFragment } from "../config-fragment.ts";
import type { LineSink } from "../lines/reporter.ts";
import { makeRunner } from "../wiring/lines.ts";
import { linesAndDevices, provisionalPlaces } from "./agent-config.ts";

export interface Watching {
  /** The name under which each item is read, for as long as it has none of its own. */
  names: Record<string, string>;
  stop(): Promise<void>;
}

/** Nobody records what is read here. */
const NOBODY: LineSink = { observed: () => [], failed: () => [], reachability: () => [] };
/** A seal's test button is pressed for a second or two: hubs and gauges are asked as often as that. */
const MODBUS_INTERVAL_MS = 1_000;

/** Starts reading. @param watch what sees it. @returns why nothing can be read, when something found does not fit */
export function startWatching(
  found: readonly FoundLine[],
  of: {
    watch: (sink: LineSink) => LineSink;
    now: () => number;
    random: () => number;
    log: (message: string, details: Record<string, unknown>) => void;
  },
): Result<Watching, string> {
  const places = provisionalPlaces(found);
  const { lines, devices } = linesAndDevices(found, places);
  const often = (device: object) =>
    "driver" in device && device.driver === "modbus" ? { ...device, intervalMs: MODBUS_INTERVAL_MS } : device;
  const config = readFragment({ lines, devices: devices.map(often) }, "found.yaml");
  if (!config.ok) return fail(config.error.map(({ field, message }) => `${field} ${message}`).join("; "));
  const { now, random, log } = of;
  const sink = of.watch(NOBODY);
  const runners = config.value.lines.map((line) => makeRunner(config.value, line, { sink, now, random, log }));
  for (const runner of runners) runner.start();
  const names = [
    ...places.nozzles.map(({ item, nozzle }) => [item, nozzle]),
    ...places.tanks.map(({ item, tank }) => [item, tank]),
    ...places.seals.map(({ item, seal }) => [item, seal]),
  ];
  return ok({
    names: Object.fromEntries(names) as Record<string, string>,
    async stop() {
      await Promise.all(runners.map((runner) => runner.stop()));
    },
  });
}
