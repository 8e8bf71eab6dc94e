/** Runs a profile against its own sample: raw registers that must give the values its writer stated. */
import { decodePoints, type PointValue } from "./decode.ts";
import { type ProfileError, profileError } from "./errors.ts";
import type { DeviceProfile, Sample } from "./schema.ts";

type Expectation = Sample["expect"][number];

/** One error for each stated value that the profile does not give; none without a sample. */
export function checkSample(profile: DeviceProfile): ProfileError[] {
  const { sample } = profile;
  if (!sample) return [];
  const reads = sample.reads.map(({ fn, at, registers }) => ({ fn, address: at, registers }));
  const numbers = [...new Set(sample.expect.flatMap(({ item }) => (item === undefined ? [] : [item])))];
  const values = decodePoints(profile, reads, { tank: numbers, seal: numbers });
  return sample.expect.flatMap((expectation, index) => {
    const actual = values.find((value) => value.point === expectation.point && value.item?.number === expectation.item);
    const found = difference(expectation, actual);
    if (!found) return [];
    const expected = `${JSON.stringify(expectation.value)} of quality ${qualityOf(expectation)}`;
    const cure = "correct the point's address, type, order or scale, or the sample";
    return [profileError({ code: "sample", path: ["sample", "expect", index], found, expected, cure })];
  });
}

function qualityOf(expectation: Expectation): string {
  return expectation.quality ?? (expectation.value === null ? "missing" : "good");
}

function difference(expectation: Expectation, actual: PointValue | undefined): string | undefined {
  const name = expectation.item === undefined ? expectation.point : `${expectation.point} of item ${expectation.item}`;
  if (!actual) return `the profile has no point ${name}`;
  const same = JSON.stringify(actual.value) === JSON.stringify(expectation.value);
  if (same && actual.quality === qualityOf(expectation)) return undefined;
  return `${name} came out as ${JSON.stringify(actual.value)} of quality ${actual.quality}`;
}
