/** Lines of a station that goes on at another speed, as they stand in a journal whose clock runs as ours. */
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import { describe, expect, it } from "vitest";
import { HistoryStation } from "../../rig/history/station.ts";
import { redated } from "./live-on.ts";
import { monthStations } from "./scenarios.ts";

const FROM_MS = Date.parse("2026-03-02T10:00:00+08:00");
const HOUR_MS = 3_600_000;
const SPEED = 20;

describe("lines of a station that goes on twenty times as fast", () => {
  const { scenario } = monthStations()[0]!;
  const station = new HistoryStation(scenario, FROM_MS - 2 * HOUR_MS);
  const before = station.live(FROM_MS).lines;
  const after = station.live(FROM_MS + 100 * HOUR_MS).lines;

  it("stay records, in order, within the twentieth part of the time", () => {
    const lines = after.map((line) => redated(line, FROM_MS, SPEED));
    const records = lines.map((line) => {
      const parsed = parseLine(line);
      if (!parsed.ok) throw new Error(parsed.error.message);
      return parsed.value;
    });
    expect(new Set(records.map(({ kind }) => kind))).toContain("delivery");
    const times = records.map(({ at }) => parseTime(at)!);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThanOrEqual(FROM_MS + 5 * HOUR_MS);
    for (const record of records) {
      expect(record.monoMs).toBeGreaterThanOrEqual(0);
      if (record.kind === "delivery") expect(parseTime(record.endedAt)).toBeLessThanOrEqual(parseTime(record.at)!);
    }
  });

  it("are as they were up to the moment from which it is faster", () => {
    for (const line of before) expect(redated(line, FROM_MS, SPEED)).toBe(line);
  });
});
