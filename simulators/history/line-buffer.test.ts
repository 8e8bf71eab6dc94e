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

test("bytes and words are written as upper-case hex, digits with zeros in front", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer(), fc.nat(99_999), (bytes, word, number) => {
      let written = "";
      const buffer = new LineBuffer((piece) => {
        written += Buffer.from(piece).toString("latin1");
      });
      buffer.hex(bytes);
      buffer.hexWord(word);
      buffer.digits(number, 5);
      buffer.flush();
      const hex = Buffer.from(bytes).toString("hex") + (word >>> 0).toString(16).padStart(8, "0");
      expect(written).toBe(hex.toUpperCase() + String(number).padStart(5, "0"));
    }),
  );
});

test("a line longer than what is gathered is handed on whole, in its order", () => {
  const pieces: string[] = [];
  const buffer = new LineBuffer((bytes) => pieces.push(Buffer.from(bytes).toString("latin1")));
  const long = "x".repeat(1 << 19);
  for (const line of ["before", long, "after"]) buffer.line(Buffer.from(line));
  buffer.flush();
  expect(pieces.join("")).toBe(`before${long}after`);
});
