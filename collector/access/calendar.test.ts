/** Three working days, holidays and swapped weekends counted, and a calendar that says where it ends. */
import { parseTime } from "@forecourt/protocol/time.ts";
import { describe, expect, it } from "vitest";
import { type Calendar, coveredUntil, dueAfter } from "./calendar.ts";
import { knownYear } from "./calendar-seed.ts";

const known = [2025, 2026].flatMap((year) => knownYear(year) ?? []);
const calendar: Calendar = { special: new Map(known.map((one) => [one.day, one])), years: new Set([2025, 2026]) };
const at = (text: string) => parseTime(`${text}.000+08:00`)!;
const dueOf = (text: string, days = 3) => {
  const { atMs, isCovered } = dueAfter(at(text), days, calendar);
  return [new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19), isCovered];
};

describe("three working days", () => {
  it.each([
    ["an ordinary Monday", "2026-03-02T09:00:00", "2026-03-05T23:59:59"],
    ["over a weekend", "2026-03-05T23:00:00", "2026-03-10T23:59:59"],
    ["a night in Jinghong that is a day earlier in UTC", "2026-03-02T01:00:00", "2026-03-05T23:59:59"],
    // State Council notice: 1 to 7 October, worked instead on 20 September and 10 October.
    ["over the National Day of 2026", "2026-09-30T09:00:00", "2026-10-10T23:59:59"],
    ["over a Sunday that is worked", "2026-09-18T09:00:00", "2026-09-22T23:59:59"],
  ])("%s", (_what, from, due) => {
    expect(dueOf(from)).toEqual([due, true]);
  });

  it("into a year that nobody has entered are marked as not sure", () => {
    expect(dueOf("2026-12-30T09:00:00")).toEqual(["2027-01-04T23:59:59", false]);
  });
});

describe("the calendar's end", () => {
  it("is the last of the years that follow each other", () => {
    expect(coveredUntil(at("2025-06-01T00:00:00"), calendar)).toBe("2026-12-31");
    expect(coveredUntil(at("2027-06-01T00:00:00"), calendar)).toBeUndefined();
    expect(coveredUntil(at("2026-06-01T00:00:00"), { years: new Set([2026, 2028]) })).toBe("2026-12-31");
  });

  it("is where the package ends: a year without a holiday is a year it does not know", () => {
    expect(knownYear(2026)?.find(({ day }) => day === "2026-10-01")).toMatchObject({ working: false, name: "国庆节" });
    expect(knownYear(2099)).toBeUndefined();
  });
});
