/** Where a gateway's key lies: in a file of its state folder, or in a PKCS#11 token. Whoever signs does not see which. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { type Static, Type } from "typebox";
import { connectionKey, gatewaySigner } from "../key.ts";
import { type TokenPlace, tokenSigner } from "./token-signer.ts";

/** A token in the configuration. */
export const TokenSchema = Type.Object(
  {
    module: Type.String({ pattern: "^/", description: "the maker's library, absolute path" }),
    token: Type.String({ minLength: 1, maxLength: 32, description: "label of the token" }),
    label: Type.String({ minLength: 1, maxLength: 32, default: "gateway", description: "label of the key pair in it" }),
    pinFile: Type.String({ minLength: 1, description: "holds the PIN; readable by its owner alone" }),
  },
  { additionalProperties: false, description: "the key is in a PKCS#11 token instead of a file" },
);

/**
 * Opens the key that signs for the gateway, and makes one when there never was one.
 * @throws Error when it cannot be used; the message says why and what to do
 */
export async function openSigner(of: {
  stateDir: string;
  pkcs11?: Static<typeof TokenSchema> | undefined;
}): Promise<Signer> {
  if (of.pkcs11 === undefined) return gatewaySigner(of.stateDir);
  mkdirSync(of.stateDir, { recursive: true, mode: 0o700 });
  return tokenSigner(of.pkcs11, of.stateDir);
}

/** What a box has to enrol with. */
export interface BoxKeys {
  /** signs for the gateway */
  signer: Signer;
  /** the connection's own key; undefined: it is the gateway's */
  connection: Signer | undefined;
}

/** The keys of a box that enrols. TLS needs its key in a file: with a token, the connection has one of its own. */
export async function openBoxKeys(of: { stateDir: string; pkcs11?: TokenPlace | undefined }): Promise<BoxKeys> {
  const signer = await openSigner(of);
  return { signer, connection: of.pkcs11 === undefined ? undefined : connectionKey(of.stateDir).signer };
}

/** The file with the key of a box's connection. */
export function tlsKeyFile({ stateDir, pkcs11 }: { stateDir: string; pkcs11?: TokenPlace | undefined }): string {
  return pkcs11 === undefined ? join(stateDir, "gateway.key") : connectionKey(stateDir).file;
}
