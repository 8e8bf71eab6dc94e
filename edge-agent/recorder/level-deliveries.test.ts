/** Deliveries told from the level alone: what is one, what is none, and where it begins and ends. */
import type { RecordBody, TankRecord } from "@forecourt/protocol/records/schema.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TankObservation } from "../drivers/observation.ts";
import { litres, MORNING_MS, reading } from "./gauge.test-support.ts";
import { LevelDeliveries } from "./level-deliveries.ts";
import { expectValid } from "./sales.test-support.ts";

const POLL_MS = 5_000;

/** A tank that is read every few seconds; its volume changes by so many litres a minute for so many minutes. */
class TankRun {
  now = 0;
  volume = 5_000;
  readonly deliveries: RecordBody[] = [];
  readonly recorder: LevelDeliveries;
  readonly #noise: () => number;

  constructor(known = new Map<string, TankRecord>(), noise: () => number = () => 0) {
    this.recorder = new LevelDeliveries(known, { monoMs: 0, epochMs: MORNING_MS });
    this.#noise = noise;
  }

  flow(minutes: number, litresPerMinute: number, more: Partial<TankObservation> = {}): this {
    for (const end = this.now + minutes * 60_000; this.now < end; ) {
      this.now += POLL_MS;
      this.volume += (litresPerMinute * POLL_MS) / 60_000;
      this.read(litres(this.volume + this.#noise(), more));
    }
    return this;
  }

  read(seen: TankObservation): this {
    const { records } = this.recorder.tank(seen, this.now, MORNING_MS + this.now);
    expectValid(records);
    this.deliveries.push(...records);
    return this;
  }
}

function clock(minutes: number): string {
  return new Date(MORNING_MS + 8 * 3_600_000 + minutes * 60_000).toISOString().replace("Z", "+08:00");
}

describe("a delivery", () => {
  test("begins with the last reading before the rise and ends with the first after it", () => {
    const run = new TankRun().flow(20, 0).flow(30, 400).flow(20, 0);
    expect(run.deliveries).toMatchObject([
      {
        kind: "delivery",
        basis: "level",
        tank: "T1",
        startedAt: clock(20),
        endedAt: clock(50),
        deviceStartedAt: null,
        start: { volumeCl: 500_000 },
        end: { volumeCl: 1_700_000 },
        volumeCl: 1_200_000,
        quality: "good",
      },
    ]);
  });

  test("is seen while fuel is sold from the tank: what was sold is not in it", () => {
    const run = new TankRun().flow(20, -40).flow(30, 360).flow(20, -40);
    expect(run.deliveries).toHaveLength(1);
    expect(run.deliveries[0]).toMatchObject({ startedAt: clock(20), endedAt: clock(50), volumeCl: 1_080_000 });
  });

  test("of two compartments with a long pause is two", () => {
    const run = new TankRun().flow(20, 0).flow(10, 400).flow(10, 0).flow(10, 400).flow(10, 0);
    expect(run.deliveries).toMatchObject([{ volumeCl: 400_000 }, { volumeCl: 400_000 }]);
  });

  test("is measured by the level where the gauge states no volume", () => {
    const run = new TankRun().flow(20, 0, { volumeCl: null }).flow(30, 400, { volumeCl: null });
    run.flow(20, 0, { volumeCl: null });
    expect(run.deliveries).toMatchObject([
      { volumeCl: null, start: { levelUm: 333_333 }, end: { levelUm: 1_133_333 } },
    ]);
  });

  test("while the gauge was silent is bounded by the readings around it, and unconfirmed", () => {
    const run = new TankRun().flow(20, 0);
    run.now += 6 * 3_600_000;
    run.volume += 10_000;
    run.flow(10, 0);
    expect(run.deliveries).toMatchObject([
      { startedAt: clock(20), volumeCl: 1_000_000, quality: "unconfirmed", reason: expect.stringContaining("360 min") },
    ]);
  });

  test("while the agent was off is told from the journal's last reading", () => {
    const { point: _, ...values } = litres(5_000);
    const header = { seq: 1, gateway: "gw-1", at: clock(-120), boot: "boot-1", monoMs: 0, clock: "trusted" };
    const record = { ...header, kind: "tank", cause: "heartbeat", ...values } as TankRecord;
    const run = new TankRun(new Map([["T1", record]]));
    run.volume = 12_000;
    run.flow(10, 0);
    expect(run.deliveries).toMatchObject([{ startedAt: clock(-120), volumeCl: 700_000, quality: "unconfirmed" }]);
  });

  test("with a doubtful reading at its end is unconfirmed", () => {
    const run = new TankRun().flow(20, 0);
    run.flow(30, 400, { quality: "unconfirmed", reason: "units" }).flow(10, 0);
    expect(run.deliveries).toMatchObject([{ quality: "unconfirmed" }]);
  });
});

describe("no delivery is", () => {
  test("a sale, a rest, or a rise of less than a hundred litres", () => {
    expect(new TankRun().flow(60, -40).flow(60, 0).deliveries).toEqual([]);
    expect(new TankRun().flow(20, 0).flow(0.4, 200).flow(20, 0).deliveries).toEqual([]);
  });

  test("warming fuel, however much it becomes", () => {
    expect(new TankRun().flow(600, 1).deliveries).toEqual([]);
  });

  test("a reading that is missing or stale", () => {
    const run = new TankRun().flow(20, 0);
    run.read(reading({ levelUm: null, volumeCl: null, quality: "missing", reason: "none" }));
    run.read(litres(15_000, { quality: "stale", reason: "silent" })).flow(20, 0);
    expect(run.deliveries).toEqual([]);
  });

  test("the noise of a coarse gauge", () => {
    let seed = 7;
    const noise = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.round((seed / 2 ** 31 - 0.5) * 6) * 15;
    };
    expect(new TankRun(new Map(), noise).flow(300, -20).deliveries).toEqual([]);
  });
});

test("whatever is unloaded and sold, the volume of a delivery is what the tank gained", () => {
  const step = fc.record({
    rest: fc.integer({ min: 12, max: 30 }),
    minutes: fc.integer({ min: 5, max: 40 }),
    rate: fc.integer({ min: 200, max: 700 }),
    sold: fc.integer({ min: 0, max: 50 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), (steps) => {
      const run = new TankRun();
      for (const { rest, minutes, rate, sold } of steps) run.flow(rest, -sold).flow(minutes, rate).flow(15, 0);
      expect(run.deliveries).toMatchObject(
        steps.map(({ minutes, rate }) => ({ volumeCl: expect.closeTo(minutes * rate * 100, -3) })),
      );
    }),
    { numRuns: 60 },
  );
});
