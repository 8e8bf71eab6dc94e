/** When a tank is quiet, told from totals and levels; time runs in steps of one poll. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reading } from "./gauge.test-support.ts";
import { type QuietOptions, QuietWatch } from "./quiet.ts";

const POLL_MS = 5_000;

/** A station with two nozzles on T1 and one on T2, polled every five seconds. */
class Forecourt {
  now = 0;
  totals: Record<string, number> = { N01: 1_000, N02: 2_000, N03: 3_000 };
  levelUm = 1_500_000;
  readonly watch: QuietWatch;

  constructor(more: Partial<QuietOptions> = {}) {
    this.watch = new QuietWatch({
      nozzles: [
        { nozzle: "N01", tank: "T1" },
        { nozzle: "N02", tank: "T1" },
        { nozzle: "N03", tank: "T2" },
      ],
      settleMs: 30_000,
      readingAgeMs: () => 0,
      bandUm: 500,
      pauseMs: 60_000,
      ...more,
    });
  }

  /** Runs for so long. @returns when a reading was at rest, in seconds */
  run(seconds: number, { portAnswers = true, levelStep = 0 } = {}): number[] {
    const quiet: number[] = [];
    for (const end = this.now + seconds * 1_000; this.now < end; ) {
      this.now += POLL_MS;
      this.levelUm += levelStep;
      for (const [nozzle, volumeCl] of Object.entries(this.totals)) {
        const total = { point: "grand-total" as const, device: "tax-1", nozzle, volumeCl, amountFen: 0, raw: [] };
        if (portAnswers) this.watch.total(total, this.now);
      }
      if (this.watch.tank(reading({ levelUm: this.levelUm }), this.now)) quiet.push(this.now / 1_000);
    }
    return quiet;
  }
}

describe("a tank is quiet", () => {
  test("thirty seconds after the last sale of its own nozzles, once", () => {
    const forecourt = new Forecourt();
    forecourt.run(100);
    forecourt.totals.N01! += 2_500;
    expect(forecourt.run(200)).toEqual([135]);
  });

  test("whatever other tanks sell", () => {
    const forecourt = new Forecourt();
    expect(forecourt.run(100)).toEqual([35]);
    forecourt.totals.N03! += 2_500;
    expect(forecourt.run(100)).toEqual([]);
  });

  test("only when nothing is sold anywhere, where it is not known which tank a nozzle feeds from", () => {
    const nozzles = ["N01", "N02", "N03"].map((nozzle) => ({ nozzle, tank: null }));
    const forecourt = new Forecourt({ nozzles });
    forecourt.run(100);
    forecourt.totals.N03! += 2_500;
    expect(forecourt.run(100)).toEqual([135]);
  });

  test("not while its level falls: a fuelling shows in the total only when the nozzle is hung up", () => {
    const forecourt = new Forecourt();
    forecourt.run(100);
    forecourt.totals.N01! += 2_500;
    expect(forecourt.run(120, { levelStep: -200 })).toEqual([]);
    expect(forecourt.run(120)).toEqual([240]);
  });

  test("at most once a minute", () => {
    const forecourt = new Forecourt();
    forecourt.run(35);
    forecourt.totals.N01! += 1;
    expect(forecourt.run(100)).toEqual([95]);
  });

  test("later by the age of what the gauge states", () => {
    const forecourt = new Forecourt({ readingAgeMs: () => 60_000 });
    expect(forecourt.run(200)).toEqual([95]);
  });

  test("not when a nozzle's port is silent, nor without any tax port", () => {
    const silent = new Forecourt();
    silent.run(100);
    silent.totals.N01! += 1;
    silent.run(5);
    expect(silent.run(60, { portAnswers: false })).toEqual([135]);
    silent.totals.N01! += 1;
    expect(silent.run(200, { portAnswers: false })).toEqual([]);
    expect(new Forecourt({ nozzles: [] }).run(200)).toEqual([]);
  });

  test("never within the settling time of a sale, whatever is sold when", () => {
    const sales = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(sales, (pauses) => {
        const forecourt = new Forecourt();
        for (const pause of pauses) {
          forecourt.totals.N02! += 10;
          const soldAt = forecourt.now / 1_000 + POLL_MS / 1_000;
          for (const at of forecourt.run(pause)) expect(at - soldAt).toBeGreaterThanOrEqual(30);
        }
      }),
      { numRuns: 300 },
    );
  });
});
