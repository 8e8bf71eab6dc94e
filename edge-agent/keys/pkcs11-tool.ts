/**
 * A key in a PKCS#11 token, asked through OpenSC's `pkcs11-tool`: one short run of the program for each question, so
 * that nothing native is loaded into the agent and a token that hangs is killed. The PIN goes by the environment, never
 * by the command line.
 */
import { spawn } from "node:child_process";
import { createPublicKey } from "node:crypto";

export interface Token {
  /** the maker's library, for example /usr/lib/softhsm/libsofthsm2.so */
  module: string;
  /** label of the token */
  token: string;
  /** label of the key pair in it */
  label: string;
}

const TOOL = "pkcs11-tool";
const PIN_NAME = "FORECOURT_TOKEN_PIN";
const DEADLINE_MS = 10_000;
const MAX_OUTPUT_BYTES = 65_536;
/** The tool signs what fits into its buffer at once, and Ed25519 cannot be fed in parts. */
export const MAX_SIGNED_BYTES = 1_024;

/** What a token answered, or why it did not. */
export class TokenError extends Error {
  override name = "TokenError";
}

/** The public key of the pair. @returns base64 SPKI, or undefined when the token holds no such key */
export async function readTokenKey(token: Token): Promise<string | undefined> {
  // Listed without reading: a token that is away must not be taken for one without a key.
  const listed = await ask(token, ["--list-objects", "--type", "pubkey"], {});
  const names = [...listed.toString("utf8").matchAll(/^\s*label:\s*(.*?)\s*$/gm)].map(([, label]) => label);
  if (!names.includes(token.label)) return undefined;
  const pem = await ask(token, ["--read-object", "--type", "pubkey", "--label", token.label], {});
  const key = createPublicKey(pem.toString("utf8"));
  if (key.asymmetricKeyType !== "ed25519") throw new TokenError(`the key is ${key.asymmetricKeyType}, not ed25519`);
  return key.export({ type: "spki", format: "der" }).toString("base64");
}

/** Makes an Ed25519 pair inside the token; its private half never leaves it. */
export async function makeTokenKey(token: Token, pin: string): Promise<void> {
  // The id ties both halves together; any will do in a token of our own.
  const what = ["--keypairgen", "--key-type", "EC:edwards25519", "--label", token.label, "--id", "01"];
  await ask(token, ["--login", ...what], { pin });
}

/** Signs. @param message at most {@link MAX_SIGNED_BYTES} */
export async function signWithToken(token: Token, pin: string, message: Uint8Array): Promise<Buffer> {
  if (message.length > MAX_SIGNED_BYTES) {
    throw new TokenError(`a token signs at most ${MAX_SIGNED_BYTES} bytes, not ${message.length}`);
  }
  return ask(token, ["--login", "--sign", "--mechanism", "EDDSA", "--label", token.label], { pin, input: message });
}

function ask(
  { module, token }: Token,
  args: readonly string[],
  { pin, input }: { pin?: string; input?: Uint8Array },
): Promise<Buffer> {
  const withPin = pin === undefined ? [] : ["--pin", `env:${PIN_NAME}`];
  const all = ["--module", module, "--token-label", token, ...withPin, ...args];
  const env = pin === undefined ? process.env : { ...process.env, [PIN_NAME]: pin };
  return new Promise((resolve, reject) => {
    const child = spawn(TOOL, all, {
      env,
      stdio: ["pipe", "pipe", "pipe"],
      timeout: DEADLINE_MS,
      killSignal: "SIGKILL",
    });
    const [out, told] = [new Gathered(() => child.kill("SIGKILL")), new Gathered(() => child.kill("SIGKILL"))];
    child.stdout.on("data", (chunk: Buffer) => out.add(chunk));
    child.stderr.on("data", (chunk: Buffer) => told.add(chunk));
    child.stdin.on("error", () => undefined);
    child.once("error", (error: NodeJS.ErrnoException) => {
      const missing = `${TOOL} is not installed (Debian: opensc)`;
      reject(new TokenError(error.code === "ENOENT" ? missing : error.message));
    });
    child.once("close", (code, signal) => {
      if (code === 0) resolve(out.bytes());
      else reject(new TokenError(reasonOf(told.bytes().toString("utf8"), signal)));
    });
    child.stdin.end(input);
  });
}

function reasonOf(told: string, signal: string | null): string {
  if (signal !== null) return `the token did not answer within ${DEADLINE_MS / 1_000} s`;
  const lines = told.split("\n").filter((line) => line !== "" && line !== "Aborting." && !line.startsWith("Using "));
  return lines.at(-1) ?? "the token refused";
}

class Gathered {
  readonly #chunks: Buffer[] = [];
  readonly #tooMuch: () => void;
  #bytes = 0;

  constructor(tooMuch: () => void) {
    this.#tooMuch = tooMuch;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_OUTPUT_BYTES) this.#tooMuch();
    else this.#chunks.push(chunk);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
