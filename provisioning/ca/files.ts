/**
 * The authority on disk. The root lies in a folder of its own, which goes to a safe: it is needed again only when the
 * issuing authority ends or is lost. Private keys are encrypted (root) or readable by their owner alone.
 */
import { createPrivateKey, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { type Authority, issueAuthority, issueRoot } from "@forecourt/protocol/certificates/issue.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

export interface CaError {
  code: "exists" | "missing" | "passphrase" | "key" | "name";
  message: string;
  cure: string;
}

export interface CaPlan {
  /** who runs it, for example 西双版纳州商务局 */
  organisation: string;
  /** encrypts the root's key */
  passphrase: string;
  nowMs: number;
}

/** A root may outlive several authorities, an authority several generations of gateway certificates. */
const ROOT_YEARS = 30;
const AUTHORITY_YEARS = 10;
/** Clocks of machines that have just been installed may be behind. */
const BACKDATED_MS = 86_400_000;
const YEAR_MS = 365.25 * 86_400_000;
/** A passphrase shorter than this is guessed offline by whoever finds the folder. */
export const LEAST_PASSPHRASE = 12;

const ROOT_KEY = join("root", "root.key");
const ROOT_CERTIFICATE = join("root", "root.crt");
const AUTHORITY_KEY = join("authority", "authority.key");
const AUTHORITY_CERTIFICATE = join("authority", "authority.crt");

/** Sixteen random bytes, hexadecimal; the first bit is clear so that the number is positive. */
export function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex").toUpperCase();
}

/**
 * Makes a root and an issuing authority below it.
 * @param folder must not hold one already: nothing is ever overwritten
 */
export async function initialiseCa(folder: string, plan: CaPlan): Promise<Result<string[], CaError>> {
  const weak = weakPassphrase(plan.passphrase);
  if (weak !== undefined) return fail(weak);
  for (const file of [ROOT_KEY, ROOT_CERTIFICATE, AUTHORITY_KEY, AUTHORITY_CERTIFICATE]) {
    if (existsSync(join(folder, file))) {
      const cure = "Name another folder; an authority that has issued certificates must not be replaced by accident.";
      return fail({ code: "exists", message: `${join(folder, file)} exists`, cure });
    }
  }
  const rootKey = generateKeyPem();
  const name = `O=${plan.organisation}, CN=Forecourt root`;
  const root = { keyPem: rootKey, certificatePem: await issueRoot(name, rootKey, span(plan.nowMs, ROOT_YEARS)) };
  for (const part of ["root", "authority"]) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
  write(join(folder, ROOT_KEY), encrypted(rootKey, plan.passphrase), 0o600);
  write(join(folder, ROOT_CERTIFICATE), root.certificatePem, 0o644);
  await writeAuthority(folder, root, plan);
  return ok([ROOT_KEY, ROOT_CERTIFICATE, AUTHORITY_KEY, AUTHORITY_CERTIFICATE].map((file) => join(folder, file)));
}

/** The issuing authority with its root's certificate. */
export function loadAuthority(folder: string): Result<{ authority: Authority; rootPem: string }, CaError> {
  const texts = [AUTHORITY_CERTIFICATE, AUTHORITY_KEY, ROOT_CERTIFICATE].map((file) =>
    readOrNothing(join(folder, file)),
  );
  const [certificatePem, keyPem, rootPem] = texts;
  if (certificatePem === undefined || keyPem === undefined || rootPem === undefined) {
    const message = `${folder} holds no authority (authority/ and root/root.crt are needed)`;
    return fail({ code: "missing", message, cure: "Make one with `npm run provision -- ca init`." });
  }
  return ok({ authority: { certificatePem, keyPem }, rootPem });
}

async function writeAuthority(folder: string, root: Authority, plan: CaPlan): Promise<void> {
  const keyPem = generateKeyPem();
  const name = `O=${plan.organisation}, CN=Forecourt issuing authority`;
  const certificatePem = await issueAuthority(root, name, keyPem, span(plan.nowMs, AUTHORITY_YEARS));
  write(join(folder, AUTHORITY_KEY), keyPem, 0o600);
  write(join(folder, AUTHORITY_CERTIFICATE), certificatePem, 0o644);
}

/** What is wrong with a passphrase, if anything. */
export function weakPassphrase(passphrase: string): CaError | undefined {
  if (passphrase.length >= LEAST_PASSPHRASE) return undefined;
  const message = `the passphrase has ${passphrase.length} characters, at least ${LEAST_PASSPHRASE} are needed`;
  return { code: "passphrase", message, cure: "Four random words are easy to write down and hard to guess." };
}

/** A private key, encrypted. @returns PKCS #8 PEM */
export function encrypted(keyPem: string, passphrase: string): string {
  const options = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
  return createPrivateKey(keyPem).export(options).toString();
}

function span(nowMs: number, years: number): { serial: string; fromMs: number; untilMs: number } {
  return { serial: newSerial(), fromMs: nowMs - BACKDATED_MS, untilMs: nowMs + years * YEAR_MS };
}

function write(file: string, text: string, mode: number): void {
  writeFileSync(file, text, { mode, flag: "wx", flush: true });
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
