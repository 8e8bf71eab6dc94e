/** The page of statistics by its address. */
import { describe, expect, it } from "vitest";
import { choicesOf, daysOf, keptAddress, spanBefore, spanOf, within } from "./choices.ts";

const NOW_MS = Date.parse("2026-03-02T23:30:00+08:00");
const read = (query: string) => choicesOf(new URLSearchParams(query), NOW_MS);

describe("the address of statistics", () => {
  it("shows the last thirty days by fuel when it says nothing", () => {
    expect(read("")).toEqual({
      from: "2026-02-01",
      to: "2026-03-02",
      step: "day",
      by: "grade",
      county: undefined,
      brand: undefined,
      station: undefined,
      grade: undefined,
      compare: "before",
    });
  });

  it("takes what is wrong as not said, and turns a span round", () => {
    expect(read("from=2026-13-01&to=x&step=minute&by=owner")).toMatchObject({
      from: "2026-02-01",
      step: "day",
      by: "grade",
    });
    expect(read("from=2026-03-02&to=2026-03-01")).toMatchObject({ from: "2026-03-01", to: "2026-03-02", step: "hour" });
  });

  it("never asks what the API refuses", () => {
    expect(read("from=2025-01-01&to=2026-01-01&step=hour").step).toBe("day");
    expect(read("by=nozzle").by).toBe("grade");
    expect(read("by=nozzle&station=532801-0001&step=hourOfDay")).toMatchObject({ by: "nozzle", step: "day" });
  });
});

describe("spans", () => {
  it("end today at the stations, whatever zone the reader is in", () => {
    expect(spanOf("today", Date.parse("2026-03-01T16:30:00Z"))).toEqual({ from: "2026-03-02", to: "2026-03-02" });
    expect(spanOf("thisMonth", NOW_MS)).toEqual({ from: "2026-03-01", to: "2026-03-02" });
    expect(daysOf(spanOf("year", NOW_MS).from, "2026-03-02")).toBe(365);
  });

  it("have one of the same length before them", () => {
    expect(spanBefore("2026-03-01", "2026-03-03")).toEqual({ from: "2026-02-26", to: "2026-02-28" });
  });
});

describe("a view that is kept", () => {
  it("goes on with the days where its span has a name, and stays where it has none", () => {
    const later = NOW_MS + 40 * 86_400_000;
    const kept = keptAddress(read("from=2026-02-24&to=2026-03-02&by=station"), NOW_MS);
    expect(kept.get("span")).toBe("week");
    expect(choicesOf(kept, later)).toMatchObject({ ...spanOf("week", later), by: "station" });
    const fixed = keptAddress(read("from=2026-02-20&to=2026-02-25"), NOW_MS);
    expect(choicesOf(fixed, later)).toMatchObject({ from: "2026-02-20", to: "2026-02-25" });
  });
});

describe("a step that is pointed at", () => {
  it("leads to its days", () => {
    expect(within("month", "2024-02")).toEqual({ from: "2024-02-01", to: "2024-02-29", step: "day" });
    expect(within("day", "2026-03-01")).toEqual({ from: "2026-03-01", to: "2026-03-01", step: "hour" });
    expect(within("hourOfDay", "07")).toBeUndefined();
  });
});
