import fc from "fast-check";
import { expect, test } from "vitest";
import { Reachability } from "./reachability.ts";

const fresh = (now = 0) => new Reachability({ failures: 3, silentMs: 10_000 }, now);

test("the first sign of life is an edge, the second is none", () => {
  const device = fresh();
  expect(device.heard(5)).toEqual({ state: "up", downMs: null });
  expect(device.heard(6)).toBeUndefined();
});

test("one lost frame is no silence, nor are three within a moment", () => {
  const device = fresh();
  device.heard(0);
  expect(device.failed(100, "x")).toBeUndefined();
  expect(device.failed(200, "x")).toBeUndefined();
  expect(device.failed(300, "x")).toBeUndefined();
});

test("a long time without polls is no silence either", () => {
  const device = fresh();
  device.heard(0);
  expect(device.failed(60_000, "x")).toBeUndefined();
});

test("several failures over a while are: down once, with the reason, and up with how long nothing was heard", () => {
  const device = fresh();
  device.heard(1_000);
  for (const now of [5_000, 8_000]) expect(device.failed(now, "no answer")).toBeUndefined();
  expect(device.failed(11_000, "no answer")).toEqual({ state: "down", reason: "no answer" });
  expect(device.failed(12_000, "no answer")).toBeUndefined();
  expect(device.heard(31_000)).toEqual({ state: "up", downMs: 30_000 });
});

test("a lost line needs no waiting, also before anything was heard", () => {
  const device = fresh();
  expect(device.failed(0, "cable", true)).toEqual({ state: "down", reason: "cable" });
  expect(device.failed(1, "cable", true)).toBeUndefined();
});

test("whatever happens, edges alternate", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("heard", "failed", "lost"), fc.nat(8_000))), (events) => {
      const device = fresh();
      let now = 0;
      let last: string | undefined;
      for (const [event, passed] of events) {
        now += passed;
        const change = event === "heard" ? device.heard(now) : device.failed(now, "x", event === "lost");
        if (change === undefined) continue;
        expect(change.state).not.toBe(last);
        last = change.state;
      }
    }),
  );
});
