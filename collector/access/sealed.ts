/**
 * Seals small secrets that must be had back, such as those of second factors: AES-256-GCM under a key of its own file,
 * so that a copy of the database alone gives none away.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class Seal {
  readonly #key: Buffer;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The key of a file beside the database; made when it is missing, mode 0600. @throws Error when it is no key */
  static ofFile(file: string): Seal {
    try {
      const handle = openSync(file, "wx", 0o600);
      try {
        writeSync(handle, randomBytes(KEY_BYTES));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const key = readFileSync(file);
    if (key.length !== KEY_BYTES)
      throw new Error(`${file} is not a key of ${KEY_BYTES} bytes; restore it from its backup`);
    return new Seal(key);
  }

  /** @param purpose what it is for and whose; it opens for the same alone */
  close(text: string, purpose: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(Buffer.from(purpose, "utf8"));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** @returns undefined when it was not sealed under this key for this purpose */
  open(sealed: Buffer, purpose: string): string | undefined {
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(purpose, "utf8"))
        .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const body = sealed.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
  }
}
