/**
 * Renews the certificate by itself: from half of its life on it is tried now and then, also long after it has ended.
 * Reading and journalling never wait for it.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { renew } from "./enrol.ts";
import { enrolmentFiles, keepEnrolment } from "./files.ts";

export interface RenewalOptions {
  stateDir: string;
  gateway: GatewayId;
  /** the collector's address */
  collector: string;
  signer: Signer;
  /** epoch ms */
  now: () => number;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** How often it is looked whether a renewal is due; spread, so that boxes do not come together. */
const LOOK_EVERY_MS = { min: 1_800_000, max: 3_600_000 };
/** The first look comes soon after the start: the box may have been off for months. */
const FIRST_LOOK_MS = { min: 1_000, max: 20_000 };

/** Whether a certificate has reached half of its life, or cannot be read. @param nowMs epoch ms */
export function isRenewalDue(certificatePem: string, nowMs: number): boolean {
  try {
    const { validFromDate, validToDate } = new X509Certificate(certificatePem);
    return nowMs >= (validFromDate.getTime() + validToDate.getTime()) / 2;
  } catch {
    return true;
  }
}

/** One look, and the renewal when it is due. */
export async function renewWhenDue(options: RenewalOptions): Promise<"not-due" | "renewed" | "failed"> {
  const { stateDir, gateway, collector, signer, now, log } = options;
  const { certFile, caFile } = enrolmentFiles(stateDir);
  if (!isRenewalDue(readOrNothing(certFile) ?? "", now())) return "not-due";
  const renewed = await renew({ collector, ca: readOrNothing(caFile) }, gateway, signer, now());
  if (!renewed.ok) {
    log("the certificate could not be renewed", { ...renewed.error });
    return "failed";
  }
  keepEnrolment(stateDir, renewed.value);
  log("the certificate was renewed", { renewAfter: renewed.value.renewAfter });
  return "renewed";
}

/** Looks now and then until it is stopped. @returns how to stop it */
export function keepRenewed(options: RenewalOptions): () => void {
  let timer: NodeJS.Timeout;
  const later = ({ min, max }: { min: number; max: number }) => {
    timer = setTimeout(look, min + options.random() * (max - min));
    timer.unref();
  };
  const look = () => {
    renewWhenDue(options)
      .catch((error: unknown) => options.log("the certificate could not be renewed", { error: String(error) }))
      .finally(() => later(LOOK_EVERY_MS));
  };
  later(FIRST_LOOK_MS);
  return () => clearTimeout(timer);
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
