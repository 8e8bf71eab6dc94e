/** How numbers, quantities, times and figures are written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figureLabel, figureLines, figureValue } from "./figures.ts";
import { formatCount, formatScaled } from "./number.ts";
import { formatAmount, formatLevel, formatTemperature, formatUnitPrice, formatVolume } from "./quantity.ts";
import { formatDateTime, formatDuration, formatRecent, spanMs } from "./time.ts";

describe("numbers", () => {
  it.each([
    [0, 2, 2, "0.00"],
    [5, 2, 2, "0.05"],
    [123_456_789, 2, 2, "1,234,567.89"],
    [-150, 2, 2, "\u22121.50"],
    [999_999_999_999, 2, 2, "9,999,999,999.99"],
    [1_234_550, 3, 1, "1,234.6"],
    [-40, 3, 1, "0.0"],
    [149, 2, 0, "1"],
    [150, 2, 0, "2"],
  ])("%i with %i decimals, %i shown, is %s", (value, scale, shown, text) => {
    expect(formatScaled(value, scale, shown)).toBe(text);
  });

  it("no digit is lost between an integer and its text", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const digits = formatScaled(value, 2).replace(/[,.]/g, "").replace("\u2212", "-");
        expect(Number(digits)).toBe(value);
      }),
    );
  });

  it("separators stand every three digits and nowhere after the point", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(formatScaled(value, 2)).toMatch(/^\u2212?\d{1,3}(,\d{3})*\.\d{2}$/);
      }),
    );
    expect(formatCount(1234)).toBe("1,234");
  });
});

describe("quantities", () => {
  it("each carries its unit", () => {
    expect(formatVolume(123_456)).toBe("1,234.56 L");
    expect(formatAmount(123_456)).toBe("¥1,234.56");
    expect(formatAmount(-5)).toBe("\u2212¥0.05");
    expect(formatUnitPrice(770)).toBe("¥7.70/L");
    expect(formatLevel(1_234_500)).toBe("1,234.5 mm");
    expect(formatTemperature(-3_250)).toBe("\u22123.3 °C");
  });

  it("a value that is not known is a dash, never a zero", () => {
    expect([formatVolume(null), formatAmount(undefined), formatLevel(null)]).toEqual(["–", "–", "–"]);
  });
});

describe("times", () => {
  it("are those of the station, whatever zone they were written in", () => {
    expect(formatDateTime("2026-11-24T12:03:22.123+08:00")).toBe("2026-11-24 12:03:22");
    expect(formatDateTime("2026-11-23T16:30:00.000Z")).toBe("2026-11-24 00:30:00");
    expect(formatDateTime(null)).toBe("–");
    expect(formatDateTime("soon")).toBe("soon");
  });

  it("show the day only when it is not today at the station", () => {
    const now = Date.parse("2026-11-24T00:10:00.000+08:00");
    expect(formatRecent("2026-11-24T00:05:09.000+08:00", now)).toBe("00:05:09");
    expect(formatRecent("2026-11-23T23:59:59.000+08:00", now)).toBe("11-23 23:59:59");
  });

  it("a span between two times is in milliseconds, and unknown when one is no time", () => {
    expect(spanMs("2026-11-24T00:00:00.000+08:00", "2026-11-24T00:00:01.500+08:00")).toBe(1500);
    expect(spanMs("", "2026-11-24T00:00:00.000+08:00")).toBeUndefined();
  });

  it.each([
    [0, "0 毫秒", "0 ms"],
    [999, "999 毫秒", "999 ms"],
    [59_400, "59 秒", "59 s"],
    [59_999, "1 分", "1 min"],
    [200_000, "3 分 20 秒", "3 min 20 s"],
    [3_600_000, "1 小时", "1 h"],
    [90_061_000, "1 天 1 小时", "1 d 1 h"],
    [-61_000, "\u22121 分 1 秒", "\u22121 min 1 s"],
  ])("a duration of %i ms reads %s, %s", (ms, zh, en) => {
    expect(formatDuration(ms, "zh")).toBe(zh);
    expect(formatDuration(ms, "en")).toBe(en);
  });
});

describe("figures", () => {
  it.each([
    ["missingCl", 6234, "62.34 L"],
    ["differenceFen", 1, "¥0.01"],
    ["unitPriceFen", 770, "¥7.70/L"],
    ["levelUm", 1_234_500, "1,234.5 mm"],
    ["temperatureMc", 21_400, "21.4 °C"],
    ["silentMs", 60_000, "1 min"],
    ["batteryPercent", 85, "85 %"],
    ["salesPermille", 5, "5 ‰"],
    ["minLitres", 30, "30 L"],
    ["storedSeq", 1234, "1,234"],
    ["state", "cut", "Cut"],
    ["state", "down", "Link down"],
    ["factorySerial", "DF10203", "DF10203"],
    ["lastHeardAt", "2026-11-24T12:03:22.123+08:00", "2026-11-24 12:03:22"],
    ["initialised", true, "Yes"],
    ["alarms", [], "None"],
    ["reason", null, "–"],
  ])("%s = %j is written by the end of its name: %s", (key, value, text) => {
    expect(figureValue(key, value, "en")).toBe(text);
  });

  it("have a label in both languages, or their own name where there is none", () => {
    expect(figureLabel("missingCl", "zh")).toBe("缺失油量");
    expect(figureLabel("missingCl", "en")).toBe("Missing");
    expect(figureLabel("notHeardOfCl", "zh")).toBe("notHeardOfCl");
    expect(figureLabel("constructor", "en")).toBe("constructor");
  });

  it("that hold others are spread out, and hidden ones left out", () => {
    const lines = figureLines({ seq: 3, lastFuelling: { volumeCl: 100 } }, "en", new Set(["seq"]));
    expect(lines).toEqual([{ key: "lastFuelling.volumeCl", label: "Last fuelling · Volume", value: "1.00 L" }]);
  });
});
