/** The collector's signing key on disk. It is made when it is missing, and readable by its owner alone. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { ConfigError } from "../errors.ts";

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * Loads the key, or makes it (mode 0600) when there is no such file.
 * @param file path of a PKCS #8 PEM file
 */
export function loadOrCreateKey(file: string): Result<Signer, ConfigError[]> {
  const wrong = (message: string, expected: string, cure: string) =>
    fail<ConfigError[]>([
      { code: "value", message, file, line: 0, column: 0, field: "collector.keyFile", expected, cure },
    ]);
  try {
    if (!existsSync(file)) writeKey(file);
    if ((statSync(file).mode & OTHERS) !== 0) {
      return wrong(
        "others may read the key",
        "mode 0600",
        `Run: chmod 600 ${file}; and make a new key if it was seen.`,
      );
    }
    return ok(ed25519Signer(readFileSync(file, "utf8")));
  } catch (error) {
    return wrong((error as Error).message, "an Ed25519 private key (PKCS #8 PEM)", "Restore the key from its backup.");
  }
}

function writeKey(file: string): void {
  const handle = openSync(file, "wx", OWNER_ONLY);
  try {
    writeSync(handle, generateKeyPem());
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
