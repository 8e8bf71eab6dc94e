/** Which notices somebody wants, and where. */
import { describe, expect, it } from "vitest";
import { channelsFor, DEFAULT_PREFERENCES } from "./preferences.ts";

const flag = { topic: "flags", rule: "seal.opened", severity: "medium" } as const;

describe("what somebody is told of", () => {
  it("is by default what is theirs on screen, and of others only what is grave", () => {
    expect(channelsFor(DEFAULT_PREFERENCES, flag, "own")).toEqual(["screen"]);
    expect(channelsFor(DEFAULT_PREFERENCES, flag, "others")).toEqual([]);
    expect(channelsFor(DEFAULT_PREFERENCES, { ...flag, severity: "high" }, "others")).toEqual(["screen"]);
    expect(channelsFor(DEFAULT_PREFERENCES, { ...flag, severity: "notice" }, "own")).toEqual([]);
    expect(channelsFor(DEFAULT_PREFERENCES, { ...flag, severity: "high" }, "none")).toEqual([]);
  });

  it("goes by the rule before its group, and by the group before all flags", () => {
    const email = { least: "notice", channels: ["email"] } as const;
    const choices = {
      ...DEFAULT_PREFERENCES.choices,
      "flags/seal": { ...email, channels: ["email"] },
      "flags/seal.battery-low": { least: "never" as const, channels: [] },
    };
    expect(channelsFor({ choices }, flag, "own")).toEqual(["email"]);
    expect(channelsFor({ choices }, { ...flag, rule: "seal.battery-low" }, "own")).toEqual([]);
    expect(channelsFor({ choices }, { ...flag, rule: "gateway.silent" }, "own")).toEqual(["screen"]);
  });

  it("keeps the default of a topic that was not chosen", () => {
    expect(channelsFor({ choices: {} }, { topic: "cases", rule: null, severity: "notice" }, "own")).toEqual(["screen"]);
  });
});
