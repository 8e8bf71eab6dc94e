/** Silences that keep to the busy hours are a habit, those of the night and of power cuts are not. */
import { describe, expect, it } from "vitest";
import { HOUR, judge, MINUTE, records, SECOND } from "../testing/judge.ts";
import { link, sale, total } from "../testing/records.ts";

const DAY = 24 * HOUR;
const rulesOf = (inputs: Parameters<typeof judge>[0]) => judge(inputs).flags.map(({ rule }) => rule);

describe("tax-port.silent-at-peak", () => {
  const HOURS = [9, 10, 11, 17, 18, 19];
  const totalAt = (day: number, hour: number, index: number) =>
    1_000_000 + (day * 36 + HOURS.indexOf(hour) * 6 + index) * 2_000;
  /** Six sales an hour at the busy hours; those of a silent hour are seen by nobody. */
  const busyDay = (day: number, silentHour?: number) =>
    HOURS.filter((hour) => hour !== silentHour).flatMap((hour) =>
      Array.from({ length: 6 }, (_, index): [number, object] => [
        day * DAY + (hour - 12) * HOUR + index * 9 * MINUTE,
        sale({ beforeVolumeCl: totalAt(day, hour, index), lastFuelling: null, unitPriceFen: null }),
      ]),
    );
  const cut = (day: number, hour: number, afterCl: number): [number, object][] => [
    [day * DAY + (hour - 12) * HOUR - 4 * MINUTE, link("down")],
    [day * DAY + (hour - 12) * HOUR + 55 * MINUTE, link("up")],
    [day * DAY + (hour - 12) * HOUR + 55 * MINUTE + SECOND, total(afterCl, { cause: "after-silence" })],
  ];
  const ordered = (list: [number, object][]) => records(...list.sort((a, b) => a[0] - b[0]));
  const week = (silentHour: number, after: (day: number) => number) => [
    ...[0, 1, 2, 3, 7].flatMap((day) => busyDay(day)),
    ...[4, 5, 6].flatMap((day) => [...busyDay(day, silentHour), ...cut(day, silentHour, after(day))]),
  ];

  it("flags silences that keep to the busy hours on three days of a week, and hid sales", () => {
    const inputs = ordered(week(18, (day) => totalAt(day, 19, 0)));
    const flag = judge(inputs).flags.find(({ rule }) => rule === "tax-port.silent-at-peak");
    expect(flag).toMatchObject({ subject: "tax-1", severity: "high", figures: { days: 3, silences: 3 } });
  });

  it("leaves silences in which nothing was sold alone: there was no power", () => {
    expect(rulesOf(ordered(week(18, (day) => totalAt(day, 18, 0))))).not.toContain("tax-port.silent-at-peak");
  });

  it("leaves silences at night alone", () => {
    const nights = [4, 5, 6].flatMap((day) => cut(day, 3, totalAt(day, 9, 1) - 1));
    const days = Array.from({ length: 8 }, (_, day) => busyDay(day)).flat();
    expect(rulesOf(ordered([...days, ...nights]))).not.toContain("tax-port.silent-at-peak");
  });
});
