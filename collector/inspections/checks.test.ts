/** The daily checks of a station. */
import { describe, expect, it } from "vitest";
import { NOON_MS } from "../testing/records.ts";
import { type CheckName, checkStation, gravest, type StationFacts } from "./checks.ts";

const DAY_MS = 86_400_000;
const whole: StationFacts = {
  gateways: [
    {
      ...{ id: "gw-1", heardMs: NOON_MS - 30_000, unacknowledged: 3, certificateUntilMs: NOON_MS + 60 * DAY_MS },
      health: { clockSource: "time-daemon", clockOffsetMs: -12, diskState: "good" },
      healthMs: NOON_MS - 600_000,
    },
  ],
  taxPorts: [{ device: "tax-1", link: "up" }],
  tanks: [{ tank: "T1", quality: "good", atMs: NOON_MS - 60_000 }],
  seals: [{ seal: "S01", state: "sealed", batteryPercent: 80 }],
  ...{ chainFlags: 0, refused: 0 },
};
const of = (check: CheckName, facts: StationFacts) => checkStation(facts, NOON_MS).find((one) => one.check === check)!;
const gateway = (change: Partial<StationFacts["gateways"][number]>): StationFacts => {
  return { ...whole, gateways: [{ ...whole.gateways[0]!, ...change }] };
};

describe("a station", () => {
  it("where everything answers is good in every check", () => {
    expect(checkStation(whole, NOON_MS).map(({ state }) => state)).toEqual(Array(9).fill("good"));
  });

  it("of which nothing is known is good in none", () => {
    const nothing: StationFacts = {
      gateways: [
        { id: "gw-1", heardMs: null, unacknowledged: null, certificateUntilMs: null, health: null, healthMs: null },
      ],
      taxPorts: [{ device: "tax-1", link: null }],
      tanks: [{ tank: "T1", quality: null, atMs: null }],
      seals: [{ seal: "S01", state: null, batteryPercent: null }],
      ...{ chainFlags: 0, refused: 0 },
    };
    const states = checkStation(nothing, NOON_MS).filter(({ check }) => check !== "chain");
    expect(states.map(({ state }) => state)).not.toContain("good");
    expect(gravest(states.map(({ state }) => state))).toBe("bad");
  });

  it("is told with what is not good, and by how much", () => {
    expect(of("gateway", gateway({ heardMs: NOON_MS - 200_000 }))).toMatchObject({ state: "bad", subjects: ["gw-1"] });
    expect(of("backlog", gateway({ unacknowledged: 5_000 }))).toMatchObject({ state: "warn", figure: 5_000 });
    expect(of("certificate", gateway({ certificateUntilMs: NOON_MS + 5 * DAY_MS }))).toMatchObject({
      state: "bad",
      figure: 5,
    });
    expect(of("certificate", gateway({ certificateUntilMs: null })).state).toBe("none");
    expect(of("chain", { ...whole, chainFlags: 1 }).state).toBe("bad");
    expect(of("chain", { ...whole, refused: 2 }).state).toBe("warn");
    expect(
      of("tax-ports", { ...whole, taxPorts: [...whole.taxPorts, { device: "tax-2", link: "down" }] }),
    ).toMatchObject({
      state: "bad",
      subjects: ["tax-2"],
    });
  });

  it("has a clock and a disk that are not known when the gateway has not said anything of them lately", () => {
    const silent = gateway({ healthMs: NOON_MS - 3 * 3_600_000 });
    expect([of("clock", silent).state, of("disk", silent).state]).toEqual(["unknown", "unknown"]);
  });

  it.each([
    ["offline", 90, "bad"],
    ["cut", 90, "warn"],
    ["sealed", 15, "warn"],
  ] as const)("with a seal that is %s and has %d %% of its battery is %s", (state, batteryPercent, expected) => {
    expect(of("seals", { ...whole, seals: [{ seal: "S01", state, batteryPercent }] }).state).toBe(expected);
  });

  it.each([
    ["stale", 0, "bad"],
    ["good", 3 * 3_600_000, "bad"],
    ["good", 0, "good"],
  ] as const)("with a level of quality %s that is %d ms old is %s", (quality, ageMs, expected) => {
    expect(of("gauges", { ...whole, tanks: [{ tank: "T1", quality, atMs: NOON_MS - ageMs }] }).state).toBe(expected);
  });
});
