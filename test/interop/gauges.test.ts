/**
 * A foreign Modbus master (mbpoll) reads every simulated tank gauge, over TCP and RTU; what it gets, read by the
 * profile that the agent ships for that gauge, is what is in the tank. Simulator and profile were written apart.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodePoints, type PointValue } from "@forecourt/protocol/profiles/decode.ts";
import { parseProfile } from "@forecourt/protocol/profiles/parse.ts";
import { planReads, type ReadRequest } from "@forecourt/protocol/profiles/plan.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { GAUGE_MAPS, type GaugeMapName } from "@forecourt/simulators/devices/gauges/maps.ts";
import { gaugeViews } from "@forecourt/simulators/devices/gauges/view.ts";
import { type Run, startRun } from "@forecourt/simulators/run.ts";
import { parseScenario } from "@forecourt/simulators/scenario/parse.ts";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { ROOT } from "../rig/program.ts";
import { hasTool, runTool } from "../rig/tools.ts";

const PROFILES = join(ROOT, "edge-agent", "profiles");
const LINE = "gauge";
const TANKS = { tank: [1, 2] };

function shipped(): DeviceProfile[] {
  const profiles = readdirSync(PROFILES)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => {
      const parsed = parseProfile(readFileSync(join(PROFILES, name), "utf8"), name);
      if (!parsed.ok) throw new Error(`${name}: ${parsed.error.map(({ message }) => message).join("; ")}`);
      return parsed.value;
    });
  return profiles.filter(({ device }) => device === "tank-gauge");
}

async function station(model: GaugeMapName): Promise<{ run: Run; folder: string }> {
  const folder = join(ROOT, ".run", "test", "gauges", model);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const plain = readFileSync(join(ROOT, "simulators", "scenarios", "plain.yaml"), "utf8");
  const text = `${plain}  - { tank: T2, grade: "95#", diameterMm: 2400, lengthMm: 6400, startVolumeL: 9000, waterMm: 12 }
gauge: { device: gauge-1, model: ${model}, transport: both, line: ${LINE} }
`;
  const parsed = parseScenario(text, model);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const run = await startRun({
    file: parsed.value,
    linesDirectory: join(folder, "lines"),
    truthPath: join(folder, "truth.jsonl"),
    wire: "baud",
    log: pino({ level: "silent" }),
    hold: true,
  });
  return { run, folder };
}

/** `[1]: 0` and `[1]: 65535 (-1)` are how mbpoll prints a register. */
async function mbpoll(target: readonly string[], { fn, address, count }: ReadRequest) {
  const table = fn === 4 ? "3" : "4";
  const ran = await runTool("mbpoll", [
    "-a",
    "1",
    "-t",
    table,
    "-0",
    "-r",
    `${address}`,
    "-c",
    `${count}`,
    "-1",
    ...target,
  ]);
  expect(ran.output).not.toContain("failed");
  const registers = [...ran.output.matchAll(/^\[\d+\]:\s+(\d+)/gm)].map((match) => Number(match[1]));
  expect(registers).toHaveLength(count);
  return { fn, address, registers };
}

describe.skipIf(!hasTool("mbpoll", "mbpoll"))("mbpoll reads", () => {
  it.each(shipped().map((profile) => [profile.profile, profile] as const))("the %s", async (name, profile) => {
    expect(Object.keys(GAUGE_MAPS), `the simulator has no gauge for the shipped profile ${name}`).toContain(name);
    const { run, folder } = await station(name as GaugeMapName);
    try {
      const reads = planReads(profile, TANKS);
      const { port } = run.places.tcp["gauge-1"]!;
      const tcp = [];
      for (const read of reads) tcp.push(await mbpoll(["-m", "tcp", "-p", String(port), "127.0.0.1"], read));
      const serial = ["-m", "rtu", "-b", "9600", "-d", "8", "-s", "1", "-P", "none", join(folder, "lines", LINE)];
      const rtu = [];
      for (const read of reads) rtu.push(await mbpoll(serial, read));
      expect(rtu).toEqual(tcp);
      expectTruth(decodePoints(profile, tcp, TANKS), run);
    } finally {
      await run.stop();
    }
  });
});

/** Half a step of the coarsest register: a whole millimetre, a whole litre, a whole degree. */
const WITHIN: Record<string, number> = { level: 500, waterLevel: 500, temperature: 500, volume: 50, ullage: 50 };

function expectTruth(points: readonly PointValue[], run: Run): void {
  const compared = new Set<string>();
  for (const { point, item, value, quality } of points) {
    // Some gauges have room for one tank only.
    if (quality === "not-read") continue;
    const view = gaugeViews(run.world).get(item?.number ?? 0);
    if (!view || !(point in WITHIN)) continue;
    const { levelUm, waterLevelUm, temperatureMc, volumeCl, ullageCl } = view.reading;
    const truth: Record<string, number> = {
      level: levelUm,
      waterLevel: waterLevelUm,
      temperature: temperatureMc,
      volume: volumeCl,
      ullage: ullageCl,
    };
    expect(Math.abs(Number(value) - truth[point]!), `${point} of tank ${item?.number}`).toBeLessThanOrEqual(
      WITHIN[point]!,
    );
    compared.add(point);
  }
  expect(compared.size).toBeGreaterThan(0);
}
