/**
 * Which colour a grade is drawn in. The grade itself always stands beside it in words.
 */

export type Fuel = "petrol" | "petrol-high" | "diesel" | "other";

/**
 * The fuel that a grade names: Chinese petrol grades are octane numbers (92#, 95#, 98#), diesel grades are cold filter
 * temperatures (0#, -10#, -35#), sometimes with the word.
 */
export function fuelOf(grade: string): Fuel {
  if (/柴|diesel/i.test(grade)) return "diesel";
  const number = /^\s*([-−]?\d{1,2})\s*(?:#|号|$)/.exec(grade)?.[1];
  if (number === undefined) return "other";
  const value = Number(number.replace("−", "-"));
  if (value <= 10) return "diesel";
  if (value < 86) return "other";
  return value < 95 ? "petrol" : "petrol-high";
}
