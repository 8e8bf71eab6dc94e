import { formatTime } from "@forecourt/protocol/time.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FastClock } from "./fast-clock.ts";
import { LineBuffer } from "./line-buffer.ts";

test("instants in any order are written as the protocol writes them", () => {
  const instant = fc.integer({ min: Date.parse("2000-01-01T00:00:00Z"), max: Date.parse("2099-12-31T00:00:00Z") });
  const near = fc.tuple(instant, fc.array(fc.integer({ min: -200_000, max: 200_000 }), { maxLength: 20 }));
  fc.assert(
    fc.property(near, ([start, steps]) => {
      const clock = new FastClock();
      for (const at of [start, ...steps.map((step) => start + step)]) {
        let written = "";
        const buffer = new LineBuffer((bytes) => {
          written = Buffer.from(bytes).toString("latin1");
        });
        clock.write(at, buffer);
        buffer.flush();
        expect(written).toBe(JSON.stringify(formatTime(at)));
      }
    }),
  );
});
