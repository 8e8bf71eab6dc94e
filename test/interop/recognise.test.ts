/**
 * Every tank gauge that the simulator knows is found by the search of an installation, and known by the profile that the
 * agent ships for it. Simulator and profiles were written apart.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { shippedProfiles } from "@forecourt/edge-agent/commission/profiles.ts";
import { searchAll } from "@forecourt/edge-agent/commission/scan/all.ts";
import { PATIENCE } from "@forecourt/edge-agent/commission/scan/tools.ts";
import { GAUGE_MAPS, type GaugeMapName } from "@forecourt/simulators/devices/gauges/maps.ts";
import { startRun } from "@forecourt/simulators/run.ts";
import { parseScenario } from "@forecourt/simulators/scenario/parse.ts";
import { pino } from "pino";
import { expect, test } from "vitest";
import { ROOT } from "../rig/program.ts";

const profiles = shippedProfiles();
const gauges = [...(Object.keys(GAUGE_MAPS) as GaugeMapName[]), "console" as const];

test.concurrent.each(gauges)("a gauge of the model %s is recognised", async (model) => {
  const folder = join(ROOT, ".run", "test", "recognise", model);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const plain = readFileSync(join(ROOT, "simulators", "scenarios", "plain.yaml"), "utf8");
  const text = `${plain}  - { tank: T2, grade: "95#", diameterMm: 2400, lengthMm: 6400, startVolumeL: 9000, waterMm: 12 }
gauge: { device: gauge-1, model: ${model}, transport: tcp }
`;
  const file = parseScenario(text, model);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  const run = await startRun({
    ...{ file: file.value, linesDirectory: join(folder, "lines"), truthPath: join(folder, "truth.jsonl") },
    ...{ wire: "instant", log: pino({ level: "silent" }), hold: true },
  });
  try {
    const { host, port } = run.places.tcp["gauge-1"]!;
    const [line] = await searchAll([{ tcp: `${host}:${port}` }], profiles, {
      ...{ patience: { ...PATIENCE, taxPortMs: 100, modbusMs: 150, consoleMs: 1_000 }, isThorough: false },
      ...{ progress: () => undefined, signal: new AbortController().signal },
    });
    const [device] = line?.devices ?? [];
    if (model === "console") expect(device?.driver).toBe("gauge-console");
    else expect({ profile: device?.profile, others: device?.candidates }).toMatchObject({ profile: model });
    expect(device?.items.length, JSON.stringify(device?.items)).toBeGreaterThanOrEqual(1);
  } finally {
    await run.stop();
  }
});
