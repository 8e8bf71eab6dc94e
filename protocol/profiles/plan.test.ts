import fc from "fast-check";
import { expect, test } from "vitest";
import { placePoints } from "./layout.ts";
import { planReads } from "./plan.ts";
import type { DeviceProfile, Point } from "./schema.ts";

function profileOf(points: Partial<Point>[], limits: DeviceProfile["limits"] = {}): DeviceProfile {
  return {
    profile: "test",
    device: "generic",
    title: "Test",
    source: "this test",
    confidence: "?",
    verified: "not verified on real hardware",
    limits,
    read: points.map((parts, index) => ({ point: `p${index}`, fn: 4, at: 0, type: "uint16", unit: "count", ...parts })),
  };
}

test("neighbours become one read", () => {
  const profile = profileOf([{ at: 2 }, { at: 0, type: "uint32" }, { at: 11 }]);
  expect(planReads(profile, {})).toEqual([{ fn: 4, address: 0, count: 12 }]);
});

test("a hole wider than the gap makes two reads", () => {
  const points = [{ at: 0 }, { at: 10 }];
  expect(planReads(profileOf(points), {})).toEqual([
    { fn: 4, address: 0, count: 1 },
    { fn: 4, address: 10, count: 1 },
  ]);
  expect(planReads(profileOf(points, { gap: 9 }), {})).toEqual([{ fn: 4, address: 0, count: 11 }]);
  expect(planReads(profileOf([{ at: 0 }, { at: 2 }], { gap: 0 }), {})).toHaveLength(2);
});

test("different functions are never read together", () => {
  const profile = profileOf([
    { at: 0, fn: 3 },
    { at: 1, fn: 4 },
    { at: 2, fn: 1, type: "bool" },
  ]);
  expect(planReads(profile, {}).map(({ fn }) => fn)).toEqual([1, 3, 4]);
});

test("only the items wanted are read, and none that the device has no room for", () => {
  const point: Point = { point: "level", fn: 4, at: 100, type: "uint16", unit: "mm" };
  const profile: DeviceProfile = {
    ...profileOf([]),
    blocks: [{ per: "tank", count: 4, stride: 20, points: [point] }],
  };
  expect(planReads(profile, {})).toEqual([]);
  expect(planReads(profile, { tank: [3, 9, 0], seal: [1] })).toEqual([{ fn: 4, address: 140, count: 1 }]);
});

test("an item is not cut in two where that saves no request", () => {
  const points = [0, 1, 2].map((at): Point => ({ point: `p${at}`, fn: 4, at, type: "uint16", unit: "mm" }));
  const limits = { maxRegistersPerRead: 8 };
  const block = { per: "tank" as const, count: 9, stride: 3, points };
  const profile: DeviceProfile = { ...profileOf([], limits), blocks: [block] };
  expect(planReads(profile, { tank: [1, 2, 3, 4] })).toEqual([
    { fn: 4, address: 0, count: 6 },
    { fn: 4, address: 6, count: 6 },
  ]);
  expect(planReads(profile, { tank: [1, 2, 3, 4, 5] })).toHaveLength(2);
});

test("any plan covers every point whole and keeps the limit", () => {
  const point = fc.record({
    at: fc.integer({ min: 0, max: 300 }),
    fn: fc.constantFrom(3 as const, 4 as const),
    type: fc.constantFrom("uint16" as const, "float32" as const),
  });
  const limits = fc.record({
    maxRegistersPerRead: fc.integer({ min: 2, max: 125 }),
    gap: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 30 }), limits, (points, limit) => {
      const profile = profileOf(points, limit);
      const reads = planReads(profile, {});
      for (const { fn, address, count } of placePoints(profile, {})) {
        const covers = reads.some(
          (read) => read.fn === fn && read.address <= address && address + count <= read.address + read.count,
        );
        expect(covers).toBe(true);
      }
      for (const read of reads) expect(read.count).toBeLessThanOrEqual(limit.maxRegistersPerRead);
    }),
    { numRuns: 2000 },
  );
});
