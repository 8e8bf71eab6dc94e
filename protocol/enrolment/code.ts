/**
 * The one-time code with which a gateway enrols: ten characters that can be read over the telephone. Nine carry 45
 * random bits, the tenth checks them (Luhn, modulo 32), so that a slip of the finger is noticed on the spot and does
 * not use up one of the few tries. The alphabet is Crockford's base 32: no I, L, O, U.
 */
import { fail, ok, type Result } from "../result.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE = ALPHABET.length;
const RANDOM_CHARACTERS = 9;

/** How many random bytes a code is made of. */
export const CODE_RANDOM_BYTES = RANDOM_CHARACTERS;

/**
 * Makes a code.
 * @param random {@link CODE_RANDOM_BYTES} bytes from a cryptographic source
 * @returns ten characters, without the dash that {@link showCode} puts in
 */
export function makeCode(random: Uint8Array): string {
  if (random.length !== CODE_RANDOM_BYTES) throw new Error(`a code is made of ${CODE_RANDOM_BYTES} random bytes`);
  // 256 is a multiple of 32: no value is likelier than another.
  const body = Array.from(random, (byte) => ALPHABET[byte % BASE]).join("");
  return body + ALPHABET[checkOf(body)];
}

/** A code as people see it: `7K3QM-9ZD4X`. */
export function showCode(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/**
 * Reads a code as a person typed it: small letters, blanks and dashes do not matter, O counts as 0, I and L as 1.
 * @returns the ten characters, or what is wrong with them
 */
export function readCode(text: string): Result<string, "length" | "character" | "check"> {
  const typed = text.slice(0, 40).toUpperCase().replaceAll(/[\s-]/g, "");
  const code = typed.replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  if (code.length !== RANDOM_CHARACTERS + 1) return fail("length");
  if ([...code].some((character) => !ALPHABET.includes(character))) return fail("character");
  const body = code.slice(0, -1);
  return code.endsWith(ALPHABET[checkOf(body)]!) ? ok(code) : fail("check");
}

function checkOf(body: string): number {
  const sum = [...body].reverse().reduce((total, character, place) => {
    const addend = ALPHABET.indexOf(character) * (place % 2 === 0 ? 2 : 1);
    return total + Math.floor(addend / BASE) + (addend % BASE);
  }, 0);
  return (BASE - (sum % BASE)) % BASE;
}
