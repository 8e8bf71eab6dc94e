import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProfileError } from "./errors.ts";
import { deviceProfileJsonSchema } from "./json-schema.ts";
import { MAX_PROFILE_CHARACTERS, parseProfile } from "./parse.ts";

const head = `profile: test-gauge
device: tank-gauge
title: Test
source: this test
confidence: C
verified: not verified on real hardware
`;
const level = "{ point: level, fn: 4, at: 0, type: uint16, unit: mm }";

/** A profile whose only point, on line 8 from column 5, is `point`. */
function withPoint(point: string): string {
  return `${head}read:\n  - ${point}\n`;
}

function errorsOf(text: string): ProfileError[] {
  const result = parseProfile(text, "x.yaml");
  if (result.ok) throw new Error("parsed");
  return result.error;
}

test("a right profile is read", () => {
  const result = parseProfile(withPoint(level), "x.yaml");
  expect(result).toMatchObject({ ok: true, value: { profile: "test-gauge", read: [{ point: "level" }] } });
});

test("hexadecimal codes are numbers", () => {
  const text = withPoint("{ point: level, fn: 4, at: 0, type: int16, unit: mm, missing: 0x8000 }");
  expect(parseProfile(text, "x.yaml")).toMatchObject({ ok: true, value: { read: [{ missing: 32768 }] } });
});

describe("an error names file, line, column, field, expectation and cure", () => {
  test("for a wrong type", () => {
    expect(errorsOf(withPoint("{ point: level, fn: 4, at: 0, type: int8, unit: mm }"))).toEqual([
      {
        code: "schema",
        message: expect.stringMatching(
          /^x\.yaml:8:35: field read\[0\]\.type: found "int8"; expected one of bool, uint16/,
        ),
        file: "x.yaml",
        line: 8,
        column: 35,
        field: "read[0].type",
        expected: "one of bool, uint16, int16, uint32, int32, float32, bits16, bits32, enum16, ascii",
        cure: "correct the value",
      },
    ]);
  });

  test("for YAML that is none", () => {
    const [error] = errorsOf(`${head}read: [`);
    expect(error).toMatchObject({ code: "yaml", file: "x.yaml", line: 7 });
  });

  test("for a misspelt name", () => {
    const [error] = errorsOf(withPoint("{ point: level, fn: 4, at: 0, type: uint16, unit: mm, scael: 0.1 }"));
    expect(error).toMatchObject({
      field: "read[0].scael",
      line: 8,
      column: 59,
      cure: "check the spelling, or remove it",
    });
  });

  test("for a name that is not given", () => {
    const [error] = errorsOf(withPoint(level).replace("device: tank-gauge\n", ""));
    expect(error).toMatchObject({ line: 1, column: 1, field: "", cure: 'add "device"' });
  });

  test("for a missing code that is no number, once", () => {
    const errors = errorsOf(withPoint("{ point: level, fn: 4, at: 0, type: uint16, unit: mm, missing: none }"));
    expect(errors).toMatchObject([{ field: "read[0].missing", expected: "a number or a list of numbers" }]);
  });

  test("for every fault, in the order of the file", () => {
    const text = withPoint(level).replace("tank-gauge", "pump").replace("fn: 4", "fn: 5");
    expect(errorsOf(text).map(({ field, line }) => [field, line])).toEqual([
      ["device", 2],
      ["read[0].fn", 8],
    ]);
  });
});

describe("a profile that contradicts itself is refused", () => {
  test.each([
    [
      "a condition on a point that is not there",
      "{ point: a, fn: 4, at: 0, type: uint16, unit: mm, missingWhen: { status: [lost] } }",
      "read[0].missingWhen.status",
      "no other point",
    ],
    [
      "a condition on itself",
      "{ point: a, fn: 4, at: 0, type: bits16, bits: { 0: lost }, onlyWhen: { a: [lost] } }",
      "read[0].onlyWhen.a",
      "no other point",
    ],
    [
      "marked bits of a number",
      "{ point: a, fn: 4, at: 0, type: uint16, unit: mm, ignore: [1] }",
      "read[0].ignore",
      "no ignore",
    ],
    [
      "a bit that means its name at 0 and has none",
      "{ point: a, fn: 4, at: 0, type: bits16, bits: { 0: lost }, activeLow: [1] }",
      "read[0].activeLow",
      "bit 1 has no name",
    ],
    ["a number without unit", "{ point: a, fn: 4, at: 0, type: uint16 }", "read[0]", "a uint16 without unit"],
    ["text without length", "{ point: a, fn: 4, at: 0, type: ascii }", "read[0]", "an? ascii without length"],
    [
      "length of a number",
      "{ point: a, fn: 4, at: 0, type: uint16, unit: mm, length: 2 }",
      "read[0].length",
      "no length",
    ],
    [
      "least above greatest",
      "{ point: a, fn: 4, at: 0, type: uint16, unit: mm, valid: [9, 1] }",
      "read[0].valid",
      "9 is above",
    ],
    ["a bit too high", "{ point: a, fn: 4, at: 0, type: bits16, bits: { 16: leak } }", "read[0].bits.16", "no bit 16"],
    [
      "one name for two bits",
      "{ point: a, fn: 4, at: 0, type: bits16, bits: { 1: leak, 2: leak } }",
      "read[0].bits.2",
      "names two bits",
    ],
    ["bits without names", "{ point: a, fn: 4, at: 0, type: bits16 }", "read[0]", "without bits"],
    ["codes without names", "{ point: a, fn: 4, at: 0, type: enum16 }", "read[0]", "without values"],
    ["a number in a coil", "{ point: a, fn: 1, at: 0, type: uint16, unit: mm }", "read[0].type", "single bits"],
    [
      "a code that does not fit",
      "{ point: a, fn: 4, at: 0, type: uint16, unit: mm, missing: 0x80000000 }",
      "read[0].missing",
      "no raw code",
    ],
    [
      "a point beyond the last address",
      "{ point: a, fn: 4, at: 65535, type: uint32, unit: mm }",
      "read[0].at",
      "past the last",
    ],
    [
      "word order of one word",
      "{ point: a, fn: 4, at: 0, type: uint16, unit: mm, words: low-first }",
      "read[0].words",
      "no word order",
    ],
  ])("%s", (_name, point, field, found) => {
    const [error, ...more] = errorsOf(withPoint(point));
    expect(more).toEqual([]);
    expect(error).toMatchObject({ code: "meaning", field, line: 8 });
    expect(error!.message).toMatch(new RegExp(found));
  });

  test("two points of one name", () => {
    expect(errorsOf(`${withPoint(level)}  - ${level}\n`)).toMatchObject([
      { field: "read[1].point", line: 9, column: 7 },
    ]);
  });

  test("two points that name the same bit, also across word orders", () => {
    const text = `${withPoint("{ point: a, fn: 4, at: 1, type: bits16, bits: { 3: leak } }")}  - { point: b, fn: 4, at: 0, type: bits32, bits: { 3: theft } }\n`;
    expect(errorsOf(text)).toMatchObject([{ field: "read[1].bits.3" }]);
    expect(parseProfile(text.replace("bits32,", "bits32, words: low-first,"), "x.yaml").ok).toBe(true);
  });

  test("the same bit twice in one point", () => {
    const text = withPoint("{ point: a, fn: 4, at: 0, type: bits16, bits: { 3: leak, 3: theft } }");
    expect(errorsOf(text)[0]).toMatchObject({ code: "yaml", line: 8 });
  });

  test("a block whose items overlap, or run past the last address", () => {
    const block = (stride: number, count: number) =>
      `${head}blocks:\n  - per: tank\n    count: ${count}\n    stride: ${stride}\n    points:\n      - { point: a, fn: 4, at: 0, type: uint32, unit: mm }\n`;
    expect(errorsOf(block(1, 2))).toMatchObject([{ field: "blocks[0].stride", line: 10 }]);
    expect(errorsOf(block(65_535, 3))).toMatchObject([{ field: "blocks[0].count", line: 9 }]);
    expect(parseProfile(block(2, 2), "x.yaml").ok).toBe(true);
  });

  test("a point longer than one read", () => {
    const text = `${head}limits: { maxRegistersPerRead: 1 }\nread:\n  - { point: a, fn: 4, at: 0, type: uint32, unit: mm }\n`;
    expect(errorsOf(text)).toMatchObject([{ field: "read[0]", expected: "at most 1 registers" }]);
  });

  test("no point at all", () => {
    expect(errorsOf(head)).toMatchObject([{ cure: 'list points under "read" or "blocks"' }]);
  });
});

describe("nothing in a file makes the parser throw", () => {
  test("random text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseProfile(text, "x.yaml").ok).toBe(false);
      }),
    );
  });

  test("a right profile with one character changed", () => {
    const right = withPoint(level);
    fc.assert(
      fc.property(fc.nat(right.length - 1), fc.string({ maxLength: 3 }), (at, patch) => {
        parseProfile(right.slice(0, at) + patch + right.slice(at + 1), "x.yaml");
      }),
      { numRuns: 1000 },
    );
  });

  test("aliases that multiply", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (const [to, from] of ["ba", "cb", "dc", "ed"])
      bomb.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(", ")}]`);
    expect(errorsOf(bomb.join("\n"))[0]).toMatchObject({ code: "yaml" });
  });

  test("a file too long", () => {
    expect(errorsOf("#".repeat(MAX_PROFILE_CHARACTERS + 1))).toMatchObject([{ code: "yaml", file: "x.yaml" }]);
  });
});

test("the schema for editors is JSON that describes a profile", () => {
  const schema = JSON.parse(deviceProfileJsonSchema());
  expect(schema).toMatchObject({ type: "object", required: expect.arrayContaining(["profile", "device"]) });
  expect(schema.properties.read.items.properties.type.enum).toContain("float32");
});
