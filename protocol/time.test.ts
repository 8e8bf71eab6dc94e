/** Times are written and read one to one, and what is no instant is refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTime, localDate, parseTime } from "./time.ts";

const instant = fc.integer({ min: Date.parse("1970-01-02T00:00:00Z"), max: Date.parse("9998-12-31T00:00:00Z") });

test("every instant is read back as it was written, whatever was read before", () => {
  fc.assert(
    fc.property(fc.array(instant, { minLength: 1, maxLength: 5 }), (times) => {
      for (const time of [...times, ...times]) expect(parseTime(formatTime(time))).toBe(time);
    }),
  );
});

test("a text that is read is the one that would be written", () => {
  const digits = (count: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: count, maxLength: count });
  const parts = fc.tuple(digits(4), digits(2), digits(2), digits(2), digits(2), digits(2), digits(3));
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second, ms]) => {
      const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}+08:00`;
      const time = parseTime(text);
      expect(time === undefined || formatTime(time) === text).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  "2026-02-30T00:00:00.000+08:00",
  "2026-02-28T24:00:00.000+08:00",
  "2026-02-28T12:60:00.000+08:00",
  "2026-02-28T12:00:60.000+08:00",
  "2026-13-01T00:00:00.000+08:00",
  "2026-02-28T12:00:00.000Z",
  "2026-02-28T12:00:00+08:00",
  "",
])("%j is no time", (text) => {
  expect(parseTime(text)).toBeUndefined();
});

test("the date is that of the station, to the millisecond", () => {
  const midnight = Date.parse("2026-03-01T00:00:00+08:00");
  expect([midnight - 1, midnight, midnight + 86_399_999, midnight + 86_400_000].map(localDate)).toEqual([
    "2026-02-28",
    "2026-03-01",
    "2026-03-01",
    "2026-03-02",
  ]);
});
