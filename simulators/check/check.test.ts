import { expect, test } from "vitest";
import { templateNames } from "../scenario/template.ts";
import { campaign, figures } from "./measure.ts";
import { weekSvg } from "./week.ts";

const measured = figures(campaign(templateNames, 21, 5));

test.each(measured)("$name lies where $source has it", ({ value, range }) => {
  expect(value).toBeGreaterThanOrEqual(range[0]);
  expect(value).toBeLessThanOrEqual(range[1]);
});

test("a week can be drawn: a line a tank, a bar an hour, and its deliveries", () => {
  const svg = weekSvg("county-road", 3);
  expect(svg.match(/<polyline/g)).toHaveLength(3);
  expect(svg.match(/fill="#8c8c8c"/g)).toHaveLength(168);
  expect(svg).toMatch(/\d+,\d{3} L/);
});
