import { expect, test } from "vitest";
import { allPages } from "./all-pages.ts";

/** A list of the numbers below a count, the greatest first. */
const listOf = (count: number) => async (limit: number, before: number | undefined) =>
  Array.from({ length: count }, (_, index) => count - 1 - index)
    .filter((one) => before === undefined || one < before)
    .slice(0, limit);

test.each([0, 1, 9, 10, 11, 30])("a list of %i rows is read whole, each row once", async (count) => {
  const rows = await allPages(listOf(count), 10, 30);
  expect(rows).toEqual(await listOf(count)(count, undefined));
});

test("a list that is too long is not cut in silence", async () => {
  expect(await allPages(listOf(31), 10, 30)).toBeUndefined();
});
