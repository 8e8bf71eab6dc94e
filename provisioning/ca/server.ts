/** A certificate for the broker and the API, with a key of its own. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { issueServer } from "@forecourt/protocol/certificates/issue.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type CaError, loadAuthority, newSerial } from "./files.ts";

const DAY_MS = 86_400_000;
/** The longest that browsers accept. */
const SERVER_DAYS = 398;

/**
 * Issues a server's certificate into `out`: server.key, server.crt (with the issuing authority behind it) and ca.crt.
 * @param names DNS names and addresses under which gateways reach it
 */
export async function issueServerFiles(
  folder: string,
  server: { names: readonly string[]; out: string; nowMs: number },
): Promise<Result<string[], CaError>> {
  const ca = loadAuthority(folder);
  if (!ca.ok) return ca;
  const files = ["server.key", "server.crt", "ca.crt"].map((file) => join(server.out, file));
  const there = files.find((file) => existsSync(file));
  if (there !== undefined) {
    return fail({
      code: "exists",
      message: `${there} exists`,
      cure: "Name another folder with --out, or move it away.",
    });
  }
  const keyPem = generateKeyPem();
  const spki = createPublicKey(createPrivateKey(keyPem)).export({ type: "spki", format: "der" });
  const validity = { serial: newSerial(), fromMs: server.nowMs - DAY_MS, untilMs: server.nowMs + SERVER_DAYS * DAY_MS };
  const subject = { names: server.names, publicKey: spki.toString("base64") };
  const certificate = await issueServer(ca.value.authority, subject, validity);
  mkdirSync(server.out, { recursive: true, mode: 0o700 });
  const [keyFile, certificateFile, caFile] = files as [string, string, string];
  writeFileSync(keyFile, keyPem, { mode: 0o600, flag: "wx", flush: true });
  writeFileSync(certificateFile, `${certificate}\n${ca.value.authority.certificatePem}\n`, { flag: "wx" });
  writeFileSync(caFile, `${ca.value.authority.certificatePem}\n${ca.value.rootPem}\n`, { flag: "wx" });
  return ok(files);
}
