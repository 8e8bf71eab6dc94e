/**
 * Runs one scenario on time of its own and prints, as JSON, where the records differ from the wire. A process of its
 * own, because it takes the timers of everything in it: `node test/rig/fast-run.ts SCENARIO MILLISECONDS FOLDER`.
 */
import { scenarioFrom } from "@forecourt/simulators/api.ts";
import { gaugeViews } from "@forecourt/simulators/devices/gauges/view.ts";
import { runFast } from "./fast-station.ts";
import { WireAccount } from "./wire-account.ts";

const [, , name = "", forMs = "", folder = ""] = process.argv;
/** Shorter than the pause between two cars at a nozzle, so that no two sales are one to the agent. */
const TOTAL_INTERVAL_MS = 5_000;

const account = new WireAccount();
const { world, records } = await runFast(scenarioFrom(name), {
  folder,
  forMs: Number(forMs),
  totalIntervalMs: TOTAL_INTERVAL_MS,
  onWire: (answer, at) => {
    account.heard(answer, at);
    if (answer.device !== at.scenario.gauge?.device) return;
    for (const { plan, reading } of gaugeViews(at).values()) {
      account.tankShown(plan.tank, reading.levelUm, reading.volumeCl);
    }
  },
});
process.stdout.write(`${JSON.stringify({ ...account.compare(records, world), records: records.length })}\n`);
