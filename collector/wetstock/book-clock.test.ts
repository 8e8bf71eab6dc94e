/** Time in the tanks' books never runs back, whatever is done to the gateway's clock. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BookTime, bookTime } from "./book-clock.ts";

const HOUR_MS = 3_600_000;

function run(records: readonly { atMs: number; monoMs: number; boot?: string }[]): number[] {
  let last: BookTime | undefined;
  return records.map(({ atMs, monoMs, boot = "boot-1" }) => {
    last = bookTime(last, { boot, monoMs }, atMs);
    return last.bookMs;
  });
}

describe("the time of the books", () => {
  it("is the clock's while it runs forward, also over a jump", () => {
    expect(
      run([
        { atMs: 1_000, monoMs: 1_000 },
        { atMs: 2_000, monoMs: 2_000 },
        { atMs: HOUR_MS, monoMs: 3_000 },
      ]),
    ).toEqual([1_000, 2_000, HOUR_MS]);
  });

  it("goes on by the time since the start when the clock is turned back, and follows the clock once it has caught up", () => {
    const at = 10 * HOUR_MS;
    expect(
      run([
        { atMs: at, monoMs: 0 },
        { atMs: at - 2 * HOUR_MS + 30_000, monoMs: 30_000 },
        { atMs: at - HOUR_MS, monoMs: HOUR_MS },
        { atMs: at + 3 * HOUR_MS, monoMs: 3 * HOUR_MS },
      ]),
    ).toEqual([at, at + 30_000, at + HOUR_MS, at + 3 * HOUR_MS]);
  });

  it("waits for a clock that is only disciplined, so that small steps do not add up", () => {
    const records = Array.from({ length: 100 }, (_, index) => ({
      atMs: index * 10_000 - (index % 2) * 10_500,
      monoMs: index * 10_000,
    }));
    expect(run(records).at(-2)).toBe(980_000);
  });

  it("stands still over a restart with a clock behind, and never runs back", () => {
    const record = fc.record({
      atMs: fc.integer({ min: 0, max: 1e8 }),
      monoMs: fc.integer({ min: 0, max: 1e8 }),
      boot: fc.constantFrom("boot-1", "boot-2"),
    });
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const times = run(records);
        for (let index = 1; index < times.length; index += 1)
          expect(times[index]!).toBeGreaterThanOrEqual(times[index - 1]!);
        for (const [index, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(records[index]!.atMs);
      }),
    );
  });
});
