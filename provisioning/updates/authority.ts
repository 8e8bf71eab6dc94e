/**
 * Who signs updates: a key of its own, apart from the certificate authority. Whoever holds it decides what runs on every
 * box, so it is encrypted and belongs offline; the boxes hold its public half, which no command can change.
 */
import { createPrivateKey } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type CaError, encrypted, weakPassphrase } from "../ca/files.ts";

const KEY = "update-authority.key";
const PUBLIC_KEY = "update-authority.pub";

/**
 * Makes an authority.
 * @param folder must not hold one already
 * @returns the files that were written
 */
export function initialiseUpdateAuthority(folder: string, passphrase: string): Result<string[], CaError> {
  const weak = weakPassphrase(passphrase);
  if (weak !== undefined) return fail(weak);
  const [keyFile, publicFile] = [join(folder, KEY), join(folder, PUBLIC_KEY)];
  if (existsSync(keyFile) || existsSync(publicFile)) {
    const cure = "Name another folder: boxes that know the old key would take no update of a new one.";
    return fail({ code: "exists", message: `${folder} holds an update authority already`, cure });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pem = generateKeyPem();
  writeFileSync(keyFile, encrypted(pem, passphrase), { mode: 0o600, flag: "wx", flush: true });
  writeFileSync(publicFile, `${ed25519Signer(pem).publicKey}\n`, { mode: 0o644, flag: "wx", flush: true });
  return ok([keyFile, publicFile]);
}

/** The authority's signer. */
export function loadUpdateAuthority(folder: string, passphrase: string): Result<Signer, CaError> {
  const file = join(folder, KEY);
  if (!existsSync(file)) {
    const cure = "Make one with `npm run provision -- update-authority init`.";
    return fail({ code: "missing", message: `${file} is missing`, cure });
  }
  try {
    const key = createPrivateKey({ key: readFileSync(file, "utf8"), passphrase });
    return ok(ed25519Signer(key.export({ type: "pkcs8", format: "pem" }).toString()));
  } catch {
    return fail({ code: "passphrase", message: `${file} cannot be opened`, cure: "Check the passphrase." });
  }
}
