/**
 * The gateway's key in a token, behind the interface of every other key. The public half is kept beside the journal, so
 * that the box starts and reads its lines while the token is away; signing waits until it is back.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ed25519Verifier, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { replaceFile } from "../disk/replace-file.ts";
import { makeTokenKey, readTokenKey, signWithToken, type Token, TokenError } from "./pkcs11-tool.ts";

export interface TokenPlace extends Token {
  /** holds the PIN in its first line; readable by its owner alone */
  pinFile: string;
}

const PUBLIC_KEY = "gateway.pub";
const OTHERS = 0o077;

/**
 * The signer of a gateway whose key is in a token. A key is made in the token when there never was one.
 * @param stateDir folder of the gateway's state; it exists
 * @throws TokenError when there is no key and none can be made, or the token holds another one than before
 */
export async function tokenSigner(place: TokenPlace, stateDir: string): Promise<Signer> {
  const pin = readPin(place.pinFile);
  const publicKey = await publicKeyOf(place, pin, join(stateDir, PUBLIC_KEY));
  const verifier = ed25519Verifier(publicKey);
  let queue: Promise<unknown> = Promise.resolve();
  const signOne = async (message: Uint8Array): Promise<Uint8Array> => {
    const signature = await signWithToken(place, pin, message);
    // Another token in the slot, or a broken one: better no signature than one that is taken for a forgery.
    if (!verifier.verify(message, signature)) throw new TokenError("the token signed with another key");
    return signature;
  };
  return {
    algorithm: "ed25519",
    publicKey,
    sign: (message) => {
      // Tokens answer one question at a time.
      const signed = queue.then(() => signOne(message));
      queue = signed.catch(() => undefined);
      return signed;
    },
  };
}

async function publicKeyOf(place: TokenPlace, pin: string, file: string): Promise<string> {
  const before = existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  let held: string | undefined;
  try {
    held = await readTokenKey(place);
  } catch (error) {
    if (before !== undefined) return before;
    throw error;
  }
  if (held === undefined && before === undefined) {
    await makeTokenKey(place, pin);
    held = await readTokenKey(place);
  }
  if (held === undefined) throw new TokenError(`the token holds no key ${place.label}, and it did before`);
  if (before !== undefined && before !== held) throw new TokenError("the token holds another key than before");
  replaceFile(file, `${held}\n`);
  return held;
}

function readPin(file: string): string {
  const text = readFileSync(file, "utf8").split("\n")[0]!.trim();
  if ((statSync(file).mode & OTHERS) !== 0) throw new TokenError(`others may read ${file}: run chmod 600 ${file}`);
  if (text === "") throw new TokenError(`${file} holds no PIN`);
  return text;
}
