import { expect, test } from "vitest";
import { expansionAt15, fuelOf, vcf15, vcf20 } from "./expansion.ts";

test("the factors of table 54B (tanks.md 2.6)", () => {
  expect(vcf15(expansionAt15(740), 30)).toBeCloseTo(0.981_52, 5);
  expect(vcf15(expansionAt15(840), 30)).toBeCloseTo(0.987_3, 4);
});

test.each([
  [740, [1.024_34, 1.012_22, 0.987_7, 0.975_32]],
  [840, [1.016_81, 1.008_43, 0.991_53, 0.983_03]],
])("the factors to 20 °C of fuel of %i kg/m³ at 20 °C", (rho20, factors) => {
  let rho15 = rho20;
  for (let round = 0; round < 20; round += 1) rho15 = rho20 / vcf15(expansionAt15(rho15), 20);
  const found = [0, 10, 30, 40].map((celsius) => vcf20(expansionAt15(rho15), celsius));
  for (const [index, factor] of factors.entries()) expect(found[index]).toBeCloseTo(factor, 4);
});

test("0# and -10# are diesel, 92# and 98# petrol", () => {
  expect(["0#", "-10#", "92#", "98#"].map(fuelOf)).toEqual(["diesel", "diesel", "petrol", "petrol"]);
});
