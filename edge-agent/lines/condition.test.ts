import fc from "fast-check";
import { expect, test } from "vitest";
import { LineCondition } from "./condition.ts";

test("a line that opens is up, one that is lost is down with the reason, and back it says for how long", () => {
  const line = new LineCondition();
  expect(line.opened(0)).toEqual({ state: "up", reason: "the line is open", downMs: null });
  expect(line.used(1, false)).toBeUndefined();
  expect(line.lost(1_000, "EIO: gone")).toEqual({ state: "down", reason: "EIO: gone", downMs: null });
  expect(line.lost(1_500, "cannot open")).toBeUndefined();
  expect(line.opened(4_000)).toEqual({ state: "up", reason: "the line is open", downMs: 3_000 });
});

test("one that does not fall quiet is down at the second time in a row, and up when it could be used again", () => {
  const line = new LineCondition();
  line.opened(0);
  expect(line.babbled(5_000, "talks")).toBeUndefined();
  line.used(6_000, false);
  expect(line.babbled(11_000, "talks")).toBeUndefined();
  expect(line.babbled(16_000, "talks")).toMatchObject({ state: "down", reason: "talks" });
  expect(line.used(20_000, false)).toMatchObject({ state: "up", downMs: 4_000 });
});

test("an echo is told when it begins and when it ends, once each", () => {
  const line = new LineCondition();
  line.opened(0);
  expect(line.used(1, true)).toMatchObject({ state: "up", reason: expect.stringContaining("echoes our own bytes") });
  expect(line.used(2, true)).toBeUndefined();
  expect(line.used(3, false)).toMatchObject({ reason: expect.stringContaining("does not echo any more") });
  expect(line.used(4, false)).toBeUndefined();
});

test("whatever happens, it is never said to be down twice in a row", () => {
  const events = fc.array(fc.constantFrom("opened", "lost", "babbled", "used", "echoed"));
  fc.assert(
    fc.property(events, (all) => {
      const line = new LineCondition();
      let last: string | undefined;
      for (const [now, event] of all.entries()) {
        const change =
          event === "opened"
            ? line.opened(now)
            : event === "lost"
              ? line.lost(now, "x")
              : event === "babbled"
                ? line.babbled(now, "x")
                : line.used(now, event === "echoed");
        if (change?.state === "down") expect(last).not.toBe("down");
        last = change?.state ?? last;
      }
    }),
  );
});
