/** Power cuts on either side, at random moments: nothing committed is lost, nothing is doubled, the chain holds. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { startChain } from "../rig/chain.ts";
import { drain } from "../rig/control.ts";
import { comeToRest, expectBalanced } from "../rig/expect-account.ts";
import { ROOT } from "../rig/program.ts";
import { seeded } from "../rig/random.ts";

const KILLS = process.env.FORECOURT_SOAK === undefined ? 100 : 2_000;
const SEED = Number(process.env.FORECOURT_SEED ?? 20_261_124);
const SPEED = 60;
/** Pauses between kills, real milliseconds: from "not yet started" to "in full swing". */
const PAUSE_MS = { min: 20, max: 900 };

it(
  `the store holds exactly the journal, and the journal what reached the wire, after ${KILLS} kills`,
  async () => {
    const random = seeded(SEED);
    const chain = await startChain({
      folder: join(ROOT, ".run", "test", "kill"),
      scenarios: [join(ROOT, "simulators", "scenarios", "eight-nozzles.yaml")],
      speed: SPEED,
    });
    try {
      const station = chain.stations[0]!;
      for (let kill = 0; kill < KILLS; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS.min + random() * (PAUSE_MS.max - PAUSE_MS.min)));
        const victims =
          random() < 0.1
            ? [station.agent, chain.collector.program]
            : [random() < 0.5 ? station.agent : chain.collector.program];
        await Promise.all(victims.map((victim) => victim.kill()));
        for (const victim of victims) victim.start();
      }
      await drain(station);
      await comeToRest(chain, station);
      const { journal } = expectBalanced(chain, station);
      expect(journal.length).toBeGreaterThan(KILLS);
    } finally {
      await chain.stop();
    }
  },
  KILLS * 3_000 + 120_000,
);
