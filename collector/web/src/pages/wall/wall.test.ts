/** What a wall display says of itself. */
import { describe, expect, it } from "vitest";
import { codeOf, isOld } from "./wall-state.ts";

describe("what is shown", () => {
  it("is old when the last question failed and the answer before is 15 s old, or a question hangs for 30 s", () => {
    expect(isOld(14_000, 0, true)).toBe(false);
    expect(isOld(16_000, 0, true)).toBe(true);
    expect(isOld(29_000, 0, false)).toBe(false);
    expect(isOld(31_000, 0, false)).toBe(true);
  });
});

it.each([
  ["#7K3QM-9ZD4X", "7K3QM-9ZD4X"],
  ["#7k3qm%209zd4x", "7k3qm 9zd4x"],
  ["", undefined],
  ["#content", undefined],
  ["#%E0%A4%A", undefined],
])("an address that ends in %s carries %s", (hash, code) => {
  expect(codeOf(hash)).toBe(code);
});
