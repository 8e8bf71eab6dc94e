/** What of requests is put down, how repeats are counted, and that nothing is shown unrecorded. */
import { beforeEach, describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { type Look, Looks } from "./looks.ts";
import { Trail } from "./trail.ts";

const START = Date.parse("2026-03-02T09:00:00+08:00");
let now: number;
let looks: Looks;
beforeEach(() => {
  now = START;
  looks = new Looks(() => now);
});

const look = (change: Partial<Look> = {}): Look => ({
  ...{ who: "玉香 (yu.xiang)", account: "yu.xiang", session: "a-session", address: "192.0.2.7" },
  ...{ method: "GET", path: "/api/v1/stations", query: {}, status: 200, subject: "/api/v1/stations", isExport: false },
  ...change,
});
const actions = (change?: Partial<Look>) => looks.take(look(change)).map(({ action }) => action);

describe("a look", () => {
  test("is put down at once, and its repeats as a count when five minutes are over", () => {
    expect(actions()).toEqual(["look"]);
    for (let n = 0; n < 19; n += 1) {
      now += 15_000;
      expect(actions()).toEqual([]);
    }
    now += 15_000;
    const notes = looks.take(look());
    expect(notes.map(({ detail }) => (detail as { again?: number }).again)).toEqual([19, undefined]);
  });

  test("by another person, in another session, of another thing or with another outcome is no repeat", () => {
    actions();
    for (const change of [
      { account: "b" },
      { session: "b" },
      { path: "/b" },
      { query: { station: "b" } },
      { status: 404 },
    ]) {
      expect(actions(change)).toEqual(["look"]);
    }
  });

  test("that is refused, an export and a change are each put down, however often", () => {
    for (let n = 0; n < 2; n += 1) {
      expect(actions({ status: 403 })).toEqual(["denied"]);
      expect(actions({ isExport: true })).toEqual(["export"]);
      expect(actions({ method: "POST" })).toEqual(["request"]);
    }
  });

  test("counts are bounded: the oldest is put down when there are too many, and the rest at a stop", () => {
    actions();
    actions();
    for (let n = 0; n < limits.audit.repeatsKept - 1; n += 1) actions({ path: `/${n}` });
    const notes = looks.take(look({ path: "/one-more" }));
    expect(notes.map(({ detail }) => (detail as { again?: number }).again)).toEqual([1, undefined]);
    actions({ path: "/one-more" });
    expect(looks.all()).toHaveLength(1);
  });
});

describe("the queue", () => {
  const noted = (n: number) => ({ atMs: now, who: "a", action: "look", subject: String(n), detail: {} });
  const trailOf = (append: (notes: readonly { subject: string }[]) => void) =>
    new Trail({ append, keeper: { sign: async () => undefined }, log: { error: () => undefined } });

  test("keeps the order, and writes many at a time", async () => {
    const written: string[][] = [];
    const trail = trailOf((notes) => written.push(notes.map(({ subject }) => subject)));
    for (let n = 0; n < 5; n += 1) await trail.add(noted(n));
    expect(written).toEqual([]);
    trail.flush();
    expect(written).toEqual([["0", "1", "2", "3", "4"]]);
    await trail.stop();
  });

  test("when it is full, makes who comes next wait until there is room, and loses nothing while the disk refuses", async () => {
    let isFull = true;
    const written: string[] = [];
    const trail = trailOf((notes) => {
      if (isFull) throw new Error("no space left on device");
      written.push(...notes.map(({ subject }) => subject));
    });
    for (let n = 0; n < limits.audit.queued; n += 1) await trail.add(noted(n));
    let isIn = false;
    const waiting = trail.add(noted(-1)).then(() => {
      isIn = true;
    });
    expect(trail.flush()).toBe(false);
    await Promise.resolve();
    expect(isIn).toBe(false);
    isFull = false;
    expect(trail.flush()).toBe(true);
    await waiting;
    await trail.stop();
    expect(written).toHaveLength(limits.audit.queued + 1);
    expect(written.at(-1)).toBe("-1");
  });
});
