/** Broker and collector gone for a simulated day: the agent goes on alone, and the backlog arrives in order. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { readJournal, readStore } from "../rig/account.ts";
import { startChain } from "../rig/chain.ts";
import { control, drain } from "../rig/control.ts";
import { comeToRest, expectBalanced } from "../rig/expect-account.ts";
import { ROOT, until } from "../rig/program.ts";

const SPEED = 1_440;
const DAY_MS = 86_400_000;

it("a day without a collector is made up for, in order, once it is back", async () => {
  const chain = await startChain({
    folder: join(ROOT, ".run", "test", "outage"),
    scenarios: [join(ROOT, "simulators", "scenarios", "plain.yaml")],
    speed: SPEED,
    // At this speed a fuelling lasts a few hundredths of a second: the wire must not be what limits.
    simulator: ["--wire", "instant"],
    overrides: { taxPort: { totalIntervalMs: 0, interQueryGapMs: 0 } },
  });
  try {
    const station = chain.stations[0]!;
    const stored = () => readStore(chain.collector.database, station.gateway).length;
    await until("the first records are stored", () => stored() > 0);
    const simulatedMs = async () =>
      (await control<{ simulatedElapsedMs: number }>(station, "GET", "/api/state")).simulatedElapsedMs;
    await chain.collector.program.kill();
    const storedBefore = stored();
    const goneAt = await simulatedMs();
    await until("a day has passed", async () => (await simulatedMs()) - goneAt >= DAY_MS, 120_000);
    const backlog = readJournal(station).length - storedBefore;
    expect(backlog).toBeGreaterThan(100);
    expect(stored()).toBe(storedBefore);

    chain.collector.program.start();
    await drain(station);
    await comeToRest(chain, station);
    const { store } = expectBalanced(chain, station);
    expect(store.length).toBeGreaterThanOrEqual(storedBefore + backlog);
  } finally {
    await chain.stop();
  }
});
