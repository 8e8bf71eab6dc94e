/** How fuel expands with heat: the correction factors of API MPMS 11.1 table 54B, as given in tanks.md 2.6. */

export type Fuel = "petrol" | "diesel";

/** The base of standard volume in China, °C. */
const BASE_C = 20;
const TABLE_C = 15;

/** Grades below 10 are diesel (0#, -10#), the others petrol (92#, 95#, 98#). */
export function fuelOf(grade: string): Fuel {
  return /^-?\d+#$/.test(grade) && Number.parseInt(grade, 10) <= 10 ? "diesel" : "petrol";
}

/** The coefficient of expansion at 15 °C, 1/K. @param density kg/m³ at 15 °C, 653 to 1075 */
export function expansionAt15(density: number): number {
  if (density < 770.5) return 346.4228 / density ** 2 + 0.4388 / density;
  if (density < 787.5) return -0.003_363_12 + 2680.3206 / density ** 2;
  if (density < 839) return 594.5418 / density ** 2;
  return 186.9696 / density ** 2 + 0.486_18 / density;
}

/** Volume at 15 °C a litre at `temperatureC`. @param alpha from {@link expansionAt15} */
export function vcf15(alpha: number, temperatureC: number): number {
  const step = alpha * (temperatureC - TABLE_C);
  return Math.exp(-step * (1 + 0.8 * step));
}

/** The factor at the base for the fuel that was last asked for: mostly the same again. */
let atBase = { alpha: Number.NaN, factor: Number.NaN };

/** Volume at 20 °C a litre at `temperatureC`. */
export function vcf20(alpha: number, temperatureC: number): number {
  if (alpha !== atBase.alpha) atBase = { alpha, factor: vcf15(alpha, BASE_C) };
  return vcf15(alpha, temperatureC) / atBase.factor;
}
