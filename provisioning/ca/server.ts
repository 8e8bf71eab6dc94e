/** Certificates with a key of their own: for the broker and the API, and for a client of a foreign broker. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { type Authority, issueClient, issueServer } from "@forecourt/protocol/certificates/issue.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type CaError, loadAuthority, newSerial } from "./files.ts";

const DAY_MS = 86_400_000;
/** The longest that browsers accept. */
const CERTIFICATE_DAYS = 398;

interface Order {
  /** where the files are written */
  out: string;
  nowMs: number;
}

type Issue = (
  authority: Authority,
  publicKey: string,
  validity: { serial: string; fromMs: number; untilMs: number },
) => Promise<string>;

/**
 * Issues a server's certificate into `out`: server.key, server.crt (with the issuing authority behind it) and ca.crt.
 * @param names DNS names and addresses under which gateways reach it
 */
export function issueServerFiles(
  folder: string,
  { names, ...order }: Order & { names: readonly string[] },
): Promise<Result<string[], CaError>> {
  return issueFiles(folder, order, "server", (authority, publicKey, validity) =>
    issueServer(authority, { names, publicKey }, validity),
  );
}

/**
 * Issues a client's certificate into `out`, as {@link issueServerFiles} does: the collector's at a broker that stands
 * apart, for example.
 * @param name under which the broker knows it; its files are called so too
 */
export function issueClientFiles(
  folder: string,
  { name, ...order }: Order & { name: string },
): Promise<Result<string[], CaError>> {
  return issueFiles(folder, order, name, (authority, publicKey, validity) =>
    issueClient(authority, { name, publicKey }, validity),
  );
}

async function issueFiles(
  folder: string,
  { out, nowMs }: Order,
  name: string,
  issue: Issue,
): Promise<Result<string[], CaError>> {
  const ca = loadAuthority(folder);
  if (!ca.ok) return ca;
  const files = [`${name}.key`, `${name}.crt`, "ca.crt"].map((file) => join(out, file));
  const there = files.find((file) => existsSync(file));
  if (there !== undefined) {
    const cure = "Name another folder with --out, or move it away.";
    return fail({ code: "exists", message: `${there} exists`, cure });
  }
  const keyPem = generateKeyPem();
  const spki = createPublicKey(createPrivateKey(keyPem)).export({ type: "spki", format: "der" });
  const validity = { serial: newSerial(), fromMs: nowMs - DAY_MS, untilMs: nowMs + CERTIFICATE_DAYS * DAY_MS };
  const certificate = await issue(ca.value.authority, spki.toString("base64"), validity);
  mkdirSync(out, { recursive: true, mode: 0o700 });
  const [keyFile, certificateFile, caFile] = files as [string, string, string];
  writeFileSync(keyFile, keyPem, { mode: 0o600, flag: "wx", flush: true });
  writeFileSync(certificateFile, `${certificate}\n${ca.value.authority.certificatePem}\n`, { flag: "wx" });
  writeFileSync(caFile, `${ca.value.authority.certificatePem}\n${ca.value.rootPem}\n`, { flag: "wx" });
  return ok(files);
}
