/**
 * The agent's records, over a simulated week of every scenario, equal what the devices put on the wire. The real
 * drivers, lines, recorder and journal read simulated devices on simulated time. Here the half-hour in which a
 * scenario shows what it plants; the week around it under FORECOURT_SOAK.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { GAUGE_MODELS } from "@forecourt/simulators/devices/gauges/maps.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../rig/program.ts";
import { runTool } from "../rig/tools.ts";

const SCENARIOS = join(ROOT, "simulators", "scenarios");
const isSoak = process.env.FORECOURT_SOAK !== undefined;
const SPAN = isSoak ? "week" : "moment";
const DEADLINE_MS = isSoak ? 3 * 3_600_000 : 240_000;
/** A week has ten thousand commits: they are asked about elsewhere, so here no disk is waited for. */
const MEMORY = "/dev/shm";
const scenarios = readdirSync(SCENARIOS)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.replace(".yaml", ""));
/** Every map of a tank gauge that the agent has a profile for, at a station where a tanker comes. */
const gauges = [
  ...[...GAUGE_MODELS, "console"].map((model) => `demo-honest@${model}`),
  ...["strange-lines@console", "strange-devices@console"],
];

interface Row {
  name: string;
  faults: string[];
  /** Spoilt copies of the records in which the account saw nothing wrong. */
  unnoticed: string[];
  answers: number;
  records: number;
}

describe("the records equal the wire", () => {
  const rows = new Map<string, Row>();
  let output = "";

  beforeAll(async () => {
    const folder = join(existsSync(MEMORY) ? MEMORY : join(ROOT, ".run", "test"), "records-equal-wire");
    const args = [join(ROOT, "test", "rig", "fast-run.ts"), SPAN, folder, ...scenarios, ...gauges];
    ({ output } = await runTool(process.execPath, args, DEADLINE_MS));
    rmSync(folder, { recursive: true, force: true });
    for (const line of output.split("\n").filter((text) => text.startsWith("{"))) {
      const row = JSON.parse(line) as Row;
      rows.set(row.name, row);
    }
  }, DEADLINE_MS + 10_000);

  it.each([...scenarios, ...gauges])("%s", (name) => {
    const row = rows.get(name);
    expect(row, output.slice(-2_000)).toBeDefined();
    expect(row?.faults).toEqual([]);
    expect(row?.unnoticed).toEqual([]);
    expect(row?.answers).toBeGreaterThan(0);
    expect(row?.records).toBeGreaterThan(0);
  });
});
