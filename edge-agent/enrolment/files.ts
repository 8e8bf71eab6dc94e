/**
 * What enrolment leaves on the box, beside the key that never leaves it: the certificate, the authorities, and what
 * the collector said about itself. A new certificate takes the old one's place in one step.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Enrolment, EnrolmentSchema } from "@forecourt/protocol/enrolment/messages.ts";
import { Compile } from "typebox/compile";
import { replaceFile } from "../disk/replace-file.ts";

const CERTIFICATE = "gateway.crt";
const AUTHORITIES = "ca.crt";
const ENROLMENT = "enrolment.json";

const validator = Compile(EnrolmentSchema);

export interface EnrolmentFiles {
  certFile: string;
  caFile: string;
  enrolmentFile: string;
}

/** Where they lie in a state folder. */
export function enrolmentFiles(stateDir: string): EnrolmentFiles {
  return {
    certFile: join(stateDir, CERTIFICATE),
    caFile: join(stateDir, AUTHORITIES),
    enrolmentFile: join(stateDir, ENROLMENT),
  };
}

/** Whether a value from outside is an enrolment. */
export function isEnrolment(value: unknown): value is Enrolment {
  return validator.Check(value);
}

/** The box's enrolment. @returns undefined when it has none, or one that cannot be read */
export function readEnrolment(stateDir: string): Enrolment | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(enrolmentFiles(stateDir).enrolmentFile, "utf8"));
    return isEnrolment(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps an enrolment; the certificate is there for the next connection. */
export function keepEnrolment(stateDir: string, enrolment: Enrolment): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const files = enrolmentFiles(stateDir);
  const texts: [file: string, text: string][] = [
    [files.caFile, `${enrolment.authorities.join("\n")}\n`],
    [files.certFile, `${[enrolment.certificate, ...enrolment.authorities.slice(0, -1)].join("\n")}\n`],
    [files.enrolmentFile, `${JSON.stringify(enrolment, null, 2)}\n`],
  ];
  for (const [file, text] of texts) replaceFile(file, text);
}
