/** One frame in a hundred flipped, shortened or lengthened on the serial line: no wrong sale is ever recorded. */
import { join } from "node:path";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { expect, it } from "vitest";
import { startChain } from "../rig/chain.ts";
import { control, drain } from "../rig/control.ts";
import { comeToRest, expectBalanced } from "../rig/expect-account.ts";
import { ROOT } from "../rig/program.ts";

const SPEED = 30;
const SHARE = 0.01;
const RUN_MS = process.env.FORECOURT_SOAK === undefined ? 40_000 : 600_000;

it(
  "noise on the tax port delays sales but invents and loses none",
  async () => {
    const chain = await startChain({
      folder: join(ROOT, ".run", "test", "noise"),
      scenarios: [join(ROOT, "simulators", "scenarios", "eight-nozzles.yaml")],
      speed: SPEED,
      overrides: { taxPort: { totalIntervalMs: 0, interQueryGapMs: 0 } },
    });
    try {
      const station = chain.stations[0]!;
      await control(station, "POST", "/api/noise", { line: "tax-1", share: SHARE });
      await new Promise((resolve) => setTimeout(resolve, RUN_MS));
      await drain(station);
      await comeToRest(chain, station);
      await chain.stop();
      const { journal } = expectBalanced(chain, station);
      const records = journal.map(({ line }) => JSON.parse(line) as JournalRecord);
      expect(records.filter(({ kind }) => kind === "sale").length).toBeGreaterThan(10);
      // A decreased total or a changed identity would be an accusation made of noise.
      expect(records.filter((record) => record.kind === "total" && record.cause === "decreased")).toEqual([]);
      expect(records.filter((record) => record.kind === "identity" && record.cause === "changed")).toEqual([]);
    } finally {
      await chain.stop();
    }
  },
  RUN_MS + 180_000,
);
