import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePoints } from "./decode.ts";
import { checkSample } from "./sample.ts";
import type { DeviceProfile, Point } from "./schema.ts";

const head = {
  profile: "test",
  device: "generic",
  title: "Test",
  source: "this test",
  confidence: "?",
  verified: "not verified on real hardware",
} as const;

type PointParts = Partial<Point> & Pick<Point, "type">;

function profileWith(parts: PointParts, more: Partial<DeviceProfile> = {}): DeviceProfile {
  return { ...head, read: [{ point: "value", fn: 4, at: 0, ...parts }], ...more };
}

function decode(parts: PointParts, registers: number[]) {
  const profile = profileWith(parts);
  const [value] = decodePoints(profile, [{ fn: parts.fn ?? 4, address: 0, registers }], {});
  return value!;
}

function floatRegisters(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [view.getUint16(0), view.getUint16(2)];
}

describe("a number comes out as a whole number of its canonical unit", () => {
  test.each([
    ["mm", 0.1, 21202, 2_120_200, "um"],
    ["cm", 0.01, 21202, 2_120_200, "um"],
    ["m", 0.001, 2120, 2_120_000, "um"],
    ["in", 0.01, 1000, 254_000, "um"],
    ["degC", 0.1, 215, 21_500, "mdegC"],
    ["degF", 1, 212, 100_000, "mdegC"],
    ["degF", 1, 0, -17_778, "mdegC"],
    ["L", 0.1, 65535, 655_350, "cL"],
    ["m3", 0.001, 30005, 3_000_500, "cL"],
    ["gal", 1, 1000, 378_541, "cL"],
    ["percent", 0.5, 33, 17, "percent"],
    ["count", 1, 7, 7, "count"],
  ] as const)("%s times %d", (unit, scale, raw, value, canonical) => {
    const decoded = decode({ type: "uint16", unit, scale }, [raw]);
    expect(decoded).toEqual({ point: "value", value, unit: canonical, quality: "good", raw: [raw] });
  });

  test("without drift where binary fractions would drift", () => {
    // 1.005 * 100 is 100.49999999999999 in binary floating point.
    expect(decode({ type: "uint16", unit: "L", scale: 0.00005 }, [20100]).value).toBe(101);
    expect(decode({ type: "uint16", unit: "L", scale: 1e-7 }, [50000]).value).toBe(1);
  });

  test("with halves rounded away from zero on both sides", () => {
    expect(decode({ type: "int16", unit: "percent", scale: 0.5 }, [0xffff]).value).toBe(-1);
    expect(decode({ type: "int16", unit: "percent", scale: 0.5 }, [1]).value).toBe(1);
  });

  test("for any int32 in tenths of a millimetre, in every word and byte order", () => {
    const order = fc.constantFrom("high-first" as const, "low-first" as const);
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), order, order, (raw, words, bytes) => {
        const view = new DataView(new ArrayBuffer(4));
        view.setInt32(0, raw);
        let registers = [view.getUint16(0), view.getUint16(2)];
        if (bytes === "low-first") registers = registers.map((one) => (one >> 8) | ((one & 0xff) << 8));
        if (words === "low-first") registers.reverse();
        const decoded = decode({ type: "int32", unit: "mm", scale: 0.1, words, bytes }, registers);
        expect(decoded.value).toBe(raw * 100 || 0);
      }),
      { numRuns: 2000 },
    );
  });

  test("for any float32 the exact value is rounded", () => {
    const float = fc.float({ min: -30_000, max: 30_000, noNaN: true });
    fc.assert(
      fc.property(float, (value) => {
        const decoded = decode({ type: "float32", unit: "mm" }, floatRegisters(value));
        expect(Math.abs((decoded.value as number) - value * 1000)).toBeLessThanOrEqual(0.5000001);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a value that is none", () => {
  test.each([
    ["the missing code", { type: "int16", unit: "degC", missing: 0x8000 }, [0x8000]],
    ["one of several missing codes", { type: "uint16", unit: "L", missing: [1, 2] }, [2]],
    ["a negative missing code", { type: "int16", unit: "mm", missing: -9999 }, [0x10000 - 9999]],
    ["a 32-bit missing code", { type: "uint32", unit: "L", missing: 0x80000000 }, [0x8000, 0]],
    ["not a number", { type: "float32", unit: "mm" }, floatRegisters(Number.NaN)],
    ["minus infinity", { type: "float32", unit: "mm" }, floatRegisters(Number.NEGATIVE_INFINITY)],
    ["a float's missing number", { type: "float32", unit: "mm", missing: -9999.9 }, floatRegisters(-9999.9)],
    ["a missing set of bits", { type: "bits16", bits: { 0: "leak" }, missing: 0xffff }, [0xffff]],
    ["text of zeros", { type: "ascii", length: 2 }, [0, 0]],
    ["text of ones", { type: "ascii", length: 2 }, [0xffff, 0xffff]],
  ] as [string, PointParts, number[]][])("%s is missing, not a number", (_name, parts, registers) => {
    expect(decode(parts, registers)).toMatchObject({ value: null, quality: "missing", raw: registers });
  });

  test("a point whose registers were not all read is not read", () => {
    expect(decode({ type: "uint32", unit: "L" }, [1])).toMatchObject({ value: null, quality: "not-read", raw: [] });
    expect(decode({ type: "uint16", unit: "L" }, [70_000])).toMatchObject({ quality: "not-read" });
  });

  test("an item that the device has no room for is not read, though its registers were", () => {
    const point: Point = { point: "level", fn: 4, at: 0, type: "uint16", unit: "mm" };
    const profile: DeviceProfile = { ...head, blocks: [{ per: "tank", count: 2, stride: 1, points: [point] }] };
    const values = decodePoints(profile, [{ fn: 4, address: 0, registers: [1, 2, 3] }], { tank: [1, 2, 3] });
    expect(values.map(({ value, quality }) => [value, quality])).toEqual([
      [1000, "good"],
      [2000, "good"],
      [null, "not-read"],
    ]);
    expect(values[1]!.item).toEqual({ kind: "tank", number: 2 });
  });
});

test("a value outside the valid range is kept, and marked", () => {
  const parts: PointParts = { type: "uint16", unit: "mm", scale: 0.1, valid: [0.5, 3000] };
  expect(decode(parts, [5])).toMatchObject({ value: 500, quality: "good" });
  expect(decode(parts, [4])).toMatchObject({ value: 400, quality: "out-of-range" });
  expect(decode(parts, [30001])).toMatchObject({ value: 3_000_100, quality: "out-of-range" });
});

test("a value beyond the safe integers is out of range and no number", () => {
  expect(decode({ type: "float32", unit: "mm" }, floatRegisters(3e38))).toMatchObject({
    value: null,
    quality: "out-of-range",
  });
});

test("bits come out as names, lowest first, and a bit without a name is not hidden", () => {
  const bits = { 0: "leak", 15: "theft", 31: "fire" };
  expect(decode({ type: "bits16", bits }, [0x8003]).value).toEqual(["leak", "bit-1", "theft"]);
  expect(decode({ type: "bits32", bits }, [0x8000, 0x8001]).value).toEqual(["leak", "theft", "fire"]);
  expect(decode({ type: "bits16", bits }, [0])).toMatchObject({ value: [], quality: "good" });
});

test("a code comes out as its name, and an unknown code as none", () => {
  const values = { 1: "sealed" };
  expect(decode({ type: "enum16", values }, [1])).toMatchObject({ value: "sealed", quality: "good" });
  expect(decode({ type: "enum16", values }, [9])).toMatchObject({ value: null, quality: "unknown-code", raw: [9] });
});

test("text ends at a zero, loses its padding and must be printable", () => {
  expect(decode({ type: "ascii", length: 2 }, [0x4142, 0x2000]).value).toBe("AB");
  expect(decode({ type: "ascii", length: 2, bytes: "low-first" }, [0x4241, 0x4443]).value).toBe("ABCD");
  expect(decode({ type: "ascii", length: 1 }, [0x4101])).toMatchObject({ value: null, quality: "unknown-code" });
});

test("a coil is a truth, and not the register of the same address", () => {
  expect(decode({ type: "bool", fn: 2 }, [1]).value).toBe(true);
  expect(decode({ type: "bool", fn: 2 }, [0]).value).toBe(false);
  const reads = [{ fn: 4 as const, address: 0, registers: [1] }];
  expect(decodePoints(profileWith({ type: "bool", fn: 2 }), reads, {})[0]!.quality).toBe("not-read");
});

test("a sample that does not come out names the point, what came out and what was stated", () => {
  const sample = {
    reads: [{ fn: 4 as const, at: 0, registers: [5] }],
    expect: [
      { point: "value", value: 6 },
      { point: "level", value: 5 },
    ],
  };
  const errors = checkSample(profileWith({ type: "uint16", unit: "count" }, { sample }));
  expect(errors.map((error) => error.message)).toEqual([
    "field sample.expect[0]: value came out as 5 of quality good; expected 6 of quality good",
    "field sample.expect[1]: the profile has no point level; expected 5 of quality good",
  ]);
});

describe("what another point says of a value", () => {
  const status: Point = { point: "status", fn: 4, at: 0, type: "bits16", bits: { 0: "lost", 1: "moving", 2: "still" } };
  const code: Point = { point: "state", fn: 4, at: 1, type: "enum16", values: { 0: "good", 1: "old" } };
  const level: Point = { point: "level", fn: 4, at: 2, type: "uint16", unit: "mm" };
  const levelOf = (parts: Partial<Point>, registers: number[], more: Partial<Point> = {}) => {
    const read = [{ ...status, ...more }, code, { ...level, ...parts }];
    const values = decodePoints({ ...head, read }, [{ fn: 4, address: 0, registers }], {});
    return values.find(({ point }) => point === "level");
  };

  test("takes it back while one of its bits is set", () => {
    const missingWhen = { status: ["lost"] };
    expect(levelOf({ missingWhen }, [0, 0, 5])).toMatchObject({ value: 5000, quality: "good" });
    expect(levelOf({ missingWhen }, [1, 0, 5])).toMatchObject({ value: null, quality: "missing", raw: [5] });
    expect(levelOf({ missingWhen }, [2, 0, 5])).toMatchObject({ value: 5000 });
  });

  test("lets it stand only with one of its codes, and a code that nobody knows is none of them", () => {
    const onlyWhen = { state: ["good"] };
    expect(levelOf({ onlyWhen }, [0, 0, 5])).toMatchObject({ value: 5000 });
    expect(levelOf({ onlyWhen }, [0, 1, 5])).toMatchObject({ value: null, quality: "missing" });
    expect(levelOf({ onlyWhen }, [0, 7, 5])).toMatchObject({ value: null, quality: "missing" });
  });

  test("does not make a value of one that was not read", () => {
    expect(levelOf({ missingWhen: { status: ["lost"] } }, [1, 0])).toMatchObject({ value: null, quality: "not-read" });
  });

  test("is looked for in the same item", () => {
    const points = [status, { ...level, at: 1, missingWhen: { status: ["lost"] } }];
    const profile: DeviceProfile = { ...head, blocks: [{ per: "tank", count: 2, stride: 2, points }] };
    const values = decodePoints(profile, [{ fn: 4, address: 0, registers: [1, 5, 0, 6] }], { tank: [1, 2] });
    expect(values.filter(({ point }) => point === "level").map(({ value }) => value)).toEqual([null, 6000]);
  });

  test("bits may mean something when they are 0, or nothing at all", () => {
    const names = (more: Partial<Point>, bits: number) => {
      const profile: DeviceProfile = { ...head, read: [{ ...status, ...more }] };
      return decodePoints(profile, [{ fn: 4, address: 0, registers: [bits] }], {})[0]!.value;
    };
    expect(names({ activeLow: [1] }, 0)).toEqual(["moving"]);
    expect(names({ activeLow: [1] }, 3)).toEqual(["lost"]);
    expect(names({ ignore: [1, 9] }, 0x0203)).toEqual(["lost"]);
    expect(names({ activeLow: [1], ignore: [1] }, 0)).toEqual([]);
  });
});
