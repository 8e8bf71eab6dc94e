import { expect, test } from "vitest";
import { randomStream } from "../random.ts";
import { throughNoise } from "./noise.ts";

const frame = Uint8Array.from({ length: 30 }, (_, index) => index);

test("a quiet line changes nothing", () => {
  const random = randomStream(1, "noise");
  for (let turn = 0; turn < 1_000; turn += 1) expect(throughNoise(frame, 0, random)).toEqual(frame);
});

test("noise spoils about its share of frames, by one byte: flipped, lost or added", () => {
  const random = randomStream(1, "noise");
  const results = Array.from({ length: 10_000 }, () => throughNoise(frame, 0.1, random));
  const spoilt = results.filter((result) => Buffer.compare(result, frame) !== 0);
  expect(spoilt.length).toBeGreaterThan(850);
  expect(spoilt.length).toBeLessThan(1_150);
  expect(new Set(spoilt.map((result) => result.length))).toEqual(new Set([29, 30, 31]));
});

test("the same seed spoils the same frames", () => {
  const spoil = () => {
    const random = randomStream(9, "noise/tax-1");
    return Array.from({ length: 200 }, () => Buffer.from(throughNoise(frame, 0.2, random)).toString("hex"));
  };
  expect(spoil()).toEqual(spoil());
});
