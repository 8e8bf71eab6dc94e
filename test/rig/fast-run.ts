/**
 * Runs scenarios on time of their own, one after the other, and prints for each, as a line of JSON, what was compared
 * and where the records differ from the wire. A process of its own, because it takes the timers of everything in it.
 *
 *     node test/rig/fast-run.ts moment|day|week FOLDER SCENARIO[@GAUGE] …
 *
 * `moment`: the half-hour in which what the scenario plants shows. `day`: the day from there. `week`: the week around. `@GAUGE` gives the
 * station another model of tank gauge.
 */
import { join } from "node:path";
import { scenarioFrom } from "@forecourt/simulators/api.ts";
import type { ScenarioFile } from "@forecourt/simulators/scenario/schema.ts";
import { momentOf, showsIn } from "./fast-moment.ts";
import { runFast, STARTS_AT } from "./fast-station.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How long before the moment the agent comes, and how long it stays. */
const SPANS = {
  day: { beforeMs: 0, leastMs: DAY_MS, mostMs: DAY_MS, spoil: true },
  moment: { beforeMs: 8 * MINUTE_MS, leastMs: 24 * MINUTE_MS, mostMs: 3 * HOUR_MS, spoil: true },
  week: { beforeMs: 2 * DAY_MS, leastMs: 7 * DAY_MS, mostMs: 7 * DAY_MS, spoil: false },
};

const [, , span = "", folder = "", ...names] = process.argv;
const { beforeMs, ...lengths } = SPANS[span as keyof typeof SPANS];
for (const name of names) {
  const began = process.cpuUsage();
  const file = withGauge(name);
  const startsAt = Date.parse(file.station.startsAt ?? "") || STARTS_AT;
  const beginMs = Math.max(0, momentOf(file, startsAt) - beforeMs);
  const run = { folder: join(folder, name), beginMs, shows: showsIn(file), ...lengths };
  const result = await runFast(file, run).catch((error: unknown) => ({ faults: [`it broke: ${error}`] }));
  const used = process.cpuUsage(began);
  const cpuMs = Math.round((used.user + used.system) / 1_000);
  process.stdout.write(`${JSON.stringify({ name, ...result, cpuMs })}\n`);
}

function withGauge(name: string): ScenarioFile {
  const [scenario = "", model] = name.split("@");
  const file = scenarioFrom(scenario);
  if (model === undefined || !file.gauge) return file;
  return { ...file, gauge: { ...file.gauge, model } } as ScenarioFile;
}
