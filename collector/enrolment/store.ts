/** What enrolment keeps: one-time codes (as hashes only), gateways that enrolled, and every certificate ever issued. */
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";

export interface EnrolmentCode {
  /** SHA-256 of the code: the code itself is shown once and kept nowhere */
  hash: Uint8Array;
  station: StationId;
  /** the id that the box will have */
  gateway: GatewayId;
  /** the box that it replaces */
  replaces: GatewayId | null;
  issuedBy: string;
  issuedMs: number;
  expiresMs: number;
  usedMs: number | null;
}

export interface EnrolledGateway {
  id: GatewayId;
  station: StationId;
  /** base64 SPKI */
  publicKey: string;
  replaces: GatewayId | null;
  enrolledMs: number;
  /** since when it is not to be trusted any more, and why */
  revokedMs: number | null;
  revokedReason: string | null;
}

export interface IssuedCertificate {
  serial: string;
  gateway: GatewayId;
  pem: string;
  fromMs: number;
  untilMs: number;
  revokedMs: number | null;
}

export interface EnrolmentStore {
  gateways(): Promise<EnrolledGateway[]>;
  certificates(gateway?: GatewayId): Promise<IssuedCertificate[]>;
  /** Codes that were neither used nor have ended. */
  openCodes(nowMs: number): Promise<EnrolmentCode[]>;
  code(hash: Uint8Array): Promise<EnrolmentCode | undefined>;
  addCode(code: EnrolmentCode): Promise<void>;
  /**
   * Uses a code up: gateway and certificate are there from now on, in one transaction.
   * @returns false, and nothing has changed, when the code was used or has ended meanwhile
   */
  enrol(hash: Uint8Array, gateway: EnrolledGateway, certificate: IssuedCertificate): Promise<boolean>;
  addCertificate(certificate: IssuedCertificate): Promise<void>;
  /** Revokes a gateway with all its certificates. @returns false when it is not enrolled, or was revoked before */
  revoke(gateway: GatewayId, atMs: number, reason: string): Promise<boolean>;
}
