/** A flag goes its way in order, and a judgement says why. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSettled, LIVES, type Life, possible, STEPS, type Step, take } from "./flag-life.ts";

const walk = (...steps: Step[]): Life | string => {
  let life: Life = "open";
  for (const step of steps) {
    const taken = take(step, life, "现场核查属实");
    if (!taken.ok) return taken.error.code;
    life = taken.value;
  }
  return life;
};

test.each<[Step[], string]>([
  [["acknowledge", "check", "confirm", "close"], "closed"],
  [["dismiss", "close"], "closed"],
  [["check", "note", "dismiss"], "dismissed"],
  [["check", "confirm", "close", "reopen"], "under-check"],
  [["confirm"], "not-from-here"],
  [["close"], "not-from-here"],
  [["acknowledge", "acknowledge"], "not-from-here"],
])("%j leads to %s", (steps, life) => {
  expect(walk(...steps)).toBe(life);
});

test.each<[Step, Life]>([
  ["confirm", "under-check"],
  ["dismiss", "open"],
  ["reopen", "closed"],
  ["note", "open"],
])("%s without a reason is refused", (step, life) => {
  for (const reason of [null, "", "  ", "ok"]) {
    const taken = take(step, life, reason);
    expect(taken.ok ? undefined : taken.error.code).toBe("reason");
  }
});

test("exactly the steps that are said to be possible are taken", () => {
  fc.assert(
    fc.property(fc.constantFrom(...LIVES), fc.constantFrom(...STEPS), (life, step) => {
      expect(take(step, life, "a good reason").ok).toBe(possible(life).includes(step));
    }),
  );
  expect(LIVES.filter(isSettled)).toEqual(["dismissed", "closed"]);
});
