/** Whatever registers a device hands out, every shipped profile makes observations of them whose records can be taken. */
import { readdirSync, readFileSync } from "node:fs";
import { decodePoints } from "@forecourt/protocol/profiles/decode.ts";
import { itemCount } from "@forecourt/protocol/profiles/layout.ts";
import { parseProfile } from "@forecourt/protocol/profiles/parse.ts";
import { planReads } from "@forecourt/protocol/profiles/plan.ts";
import { checkRecord } from "@forecourt/protocol/records/parse.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { createRecorder } from "../../recorder/recorder.ts";
import { observe } from "./observe.ts";

const FOLDER = new URL("../../profiles/", import.meta.url).pathname;
const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));
const isSoak = process.env.FORECOURT_SOAK !== undefined;
if (isSoak) vi.setConfig({ testTimeout: 600_000 });
const parameters = isSoak ? { numRuns: 6_000 } : { numRuns: 300, seed: 1 };

/** Values at the edges as well as any others: all bits, sign bit, NaN and infinity as floats. */
const register = fc.oneof(fc.constantFrom(0, 1, 0x7fff, 0x8000, 0xffff, 0x7fc0, 0x7f80, 0xff80), fc.nat(0xffff));

test.each(files)("%s", (file) => {
  const parsed = parseProfile(readFileSync(`${FOLDER}${file}`, "utf8"), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const profile = parsed.value;
  const names = (kind: "tank" | "seal", letter: string) =>
    new Map(Array.from({ length: Math.min(8, itemCount(profile, kind)) }, (_, at) => [at + 1, `${letter}${at + 1}`]));
  const items = { tank: names("tank", "T"), seal: names("seal", "S0") };
  const selection = { tank: [...items.tank.keys()], seal: [...items.seal.keys()] };
  const plan = planReads(profile, selection);
  const total = plan.reduce((sum, { count }) => sum + count, 0);
  fc.assert(
    fc.property(fc.array(register, { minLength: total, maxLength: total, size: "max" }), (registers) => {
      let at = 0;
      const reads = plan.map(({ fn, address, count }) => {
        at += count;
        const taken = registers.slice(at - count, at);
        return { fn, address, registers: fn <= 2 ? taken.map((value) => value & 1) : taken };
      });
      const raws = plan.map(({ fn, address, count }) => ({ fn, address, count, hex: "00" }));
      const seen = observe({ device: "d", profile, items }, decodePoints(profile, reads, selection), raws);
      const records: RecordBody[] = [];
      const bands = { levelDeadBandUm: 0, waterDeadBandUm: 0, temperatureDeadBandMc: 0, volumeDeadBandCl: 0 };
      const recorder = createRecorder({
        taxPorts: [],
        tanks: () => ({ ...bands, heartbeatMs: 0 }),
        seals: () => ({ heartbeatMs: 0, batteryDeadBandPercent: 0 }),
        quiet: { nozzles: [], settleMs: 0, readingAgeMs: () => 0, bandUm: 0, pauseMs: 0 },
        known: [],
        now: () => 0,
        epochMs: () => Date.parse("2026-11-25T04:00:00Z"),
        append: (more) => void records.push(...more),
      });
      recorder.observed(seen);
      const header = { seq: 1, gateway: "gw-1", at: "2026-11-25T12:00:00.000+08:00", boot: "boot-1", monoMs: 0 };
      for (const record of records) {
        const checked = checkRecord({ ...record, ...header, clock: "trusted" });
        if (!checked.ok) expect.fail(JSON.stringify({ record, error: checked.error }));
      }
      if (records.length === 0) expect.fail("no record of a first reading");
    }),
    parameters,
  );
});
