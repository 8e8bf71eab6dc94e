/** The broker's key, certificate, authority and revocations on disk: read, checked, and watched for a renewal. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync, unwatchFile, watchFile } from "node:fs";
import { createSecureContext } from "node:tls";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { limits } from "../limits.ts";

export interface TlsFiles {
  certFile: string;
  keyFile: string;
  /** the authority that signs the gateways' certificates */
  caFile: string;
  /** what that authority has revoked; PEM */
  crlFile?: string | undefined;
}

/** As node:tls takes it. */
export interface TlsMaterial {
  cert: string;
  key: string;
  ca: string;
  crl?: string;
}

export interface TlsProblem {
  field: keyof TlsFiles;
  message: string;
  cure: string;
}

const OTHERS = 0o077;

/** A server's certificate and key. */
export type ServerPair = Pick<TlsFiles, "certFile" | "keyFile">;

/** Reads and checks a server's certificate and key alone. @returns both as PEM, or every problem found */
export function readServerPair(files: ServerPair): Result<Pick<TlsMaterial, "cert" | "key">, TlsProblem[]> {
  const checked = readTlsMaterial({ ...files, caFile: files.certFile });
  return checked.ok ? ok({ cert: checked.value.cert, key: checked.value.key }) : checked;
}

/** Reads and checks the files. @returns what node:tls takes, or every problem found */
export function readTlsMaterial(files: TlsFiles): Result<TlsMaterial, TlsProblem[]> {
  const problems: TlsProblem[] = [];
  const read = (field: keyof TlsFiles): string => {
    try {
      return readFileSync(files[field] ?? "", "utf8");
    } catch (error) {
      problems.push({ field, message: (error as Error).message, cure: "Give the path of a readable PEM file." });
      return "";
    }
  };
  const [cert, key, ca] = [read("certFile"), read("keyFile"), read("caFile")];
  const crl = files.crlFile === undefined ? undefined : read("crlFile");
  if (problems.length > 0) return fail(problems);
  if ((statSync(files.keyFile).mode & OTHERS) !== 0) {
    problems.push({ field: "keyFile", message: "others may read the key", cure: `Run: chmod 600 ${files.keyFile}` });
  }
  problems.push(...pairProblems(cert, key));
  const material = { cert, key, ca, ...(crl === undefined ? {} : { crl }) };
  if (problems.length === 0) problems.push(...contextProblems(material));
  return problems.length > 0 ? fail(problems) : ok(material);
}

function pairProblems(cert: string, key: string): TlsProblem[] {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch (error) {
    return [{ field: "certFile", message: `no certificate: ${(error as Error).message}`, cure: "Give a PEM file." }];
  }
  try {
    if (certificate.checkPrivateKey(createPrivateKey(key))) return [];
    return [
      { field: "keyFile", message: "is the key of another certificate", cure: "Give the key that belongs to it." },
    ];
  } catch (error) {
    return [{ field: "keyFile", message: `no private key: ${(error as Error).message}`, cure: "Give a PEM file." }];
  }
}

function contextProblems({ ca, crl }: TlsMaterial): TlsProblem[] {
  try {
    createSecureContext({ ca: new X509Certificate(ca).toString() });
  } catch (error) {
    return [{ field: "caFile", message: `no certificate: ${(error as Error).message}`, cure: "Give a PEM file." }];
  }
  try {
    createSecureContext({ ca, ...(crl === undefined ? {} : { crl }) });
    return [];
  } catch (error) {
    return [{ field: "crlFile", message: `no list: ${(error as Error).message}`, cure: "Give the CRL as a PEM file." }];
  }
}

/** Calls back when one of the files has changed. @returns how to stop it */
export function watchFiles(files: Partial<TlsFiles>, changed: () => void): () => void {
  const paths = [files.certFile, files.keyFile, files.caFile, files.crlFile].filter((path) => path !== undefined);
  // A renewal writes several files one after the other: they are looked at together, a moment later.
  let due: NodeJS.Timeout | undefined;
  const listener = () => {
    clearTimeout(due);
    due = setTimeout(changed, limits.broker.tlsFilesSettleMs);
    due.unref();
  };
  for (const path of paths) watchFile(path, { interval: limits.broker.tlsFilesLookMs, persistent: false }, listener);
  return () => {
    clearTimeout(due);
    for (const path of paths) unwatchFile(path, listener);
  };
}
