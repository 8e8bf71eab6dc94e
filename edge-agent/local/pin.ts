/** The PIN of the box's own page: set by provisioning, kept as a salted scrypt hash, readable by its owner alone. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { replaceFile } from "../disk/replace-file.ts";

const FILE = "pin.json";
const HASH_BYTES = 32;
/** 2^15 rounds take a tenth of a second on a small box: nothing for a technician, much for whoever tries them all. */
const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1_024 * 1_024 };

const PinSchema = Type.Object({ salt: Type.String(), hash: Type.String() }, { additionalProperties: false });
const validator = Compile(PinSchema);
export type PinHash = Static<typeof PinSchema>;

/** Sets the PIN of a box. @returns what is wrong with it */
export async function setPin(stateDir: string, pin: string): Promise<Result<void, string>> {
  if (!/^[0-9]{6,12}$/.test(pin)) return fail("a PIN has 6 to 12 digits");
  if (/^(.)\1+$/.test(pin) || "01234567890123456789".includes(pin))
    return fail("this PIN is the first that is guessed");
  const salt = randomBytes(16);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const hash = { salt: salt.toString("base64"), hash: (await derived(pin, salt)).toString("base64") };
  replaceFile(join(stateDir, FILE), `${JSON.stringify(hash)}\n`);
  return ok(undefined);
}

/** The PIN of a box, hashed. @returns undefined when none was set, or the file cannot be read */
export function readPin(stateDir: string): PinHash | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(stateDir, FILE), "utf8"));
    return validator.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this is the PIN. */
export async function isPin(kept: PinHash, typed: string): Promise<boolean> {
  const expected = Buffer.from(kept.hash, "base64");
  const given = await derived(typed.slice(0, 64), Buffer.from(kept.salt, "base64"));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function derived(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, HASH_BYTES, COST, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
