import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatTime } from "@forecourt/protocol/time.ts";
import { expect, test } from "vitest";
import { runStation, scenarioFrom, startStation } from "./api.ts";
import type { ScenarioFile } from "./scenario/schema.ts";
import { scenarioFile } from "./testing/builder.ts";

/** The truth of a run on real lines, without what belongs to the run itself (start, stop, wall times). */
async function onRealLines(file: ScenarioFile, speed: number, forMs: number): Promise<object[]> {
  const folder = mkdtempSync(join(tmpdir(), "sim-api-"));
  try {
    const run = await startStation(file, { folder, speed, forMs });
    await run.done;
    const lines = readFileSync(join(folder, "truth.jsonl"), "utf8").split("\n").filter(Boolean);
    return lines
      .map((line) => JSON.parse(line) as { event: string; wall: string })
      .filter(({ event }) => event !== "start" && event !== "stop")
      .map(({ wall: _, ...rest }) => rest);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function asFastAsPossible(file: ScenarioFile, forMs: number, stepMs?: number): object[] {
  const { truth } = runStation(file, { forMs, ...(stepMs === undefined ? {} : { stepMs }) });
  return JSON.parse(JSON.stringify(truth.map((event) => ({ ...event, at: formatTime(event.at) })))) as object[];
}

const busy = scenarioFile({
  station: { customersPerHour: 600 },
  cheats: [
    { kind: "seal-cut", seal: "S01", at: "500ms" },
    { kind: "total-rollback", nozzle: "N02", at: "1s", volumeCl: 500 },
  ],
  faults: [{ kind: "noise", line: "tax-1", share: 0.1, at: "200ms", for: "1s" }],
});

test("real time, accelerated and as fast as possible give the same truth", async () => {
  const [realTime, accelerated] = await Promise.all([onRealLines(busy, 1, 2_000), onRealLines(busy, 300, 300_000)]);
  expect(realTime.length).toBeGreaterThan(2);
  expect(realTime).toEqual(asFastAsPossible(busy, 2_000));
  expect(accelerated.length).toBeGreaterThan(10);
  expect(accelerated).toEqual(asFastAsPossible(busy, 300_000));
});

test("the size of the steps does not change the truth", () => {
  expect(asFastAsPossible(busy, 3_600_000, 777)).toEqual(asFastAsPossible(busy, 3_600_000));
});

test("a seed gives its own truth, and always the same", () => {
  const run = (seed: number) => JSON.stringify(runStation(busy, { forMs: 3_600_000, seed }).truth);
  expect(run(7)).toBe(run(7));
  expect(run(7)).not.toBe(run(8));
});

test("a scenario that is wrong is refused with its places", () => {
  expect(() => scenarioFrom(join(import.meta.dirname, "package.json"))).toThrow(/scenario is missing/);
  expect(scenarioFrom("plain").scenario).toBe("plain");
});
