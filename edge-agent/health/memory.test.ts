import { expect, test } from "vitest";
import { memoryKeeper } from "./memory.ts";

const MB = 1024 * 1024;

test("buffers are collected once they have grown by some megabytes, and what is needed then is the new measure", () => {
  const memory = { bytes: 20 * MB, needed: 9 * MB, collections: 0 };
  const keep = memoryKeeper({
    externalBytes: () => memory.bytes,
    collect: () => {
      memory.collections += 1;
      memory.bytes = memory.needed;
    },
  });
  const after = (bytes: number) => {
    memory.bytes = bytes;
    keep();
    return memory.collections;
  };
  expect([after(20 * MB), after(10 * MB), after(12 * MB)]).toEqual([0, 0, 0]);
  expect(after(13 * MB)).toBe(1);
  expect([after(11 * MB), after(12 * MB)]).toEqual([1, 2]);
});

test("this process's own collector can be called", () => {
  expect(memoryKeeper()).not.toThrow();
});
