/** What is compared with what. */
import { describe, expect, it } from "vitest";
import { comparedSpan, comparedVolumes } from "./compare.ts";

const item = (at: string, volumeCl: number) => ({
  at,
  ...{ station: null, county: null, brand: null, grade: null, nozzle: null },
  ...{ sales: 1, volumeCl, amountFen: 0, untrustedSales: 0, untrustedVolumeCl: 0 },
});

describe("the span that is compared with", () => {
  it("is as long and just before, or the same days of the year before", () => {
    expect(comparedSpan({ from: "2026-03-01", to: "2026-03-03", compare: "before" })).toEqual({
      from: "2026-02-26",
      to: "2026-02-28",
    });
    expect(comparedSpan({ from: "2024-02-29", to: "2024-03-02", compare: "year" })).toEqual({
      from: "2023-02-28",
      to: "2023-03-02",
    });
  });
});

describe("steps beside each other", () => {
  it("are days as far apart as the spans, and nothing where nothing was sold", () => {
    const items = [item("2026-02-26", 500), item("2026-02-26", 20), item("2026-02-28", 7)];
    const of = { step: "day", from: "2026-03-01", compared: { from: "2026-02-26" } } as const;
    expect(comparedVolumes(["2026-03-01", "2026-03-02", "2026-03-03"], items, of)).toEqual([520, null, 7]);
  });

  it("are months a year apart, hours of as many days before, and the same time of day", () => {
    const months = { step: "month", from: "2026-01-01", compared: { from: "2025-01-01" } } as const;
    expect(comparedVolumes(["2026-02"], [item("2025-02", 3)], months)).toEqual([3]);
    const hours = { step: "hour", from: "2026-03-02", compared: { from: "2026-03-01" } } as const;
    const at = (day: string) => `${day}T07:00:00.000+08:00`;
    expect(comparedVolumes([at("2026-03-02")], [item(at("2026-03-01"), 4)], hours)).toEqual([4]);
    const ofDay = { step: "hourOfDay", from: "2026-03-02", compared: { from: "2026-03-01" } } as const;
    expect(comparedVolumes(["07"], [item("07", 5)], ofDay)).toEqual([5]);
  });
});
