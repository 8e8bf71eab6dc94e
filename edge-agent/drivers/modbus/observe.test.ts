/** What becomes of a profile's values: the worst quality of those that are recorded, and no word of the others. */
import { decodePoints } from "@forecourt/protocol/profiles/decode.ts";
import type { DeviceProfile, Point } from "@forecourt/protocol/profiles/schema.ts";
import { expect, test } from "vitest";
import { observe } from "./observe.ts";

const level: Point = { point: "level", fn: 4, at: 0, type: "uint16", unit: "mm", valid: [0, 3000], missing: 0xffff };
const state: Point = { point: "levelState", fn: 4, at: 1, type: "enum16", values: { 0: "good" } };
const net: Point = { point: "netVolume", fn: 4, at: 2, type: "uint16", unit: "L", missing: 0xffff };

function observed(registers: number[], points: Point[] = [level, state, net]) {
  const profile: DeviceProfile = {
    profile: "test",
    device: "tank-gauge",
    title: "Test",
    source: "this test",
    confidence: "?",
    verified: "not verified on real hardware",
    blocks: [{ per: "tank", count: 1, stride: 10, points }],
  };
  const values = decodePoints(profile, [{ fn: 4, address: 0, registers }], { tank: [1] });
  const raws = [{ fn: 4, address: 0, count: registers.length, hex: "0A" }];
  const [tank] = observe({ device: "gauge-1", profile, items: { tank: new Map([[1, "T1"]]) } }, values, raws);
  return tank;
}

test("a value that is good stays good whatever points beside it say that are not recorded", () => {
  expect(observed([1200, 7, 0xffff])).toMatchObject({ levelUm: 1_200_000, quality: "good", reason: null, raw: ["0A"] });
});

test("a value that a state takes back is missing, and the state itself is no fault", () => {
  const points = [{ ...level, onlyWhen: { levelState: ["good"] } }, state, net];
  expect(observed([1200, 0, 5], points)).toMatchObject({ levelUm: 1_200_000, quality: "good" });
  expect(observed([1200, 3, 5], points)).toMatchObject({
    levelUm: null,
    quality: "missing",
    reason: "no value for level",
  });
});

test("a value that cannot be believed is out of range, and kept", () => {
  expect(observed([4000, 0, 5])).toMatchObject({ levelUm: 4_000_000, quality: "out-of-range" });
});
