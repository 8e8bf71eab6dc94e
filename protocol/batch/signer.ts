/**
 * Signing and verifying behind one small interface, so that another algorithm (SM2/SM3) or a key held in hardware
 * can stand in. Keys travel as base64 of their DER form (SPKI for public keys).
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

export const SIGNATURE_BYTES = 64;

/** Signs with one private key. Asynchronous, because a key in hardware answers later. */
export interface Signer {
  readonly algorithm: "ed25519";
  /** base64 of the SPKI DER form */
  readonly publicKey: string;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Checks signatures of one public key. */
export interface Verifier {
  readonly algorithm: "ed25519";
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** Makes a new Ed25519 key pair. @returns the private key as PKCS #8 PEM */
export function generateKeyPem(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * A signer from a PKCS #8 PEM text.
 * @throws Error when the text is not an Ed25519 private key
 */
export function ed25519Signer(pem: string): Signer {
  const key = createPrivateKey(pem);
  requireEd25519(key);
  return {
    algorithm: "ed25519",
    publicKey: createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64"),
    sign: async (message) => sign(null, message, key),
  };
}

/**
 * A verifier from a public key.
 * @param publicKey base64 of the SPKI DER form
 * @throws Error when it is not an Ed25519 public key
 */
export function ed25519Verifier(publicKey: string): Verifier {
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), type: "spki", format: "der" });
  requireEd25519(key);
  return {
    algorithm: "ed25519",
    verify: (message, signature) => signature.length === SIGNATURE_BYTES && verify(null, message, key, signature),
  };
}

function requireEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`the key is ${key.asymmetricKeyType}, not ed25519`);
}
