/** The second factor: time-based codes of six digits (RFC 6238), each good once. */
import { generateSecret, generateURI, verifySync } from "otplib";

const STEP_S = 30;

/** A fresh secret in base32, and the address that an authenticator reads from a picture. */
export function newTotp(account: string, issuer: string): { secret: string; uri: string } {
  const secret = generateSecret();
  return { secret, uri: generateURI({ issuer, label: account, secret }) };
}

/**
 * Checks a code of now, or of the step before or after: clocks differ.
 * @param lastStep the step of the code that was used last; that one and older ones are not good again
 * @returns the code's step, or undefined when it is not good
 */
export function totpStep(secret: string, code: string, atMs: number, lastStep: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const checked = verifySync({ secret, token: code, epoch: Math.floor(atMs / 1_000), epochTolerance: STEP_S });
  if (!checked.valid) return undefined;
  const step = Math.floor(atMs / 1_000 / STEP_S) + checked.delta;
  return step > lastStep ? step : undefined;
}
