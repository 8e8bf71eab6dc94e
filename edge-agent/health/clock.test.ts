import { expect, test } from "vitest";
import { ClockWatch } from "./clock.ts";

function watch() {
  const clocks = { epoch: 1_000_000, mono: 0 };
  const clock = new ClockWatch({ epochMs: () => clocks.epoch, monoMs: () => clocks.mono });
  const pass = (ms: number, drift = 0) => {
    clocks.epoch += ms + drift;
    clocks.mono += ms;
  };
  return { clock, clocks, pass };
}

test("a clock is not trusted until another one agrees, within 5 s", () => {
  const { clock, clocks } = watch();
  expect(clock.state).toBe("untrusted");
  clock.witnessed(clocks.epoch + 5_001);
  expect(clock.state).toBe("untrusted");
  clock.witnessed(clocks.epoch - 5_000);
  expect(clock.state).toBe("trusted");
});

test("time that passes is no step, and neither is a slew", () => {
  const { clock, pass } = watch();
  pass(86_400_000);
  expect(clock.step()).toBeUndefined();
  pass(1_000, 999);
  expect(clock.step()).toBeUndefined();
});

test.each([3_600_000, -1_209_600_000, 1_000, -1_000])(
  "a step of %d ms is reported once, and trust is gone",
  (stepMs) => {
    const { clock, clocks, pass } = watch();
    clock.witnessed(clocks.epoch);
    pass(500, stepMs);
    expect(clock.step()).toBe(stepMs);
    expect(clock.state).toBe("untrusted");
    pass(500);
    expect(clock.step()).toBeUndefined();
  },
);

test("many small moves add up to a step", () => {
  const { clock, pass } = watch();
  const steps = Array.from({ length: 10 }, () => {
    pass(1_000, 300);
    return clock.step();
  }).filter((step) => step !== undefined);
  expect(steps).toEqual([1_200, 1_200]);
});
