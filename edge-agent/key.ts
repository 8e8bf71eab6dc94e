/** The gateway's key: made on the box at first need, readable by its owner only, never leaving it. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";

const OTHERS = 0o077;

/**
 * The signer of a gateway, with a new key when there is none.
 * @param stateDir folder of the gateway's state; made when missing
 * @throws Error when others may read the key, or the file holds none
 */
export function gatewaySigner(stateDir: string): Signer {
  return fileSigner(stateDir, "gateway.key");
}

/**
 * The key of the connection alone, where the gateway's own key is in a token: TLS needs it in a file. It signs nothing
 * that anybody believes.
 */
export function connectionKey(stateDir: string): { signer: Signer; file: string } {
  return { signer: fileSigner(stateDir, CONNECTION_KEY), file: join(stateDir, CONNECTION_KEY) };
}

const CONNECTION_KEY = "connection.key";

function fileSigner(stateDir: string, name: string): Signer {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, name);
  if (!existsSync(file)) writeFileSync(file, generateKeyPem(), { mode: 0o600, flag: "wx", flush: true });
  if ((statSync(file).mode & OTHERS) !== 0) throw new Error(`others may read ${file}: run chmod 600 ${file}`);
  return ed25519Signer(readFileSync(file, "utf8"));
}
