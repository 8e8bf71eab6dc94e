/**
 * What is done to the box of a live station reaches its agent: without power it is dead and says afterwards for how
 * long, and a clock that somebody sets is recorded as set. Every litre is accounted for all the same.
 */
import { join } from "node:path";
import type { JournalRecord, RecordOf } from "@forecourt/protocol/records/schema.ts";
import { describe, expect, it } from "vitest";
import { readJournal } from "../rig/account.ts";
import { type Chain, type Station, startChain } from "../rig/chain.ts";
import { control, drain } from "../rig/control.ts";
import { comeToRest, expectBalanced } from "../rig/expect-account.ts";
import { ROOT, until } from "../rig/program.ts";
import { hasTool } from "../rig/tools.ts";

const SPEED = 20;

function start(): Promise<Chain> {
  return startChain({
    folder: join(ROOT, ".run", "test", "box"),
    scenarios: [join(ROOT, "simulators", "scenarios", "plain.yaml")],
    speed: SPEED,
    boxes: true,
  });
}

function events(station: Station, event: RecordOf<"gateway">["event"]): RecordOf<"gateway">[] {
  const records = readJournal(station).map(({ line }) => JSON.parse(line) as JournalRecord);
  return records.filter((record): record is RecordOf<"gateway"> => record.kind === "gateway" && record.event === event);
}

describe("the box of a live station", () => {
  it("has no power while its gateway is unplugged", async () => {
    const chain = await start();
    try {
      const station = chain.stations[0]!;
      await control(station, "POST", "/api/cheats", { kind: "gateway-unplugged", for: "60s" });
      await until("the agent is dead", () => !station.agent.isRunning);
      await until("it runs again and says for how long it did not", () => events(station, "outage").length > 0);
      // A minute without power and forty seconds to boot, at the station's speed.
      expect(events(station, "outage")[0]?.outageMs).toBeGreaterThan(100_000 / SPEED - 1_000);
      await drain(station);
      await comeToRest(chain, station);
      expectBalanced(chain, station);
    } finally {
      await chain.stop();
    }
  });

  it.skipIf(!hasTool("faketime", "faketime"))("has the clock that somebody sets", async () => {
    const chain = await start();
    try {
      const station = chain.stations[0]!;
      await control(station, "POST", "/api/cheats", { kind: "clock-turned", device: "gateway", by: "2h", for: "120s" });
      const steps = await until("the clock was set twice", () => {
        const said = events(station, "clock-stepped").map(({ stepMs }) => stepMs ?? 0);
        return said.length >= 2 && said;
      });
      expect(steps.map((ms) => Math.round(ms / 60_000))).toEqual([-120, 120]);
      await drain(station);
      await comeToRest(chain, station);
      expectBalanced(chain, station);
    } finally {
      await chain.stop();
    }
  });
});
