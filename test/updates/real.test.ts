/** Updates that really happen: the packaged agent with its launcher, a gauge, a collector, bundles over HTTP. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, until } from "../rig/program.ts";
import { InstalledStation } from "./station.ts";

const station = new InstalledStation(join(ROOT, ".run", "test", "updates"));
const WITHIN_MS = 180_000;
/** One changed file of a few lines, and its neighbours at most; the whole is a thousand times as large. */
const MOST_FETCHED_BYTES = 100_000;
/** Each update moves and proves 130 MB a few times; the kill campaign goes through the same states with small files. */
const isSoak = process.env.FORECOURT_SOAK === "1";

beforeAll(() => station.start(), WITHIN_MS);
afterAll(() => station.stop());

function records(): JournalRecord[] {
  const db = new Database(station.journal, { readonly: true });
  try {
    const lines = db.prepare<[], { line: string }>("SELECT line FROM entry ORDER BY seq").all();
    return lines.map(({ line }) => JSON.parse(line) as JournalRecord);
  } finally {
    db.close();
  }
}

const stateFile = join(station.updates, "state.json");
const phase = () => (existsSync(stateFile) ? readFileSync(stateFile, "utf8") : undefined);

/** What the agent said under one message. */
function logged<Details>(message: string): Details[] {
  const lines = readFileSync(join(station.folder, "agent.log"), "utf8").split("\n");
  return lines.filter((line) => line.includes(`"${message}"`)).map((line) => JSON.parse(line) as Details);
}

/** Versions in the order in which they recorded a start. */
const starts = () => records().flatMap((one) => (one.kind === "gateway" && one.event === "start" ? [one.version] : []));
const outcomes = (id: string) =>
  records().flatMap((one) => (one.kind === "command" && one.command === id ? [one.outcome] : []));

test(
  "a good version is fetched, takes over within its trial, and its records say so",
  async () => {
    await station.offer("0.2.0");
    const { state, reason, id } = await station.order("0.2.0");
    expect({ state, reason }).toEqual({ state: "done", reason: "0.2.0 is in force" });
    expect(starts().slice(-2)).toEqual(["0.1.0", "0.2.0"]);
    await until("its end is recorded", () => outcomes(id).length === 2);
    expect(outcomes(id)).toEqual(["accepted", "done"]);
    // The runtime and all libraries were there already.
    const [fetched, ...more] = logged<{ bytes: number }>("an update is fetched");
    expect(more).toEqual([]);
    expect(fetched?.bytes).toBeGreaterThan(0);
    expect(fetched?.bytes).toBeLessThan(MOST_FETCHED_BYTES);
  },
  WITHIN_MS,
);

test.runIf(isSoak)(
  "a version that crashes at its start is given up after three starts, and the one before comes back",
  async () => {
    await station.offer("0.3.0", { "edge-agent/command-line.ts": (text) => `throw new Error("broken");\n${text}` });
    const { state, reason } = await station.order("0.3.0");
    expect({ state, reason }).toEqual({ state: "rolled-back", reason: "0.3.0: it ended 3 times within its trial" });
    expect(starts().at(-1)).toBe("0.2.0");
  },
  WITHIN_MS,
);

test.runIf(isSoak)(
  "a version that starts, reaches the collector and cannot read the gauge goes back by itself",
  async () => {
    const blind = (text: string) =>
      text.replace(
        "if (!answer.ok) return answer;",
        'return { ok: false, error: { code: "unusable", message: "broken", heard: true } } as never;',
      );
    await station.offer("0.4.0", { "edge-agent/drivers/modbus/driver.ts": blind });
    const { state, reason } = await station.order("0.4.0");
    expect({ state, reason }).toEqual({ state: "rolled-back", reason: "0.4.0: not read: gauge-1" });
    expect(starts().slice(-2)).toEqual(["0.4.0", "0.2.0"]);
  },
  WITHIN_MS,
);

test.runIf(isSoak)(
  "an older version is refused unless it was ordered, and a power cut in the trial changes nothing",
  async () => {
    await station.offer("0.1.5");
    expect(await station.order("0.1.5")).toMatchObject({
      state: "refused",
      reason: expect.stringContaining("not newer"),
    });
    const ordered = station.order("0.1.5", { allowOlder: true });
    await until("it is on trial", () => phase()?.includes('"phase":"trial"'), 60_000);
    await station.agent.kill();
    station.agent.start();
    expect(await ordered).toMatchObject({ state: "done" });
    expect(starts().at(-1)).toBe("0.1.5");
  },
  WITHIN_MS,
);
