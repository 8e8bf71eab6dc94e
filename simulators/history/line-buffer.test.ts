import fc from "fast-check";
import { expect, test } from "vitest";
import { LineBuffer } from "./line-buffer.ts";

test("integers and texts are written as JSON has them", () => {
  const number = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: 0, max: 20 }), fc.nat(4_000_000_000));
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.string({ unit: "grapheme-ascii" }))), (values) => {
      let written = "";
      const buffer = new LineBuffer((bytes) => {
        written += Buffer.from(bytes).toString("latin1");
      });
      for (const [value, text] of values) {
        buffer.begin();
        buffer.integer(value);
        buffer.text(text);
        buffer.bytes(Buffer.from(text));
      }
      buffer.flush();
      expect(written).toBe(values.map(([value, text]) => `${JSON.stringify(value)}${text}${text}`).join(""));
    }),
  );
});
