/**
 * Unified social credit codes of legal persons and sole traders (GB 32100-2015): 18 characters, of which the last checks
 * the others: weights are the powers of 3 modulo 31.
 */

/** Without I, O, S, V and Z, which are mistaken for digits. */
const CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH = 18;
const MODULUS = 31;
const WEIGHTS = Array.from({ length: LENGTH - 1 }, (_, place) => powerOfThree(place));

export type CreditCodeFault = "length" | "character" | "check";

/**
 * Says what is wrong with a code.
 * @param code as it is stored: 18 capital letters and digits, nothing around them
 * @returns undefined when it is a code
 */
export function creditCodeFault(code: string): CreditCodeFault | undefined {
  if (code.length !== LENGTH) return "length";
  if ([...code].some((character) => !CHARACTERS.includes(character))) return "character";
  return checkCharacter(code.slice(0, -1)) === code.at(-1) ? undefined : "check";
}

/**
 * The last character of a code.
 * @param body its first 17 characters, all of the allowed ones
 */
export function checkCharacter(body: string): string {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * CHARACTERS.indexOf(body[place]!), 0);
  return CHARACTERS[(MODULUS - (sum % MODULUS)) % MODULUS]!;
}

function powerOfThree(exponent: number): number {
  let power = 1;
  for (let step = 0; step < exponent; step += 1) power = (power * 3) % MODULUS;
  return power;
}
