/** An authority for tests, so that boxes can enrol. */
import { generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { issueAuthority, issueRoot } from "@forecourt/protocol/certificates/issue.ts";
import type { Config } from "../config/config.ts";

/** The configuration of enrolment, with a root and an issuing authority that were made just now. */
export async function testEnrolment(): Promise<NonNullable<Config["enrolment"]>> {
  const keys = [generateKeyPem(), generateKeyPem()] as const;
  const validity = { serial: "01", fromMs: Date.now() - 60_000, untilMs: Date.now() + 3_600_000 };
  const rootPem = await issueRoot("CN=Root", keys[0], validity);
  const root = { certificatePem: rootPem, keyPem: keys[0] };
  const certificatePem = await issueAuthority(root, "CN=Issuing", keys[1], validity);
  return {
    ...{ authority: { certificatePem, keyPem: keys[1] }, rootPem },
    ...{ certificateDays: 90, codeHours: 72, brokers: [] },
  };
}
