/** The issuing authority on the collector's disk, as `provision ca init` wrote it. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Authority } from "@forecourt/protocol/certificates/issue.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

export interface AuthorityFiles {
  certFile: string;
  /** readable by the collector alone */
  keyFile: string;
  rootFile: string;
}

export interface AuthorityProblem {
  field: keyof AuthorityFiles;
  message: string;
  cure: string;
}

const OTHERS = 0o077;
const CURE = "Give the path of the file that `npm run provision -- ca init` wrote.";

/** Reads the authority and checks that its parts belong together. */
export function readAuthority(
  files: AuthorityFiles,
): Result<{ authority: Authority; rootPem: string }, AuthorityProblem> {
  const texts: Record<string, string> = {};
  for (const field of ["certFile", "keyFile", "rootFile"] as const) {
    try {
      texts[field] = readFileSync(files[field], "utf8");
    } catch (error) {
      return fail({ field, message: (error as Error).message, cure: CURE });
    }
  }
  const [certificatePem, keyPem, rootPem] = [texts.certFile!, texts.keyFile!, texts.rootFile!];
  if ((statSync(files.keyFile).mode & OTHERS) !== 0) {
    return fail({ field: "keyFile", message: "others may read the key", cure: `Run: chmod 600 ${files.keyFile}` });
  }
  try {
    const certificate = new X509Certificate(certificatePem);
    const root = new X509Certificate(rootPem);
    if (!certificate.checkIssued(root) || !certificate.verify(root.publicKey)) {
      return fail({ field: "rootFile", message: "did not sign the authority's certificate", cure: CURE });
    }
    if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) {
      return fail({ field: "keyFile", message: "is the key of another certificate", cure: CURE });
    }
  } catch (error) {
    return fail({ field: "certFile", message: `cannot be used: ${(error as Error).message}`, cure: CURE });
  }
  return ok({ authority: { certificatePem, keyPem }, rootPem });
}
