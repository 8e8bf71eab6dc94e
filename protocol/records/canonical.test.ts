import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, isCanonicalText } from "./canonical.ts";

/** Values such as stand in records, with keys and texts that are often plain and often not. */
const word = fc.oneof(
  fc.constantFrom("a", "ab", "b", "volumeCl", "10", "9", "", 'a"b', "a\\b", "油枪", "\u2028", "\ud83d\ude00", "\n"),
  fc.string({ maxLength: 6 }),
);
const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -1, 999_999_999_999_999));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 10, depthSize: "large" },
    fc.oneof(word, number, fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(word, tie("value"), { maxKeys: 5 }),
  ),
}));

/** The definition: written anew, it is the same text. */
function isTheOneText(text: string): boolean {
  try {
    return canonical(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

describe("a text is canonical exactly when the value written anew is the same text", () => {
  test("whatever is written canonically is taken", () => {
    fc.assert(
      fc.property(value, (of) => {
        const text = canonical(of);
        expect(isCanonicalText(text, JSON.parse(text))).toBe(true);
      }),
    );
  });

  test("texts with other orders, spaces, numbers, escapes and keys that come twice are told apart", () => {
    const spoilt = fc.constantFrom(
      ...[" ", "\t", "0", "-", "-0", ".0", "e1", "E+2", "1", "{}", "[]", "null", '"a":1,', ',"a":1', ',"":0'],
      ...["\\u0061", "\\ud800", "\ud800", "\\/", "\u007f", '"', ",", ":"],
    );
    fc.assert(
      fc.property(value, fc.boolean(), fc.nat(), fc.nat(4), spoilt, (of, sorted, place, cut, piece) => {
        const text = sorted ? canonical(of) : JSON.stringify(of);
        const at = place % (text.length + 1);
        const other = text.slice(0, at) + piece + text.slice(at + cut);
        for (const candidate of [text, other]) {
          let parsed: unknown;
          try {
            parsed = JSON.parse(candidate);
          } catch {
            continue;
          }
          expect([candidate, isCanonicalText(candidate, parsed)]).toEqual([candidate, isTheOneText(candidate)]);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ["keys out of order", '{"b":1,"a":2}'],
    ["a key that comes twice", '{"a":1,"a":2}'],
    ["a key that begins as the one before", '{"ab":1,"a":2}'],
    ["keys out of order in a list", '{"a":[{"c":1,"b":2}]}'],
    ["a space", '{"a": 1}'],
    ["a fraction", '{"a":1.0}'],
    ["a power", '{"a":1e3}'],
    ["minus zero", '{"a":-0}'],
    ["a number beyond the safe ones", '{"a":9007199254740993}'],
    ["an escape that is not needed", '{"a":"\\u0062"}'],
    ["a lone surrogate", '{"a":"\\ud800"}'],
  ])("%s is refused", (_, text) => {
    expect(isCanonicalText(text, JSON.parse(text))).toBe(false);
  });
});
