/** The gateway's key: made on the box at first need, readable by its owner only, never leaving it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";

/**
 * The signer of a gateway, with a new key when there is none.
 * @param stateDir folder of the gateway's state; made when missing
 */
export function gatewaySigner(stateDir: string): Signer {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, "gateway.key");
  if (!existsSync(file)) writeFileSync(file, generateKeyPem(), { mode: 0o600, flag: "wx", flush: true });
  return ed25519Signer(readFileSync(file, "utf8"));
}
