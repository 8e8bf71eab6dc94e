/**
 * A gateway's request for a certificate (PKCS #10). It is signed through {@link Signer}, so that a key in a TPM or
 * token can ask as well as one in a file: the private key itself is never seen here.
 */
import type { webcrypto } from "node:crypto";
import type { Signer } from "../batch/signer.ts";
import type { GatewayId } from "../ids.ts";
import { gatewayId } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { ED25519, x509 } from "./x509.ts";

export interface CertificateRequest {
  gateway: GatewayId;
  /** base64 of the SPKI DER form: the key that signs the gateway's batches */
  publicKey: string;
}

export interface RequestError {
  code: "form" | "signature" | "key" | "name";
  message: string;
}

const MAX_PEM_CHARACTERS = 4_096;

/** Writes a request for `gateway`'s certificate. @returns PEM */
export async function certificateRequest(gateway: GatewayId, signer: Signer): Promise<string> {
  const publicKey = await crypto.subtle.importKey("spki", Buffer.from(signer.publicKey, "base64"), ED25519, true, [
    "verify",
  ]);
  // Only these two are asked of the provider; the private key stands for the signer and is never exported.
  const subtle = {
    exportKey: crypto.subtle.exportKey.bind(crypto.subtle),
    sign: async (_algorithm: unknown, _key: unknown, data: webcrypto.BufferSource) => signer.sign(bytesOf(data)),
  };
  const provider = { subtle } as unknown as webcrypto.Crypto;
  const keys = { publicKey, privateKey: publicKey };
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    { name: [{ CN: [gateway] }], keys, signingAlgorithm: ED25519 },
    provider,
  );
  return request.toString("pem");
}

/**
 * Reads a request and checks that whoever made it holds the key.
 * @param pem from outside
 */
export async function readRequest(pem: string): Promise<Result<CertificateRequest, RequestError>> {
  if (pem.length > MAX_PEM_CHARACTERS) return fail({ code: "form", message: "the request is too long" });
  let request: InstanceType<typeof x509.Pkcs10CertificateRequest>;
  try {
    request = new x509.Pkcs10CertificateRequest(pem);
  } catch {
    return fail({ code: "form", message: "the text is not a certificate request (PKCS #10, PEM)" });
  }
  if (request.publicKey.algorithm.name !== ED25519.name) {
    return fail({ code: "key", message: `the key is ${request.publicKey.algorithm.name}, not Ed25519` });
  }
  const verified = await request.verify().catch(() => false);
  if (!verified) return fail({ code: "signature", message: "the request is not signed with its own key" });
  const [name, ...more] = request.subjectName.getField("CN");
  const gateway = gatewayId(name ?? "");
  if (gateway === undefined || more.length > 0) {
    return fail({ code: "name", message: "the common name is not one gateway id" });
  }
  return ok({ gateway, publicKey: Buffer.from(request.publicKey.rawData).toString("base64") });
}

function bytesOf(data: webcrypto.BufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
