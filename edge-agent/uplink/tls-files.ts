/**
 * The gateway's certificate, its key and the authority it trusts, on disk. They are read anew for every connection, so
 * that a renewed certificate needs no restart.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

export interface TlsFiles {
  /** who signs the collector's certificate */
  caFile: string;
  certFile: string;
  /** readable by its owner alone */
  keyFile: string;
}

export interface TlsMaterial {
  ca: string;
  cert: string;
  key: string;
  /** end of the certificate's life, epoch ms */
  validUntilMs: number;
}

export interface TlsProblem {
  field: keyof TlsFiles;
  message: string;
  cure: string;
}

const OTHERS = 0o077;

/**
 * Reads and checks the files. An expired certificate is no problem here: the box must run to get a new one.
 * @returns what a connection needs, or every problem found
 */
export function readTlsFiles(files: TlsFiles): Result<TlsMaterial, TlsProblem[]> {
  const problems: TlsProblem[] = [];
  const read = (field: keyof TlsFiles): string => {
    try {
      return readFileSync(files[field], "utf8");
    } catch (error) {
      problems.push({ field, message: (error as Error).message, cure: "give the path of a readable PEM file" });
      return "";
    }
  };
  const [ca, cert, key] = [read("caFile"), read("certFile"), read("keyFile")];
  if (problems.length > 0) return fail(problems);
  if ((statSync(files.keyFile).mode & OTHERS) !== 0) {
    problems.push({ field: "keyFile", message: "can be read by others", cure: `run: chmod 600 ${files.keyFile}` });
  }
  const parse = <T>(field: keyof TlsFiles, make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      const message = `holds no ${field === "keyFile" ? "private key" : "certificate"}: ${(error as Error).message}`;
      problems.push({ field, message, cure: "give a PEM file" });
      return undefined;
    }
  };
  parse("caFile", () => new X509Certificate(ca));
  const certificate = parse("certFile", () => new X509Certificate(cert));
  const privateKey = parse("keyFile", () => createPrivateKey(key));
  if (certificate !== undefined && privateKey !== undefined && !certificate.checkPrivateKey(privateKey)) {
    problems.push({ field: "keyFile", message: "is the key of another certificate", cure: "give the one that fits" });
  }
  if (problems.length > 0 || certificate === undefined) return fail(problems);
  return ok({ ca, cert, key, validUntilMs: certificate.validToDate.getTime() });
}

/** Something that changes when one of the files does; empty while one cannot be read. */
export function filesStamp({ caFile, certFile, keyFile }: TlsFiles): string {
  try {
    return [caFile, certFile, keyFile].map((file) => `${statSync(file).mtimeMs}/${statSync(file).ino}`).join(" ");
  } catch {
    return "";
  }
}
