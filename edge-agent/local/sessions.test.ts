/** Sessions end; and whoever guesses PINs waits longer each time. */
import { beforeEach, expect, test } from "vitest";
import { Sessions } from "./sessions.ts";

let now = 0;
let count = 0;
let sessions: Sessions;
beforeEach(() => {
  now = 0;
  count = 0;
  sessions = new Sessions({
    now: () => now,
    newToken: () => {
      count += 1;
      return `token-${count}`;
    },
  });
});

test("a session is open until it is closed, or a working day is over", () => {
  const [first, second] = [sessions.open(), sessions.open()];
  expect([sessions.isOpen(first), sessions.isOpen("token-9"), sessions.isOpen(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
  sessions.close(first);
  now = 8 * 3_600_000 - 1;
  expect([sessions.isOpen(first), sessions.isOpen(second)]).toEqual([false, true]);
  now += 1;
  expect(sessions.isOpen(second)).toBe(false);
});

test("there are never more than twenty: the oldest ends", () => {
  const tokens = Array.from({ length: 21 }, () => sessions.open());
  expect(tokens.map((token) => sessions.isOpen(token)).filter((isOpen) => !isOpen)).toHaveLength(1);
  expect(sessions.isOpen(tokens[0])).toBe(false);
});

test("five slips are free, then each doubles the pause, up to an hour", () => {
  for (let slip = 0; slip < 4; slip += 1) sessions.slipped();
  expect(sessions.pauseMs()).toBe(0);
  const pauses = Array.from({ length: 10 }, () => {
    sessions.slipped();
    const pause = sessions.pauseMs();
    now += pause;
    expect(sessions.pauseMs()).toBe(0);
    return pause / 1_000;
  });
  expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
});

test("the right PIN, or half a day, forgets the slips", () => {
  for (let slip = 0; slip < 6; slip += 1) sessions.slipped();
  expect(sessions.pauseMs()).toBeGreaterThan(0);
  sessions.open();
  expect(sessions.pauseMs()).toBe(0);
  for (let slip = 0; slip < 6; slip += 1) sessions.slipped();
  now += 4 * 3_600_000 + 1;
  expect(sessions.pauseMs()).toBe(0);
});
