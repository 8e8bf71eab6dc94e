import { describe, expect, test } from "vitest";
import { durationMs, localTime, SimulatedClock } from "./time.ts";

describe("durations", () => {
  test.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["1.5d", 129_600_000],
    ["250ms", 250],
  ])("%s is %d ms", (text, ms) => expect(durationMs(text)).toBe(ms));
  test.each(["", "10", "m", "-5s", "1 h", "5 min"])("%j is none", (text) => expect(durationMs(text)).toBeUndefined());
});

test("the station's calendar is eight hours ahead of UTC", () => {
  const at = Date.parse("2025-07-31T16:05:00Z");
  expect(localTime(at)).toMatchObject({ date: "2025-08-01", month: "2025-08", dayOfMonth: 1, hour: 0, minute: 5 });
});

describe("the simulated clock", () => {
  const clockAt = (speed: number) => {
    const wall = { now: 1_000_000 };
    return { wall, clock: new SimulatedClock({ startsAt: 5_000, speed, wallNow: () => wall.now }) };
  };

  test("runs at its speed", () => {
    const { wall, clock } = clockAt(60);
    wall.now += 500;
    expect(clock.now()).toBe(35_000);
    expect(clock.wallOf(35_000)).toBe(1_000_500);
  });

  test("stands still while paused and goes on from there", () => {
    const { wall, clock } = clockAt(10);
    wall.now += 100;
    clock.pause();
    wall.now += 9_000;
    expect(clock.now()).toBe(6_000);
    clock.resume();
    wall.now += 100;
    expect(clock.now()).toBe(7_000);
    expect(clock.wallOf(7_000)).toBe(wall.now);
  });
});
