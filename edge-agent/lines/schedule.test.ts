import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Poll } from "../drivers/driver.ts";
import { Schedule } from "./schedule.ts";

const options = { minBackOffMs: 1_000, maxBackOffMs: 10_000, random: () => 0.5 };

function device(name: string, intervals: Record<string, number | null>, gapMs = 0) {
  const polls = Object.entries(intervals).map(([key, intervalMs]): Poll => ({ device: name, key, intervalMs }));
  return { device: name, gapMs, polls };
}

/** Runs a schedule: each poll takes its time and is heard or not. @returns what was polled, and when */
function run(
  schedule: Schedule,
  {
    untilMs,
    pollMs,
    heard = () => true,
  }: { untilMs: number; pollMs: number; heard?: (poll: Poll, now: number) => boolean },
) {
  const made: { name: string; at: number }[] = [];
  for (let now = 0; now < untilMs; ) {
    const next = schedule.next(now);
    if ("waitMs" in next) {
      now += Math.min(Math.max(next.waitMs, 1), 200);
      continue;
    }
    made.push({ name: `${next.poll.device}/${next.poll.key}`, at: now });
    now += pollMs;
    const outcome = heard(next.poll, now) ? "heard" : "silent";
    schedule.done(next.poll, { startedAt: now - pollMs, now, outcome });
  }
  return made;
}

const countOf = (made: { name: string }[], name: string) => made.filter((one) => one.name === name).length;

describe("routine polls", () => {
  test("of equal interval get equal turns", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(0, 100, 1_000),
        fc.integer({ min: 10, max: 300 }),
        (count, interval, pollMs) => {
          const names = Array.from({ length: count }, (_, index) => `p${index}`);
          const made = run(
            new Schedule([device("d", Object.fromEntries(names.map((name) => [name, interval])))], options),
            {
              untilMs: 60_000,
              pollMs,
            },
          );
          const counts = names.map((name) => countOf(made, `d/${name}`));
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("are made at their interval when the wire is free, and a poll on request never by itself", () => {
    const made = run(new Schedule([device("d", { a: 1_000, b: null })], options), { untilMs: 10_000, pollMs: 10 });
    expect(countOf(made, "d/a")).toBe(10);
    expect(countOf(made, "d/b")).toBe(0);
  });

  test("keep the device's gap", () => {
    const made = run(new Schedule([device("d", { a: 0, b: 0 }, 500)], options), { untilMs: 10_000, pollMs: 100 });
    for (const [index, { at }] of made.entries()) {
      if (index > 0) expect(at - made[index - 1]!.at).toBeGreaterThanOrEqual(600);
    }
  });
});

describe("requested polls", () => {
  test("go before routine ones", () => {
    const schedule = new Schedule([device("d", { a: 0, b: 0, c: null })], options);
    run(schedule, { untilMs: 1_000, pollMs: 100 });
    schedule.request("d", "c", 1_000);
    expect(schedule.next(1_000)).toMatchObject({ poll: { key: "c" } });
  });

  test("requested twice are made once", () => {
    const schedule = new Schedule([device("d", { a: 10_000, c: null })], options);
    schedule.request("d", "c", 0);
    schedule.request("d", "c", 0);
    expect(countOf(run(schedule, { untilMs: 5_000, pollMs: 100 }), "d/c")).toBe(1);
  });

  test("that are never answered starve no other poll of the same device", () => {
    const schedule = new Schedule([device("d", { a: 1_000, c: null })], options);
    schedule.request("d", "c", 0);
    const made = run(schedule, { untilMs: 30_000, pollMs: 500, heard: ({ key }) => key !== "c" });
    expect(countOf(made, "d/a")).toBeGreaterThan(25);
  });

  test("made anew after every poll starve no routine one: nothing waits longer than its interval, a head start and a turn of each", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 200, maxLength: 200 }),
        fc.integer({ min: 20, max: 300 }),
        (wanted, pollMs) => {
          const schedule = new Schedule([device("d", { p0: 500, p1: 500, p2: 500, u0: null, u1: null })], options);
          const lastAt = new Map<string, number>();
          let now = 0;
          for (const choice of wanted) {
            for (const key of choice < 2 ? [`u${choice}`] : ["u0", "u1"]) schedule.request("d", key, now);
            const next = schedule.next(now);
            if ("waitMs" in next) {
              now += next.waitMs;
              continue;
            }
            lastAt.set(next.poll.key, now);
            now += pollMs;
            schedule.done(next.poll, { startedAt: now - pollMs, now, outcome: "heard" });
            for (const key of ["p0", "p1", "p2"]) expect(now - (lastAt.get(key) ?? 0)).toBeLessThan(2_500 + 7 * pollMs);
          }
        },
      ),
    );
  });

  test("of an unknown poll is a mistake of the caller's", () => {
    expect(() => new Schedule([device("d", { a: 1 })], options).request("d", "x", 0)).toThrow("no poll x");
  });
});

describe("priorities", () => {
  const priorities = ["first", "normal", "last"] as const;
  const polls = (intervalMs: number) =>
    priorities.map((priority): Poll => ({ device: "d", key: priority, intervalMs, priority }));

  test("decide when several polls are due at once", () => {
    const schedule = new Schedule([{ device: "d", gapMs: 0, polls: polls(10_000) }], options);
    expect(run(schedule, { untilMs: 900, pollMs: 300 }).map(({ name }) => name)).toEqual([
      "d/first",
      "d/normal",
      "d/last",
    ]);
  });

  test("starve nobody on a line that is never free", () => {
    const schedule = new Schedule([{ device: "d", gapMs: 0, polls: polls(0) }], options);
    const made = run(schedule, { untilMs: 60_000, pollMs: 100 });
    const counts = priorities.map((priority) => countOf(made, `d/${priority}`));
    expect(counts[0]).toBeGreaterThan(counts[1]!);
    expect(counts[1]).toBeGreaterThan(counts[2]!);
    expect(counts[2]).toBeGreaterThan(15);
  });

  test("what can wait is not hurried by being asked for", () => {
    const chore: Poll = { device: "d", key: "chore", intervalMs: null, priority: "last" };
    const schedule = new Schedule([{ device: "d", gapMs: 0, polls: [...polls(1_000), chore] }], options);
    schedule.request("d", "chore", 0, "2026-11-24");
    const made = run(schedule, { untilMs: 3_000, pollMs: 100 });
    expect(made.findIndex(({ name }) => name === "d/chore")).toBeGreaterThan(1);
    expect(countOf(made, "d/chore")).toBe(1);
  });
});

describe("one retry policy", () => {
  test("an unanswered routine poll is made again at once, twice, and then waits for its turn", () => {
    const schedule = new Schedule([device("d", { a: 60_000, b: 60_000 })], options);
    const made = run(schedule, { untilMs: 50_000, pollMs: 100, heard: ({ key }) => key === "b" });
    expect(countOf(made, "d/b")).toBe(1);
    expect(countOf(made, "d/a")).toBe(3);
  });

  test("a poll on request is not made again by itself", () => {
    const schedule = new Schedule([device("d", { a: null })], options);
    schedule.request("d", "a", 0);
    expect(countOf(run(schedule, { untilMs: 10_000, pollMs: 100, heard: () => false }), "d/a")).toBe(1);
  });

  test("a line in trouble is no failure of its device: the poll stays due, requested or not, and nothing backs off", () => {
    const schedule = new Schedule([device("d", { a: 60_000, u: null })], options);
    schedule.request("d", "u", 0);
    for (let time = 0; time < 10; time += 1) {
      const next = schedule.next(time);
      expect(next).toMatchObject({ poll: { key: "u" } });
      if ("poll" in next) schedule.done(next.poll, { startedAt: time, now: time, outcome: "line" });
    }
  });
});

describe("a silent device", () => {
  test("or many: together they get a fifth of the line's time, the living all the rest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), (dead, living) => {
        const devices = [
          ...Array.from({ length: dead }, (_, index) => device(`dead${index}`, { a: 500 })),
          ...Array.from({ length: living }, (_, index) => device(`live${index}`, { a: 0 })),
        ];
        const schedule = new Schedule(devices, options);
        let [now, lostMs, from] = [0, 0, 0];
        while (now < 300_000) {
          // The first failures of each, before it counts as silent, are not counted.
          if (from === 0 && now > 60_000) [from, lostMs] = [now, 0];
          const next = schedule.next(now);
          if ("waitMs" in next) {
            now += Math.max(1, next.waitMs);
            continue;
          }
          const isDead = next.poll.device.startsWith("dead");
          const tookMs = isDead ? 1_000 : 50;
          if (isDead) lostMs += tookMs;
          now += tookMs;
          schedule.done(next.poll, { startedAt: now - tookMs, now, outcome: isDead ? "silent" : "heard" });
        }
        expect(lostMs / (now - from)).toBeLessThan(0.21);
        expect(lostMs).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });

  test("is asked at once when its line was opened anew", () => {
    const schedule = new Schedule([device("d", { a: 0 })], options);
    run(schedule, { untilMs: 60_000, pollMs: 100, heard: () => false });
    schedule.lineOpened(60_000);
    expect(schedule.next(60_000)).toMatchObject({ poll: { key: "a" } });
  });

  test("is asked ever more seldom, at most every longest pause and a spread of a quarter", () => {
    const schedule = new Schedule([device("dead", { a: 0 })], options);
    const made = run(schedule, { untilMs: 120_000, pollMs: 100, heard: () => false });
    const pauses = made.slice(1).map(({ at }, index) => at - made[index]!.at);
    expect(pauses.slice(0, 2).every((pause) => pause < 500)).toBe(true);
    expect(pauses[2]).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000 * 1.25 + 300);
    expect(pauses.at(-1)).toBeGreaterThan(9_000);
  });

  test("does not delay its neighbour by more than a few of its time-outs a minute", () => {
    const schedule = new Schedule([device("dead", { a: 0 }), device("live", { a: 0 })], options);
    const made = run(schedule, { untilMs: 60_000, pollMs: 1_000, heard: (poll) => poll.device === "live" });
    expect(countOf(made, "live/a")).toBeGreaterThan(45);
    expect(countOf(made, "dead/a")).toBeGreaterThan(4);
  });

  test("is asked at full rate again as soon as it was heard", () => {
    const schedule = new Schedule([device("d", { a: 0 })], options);
    const made = run(schedule, { untilMs: 100_000, pollMs: 100, heard: (_, now) => now > 60_000 });
    expect(made.filter(({ at }) => at > 80_000).length).toBeGreaterThan(190);
  });
});
