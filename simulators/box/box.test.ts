import { expect, test } from "vitest";
import type { BoxState } from "../control/state.ts";
import { keepBox } from "./box.ts";

/** What happens to a box that goes through these states, one a look. */
async function through(states: (Partial<BoxState> | undefined)[]): Promise<string[]> {
  const happened: string[] = [];
  const end = new AbortController();
  const left = [...states];
  await keepBox(
    {
      look: async () => {
        const next = left.shift();
        if (left.length === 0) end.abort();
        return next && { hasPower: true, clockAheadMs: 0, cabinetOpen: false, speed: 1, ...next };
      },
      program: {
        start: () => happened.push("started"),
        kill: async () => {
          happened.push("killed");
        },
        setClock: (aheadMs) => happened.push(`clock ${aheadMs}`),
        setCabinet: (open) => {
          if (open) happened.push("opened");
        },
      },
      wait: async (ms) => {
        if (ms > 1_000) happened.push(`boots for ${ms}`);
      },
    },
    end.signal,
  );
  return happened;
}

test("the program dies with the power, once, and starts when the box is up again, sooner where time runs faster", async () => {
  const off = { hasPower: false };
  expect(await through([{}, off, off, { speed: 20 }, {}, {}, {}])).toEqual(["killed", "boots for 2000", "started"]);
});

test("a power that fails again while the box starts leaves it off", async () => {
  const off = { hasPower: false };
  expect(await through([{}, off, {}, off, off, {}, {}, {}])).toEqual([
    "killed",
    "boots for 40000",
    "boots for 40000",
    "started",
  ]);
});

test("the clock is set when it changes; a station that cannot be asked changes nothing", async () => {
  const back = { clockAheadMs: -7_200_000 };
  expect(await through([{}, back, back, undefined, back, {}, {}])).toEqual(["clock -7200000", "clock 0"]);
});

test("a door that is opened is said once", async () => {
  const open = { cabinetOpen: true };
  expect(await through([{}, open, open, {}, {}])).toEqual(["opened"]);
});
