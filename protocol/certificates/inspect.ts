/** What a certificate says, and whether an authority vouches for it: for whoever holds one or is shown one. */
import { X509Certificate } from "node:crypto";
import { type GatewayId, gatewayId, STATION_ID_PATTERN, type StationId } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";

export interface GatewayCertificate {
  gateway: GatewayId;
  station: StationId;
  /** base64 of the SPKI DER form: the key of the connection, and mostly the one that signs */
  publicKey: string;
  /** SHA-256 of the SPKI of the key that signs, hex, where it is another; else null */
  signingKeySha256: string | null;
  /** upper-case hexadecimal */
  serial: string;
  fromMs: number;
  untilMs: number;
}

export interface CertificateError {
  code: "form" | "name" | "issuer" | "too-early" | "expired";
  message: string;
}

/**
 * Reads a gateway's certificate and checks it against the authority that should have issued it.
 * @param certificate PEM text or DER bytes, from outside
 * @param authorityPem the issuing authority
 * @param nowMs epoch ms; validity is judged at this time
 */
export function readGatewayCertificate(
  certificate: string | Buffer,
  authorityPem: string,
  nowMs: number,
): Result<GatewayCertificate, CertificateError> {
  let read: X509Certificate;
  try {
    read = new X509Certificate(certificate);
  } catch {
    return fail({ code: "form", message: "the text is not a certificate" });
  }
  const authority = new X509Certificate(authorityPem);
  if (!read.checkIssued(authority) || !read.verify(authority.publicKey)) {
    return fail({ code: "issuer", message: `the certificate was not issued by ${authority.subject}` });
  }
  const names = namesIn(read);
  if (names === undefined) return fail({ code: "name", message: "the certificate names no gateway and its station" });
  const [fromMs, untilMs] = [Date.parse(read.validFrom), Date.parse(read.validTo)];
  if (nowMs < fromMs) return fail({ code: "too-early", message: `the certificate is valid from ${read.validFrom} on` });
  if (nowMs >= untilMs) return fail({ code: "expired", message: `the certificate ended on ${read.validTo}` });
  const publicKey = read.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return ok({ ...names, publicKey, serial: read.serialNumber, fromMs, untilMs });
}

function namesIn(
  certificate: X509Certificate,
): Pick<GatewayCertificate, "gateway" | "station" | "signingKeySha256"> | undefined {
  const uris = (certificate.subjectAltName ?? "").split(", ").filter((name) => name.startsWith("URI:urn:forecourt:"));
  const value = (kind: string) =>
    uris
      .find((uri) => uri.startsWith(`URI:urn:forecourt:${kind}:`))
      ?.split(":")
      .at(-1);
  const gateway = gatewayId(value("gateway") ?? "");
  const station = value("station");
  if (gateway === undefined || station === undefined || !new RegExp(STATION_ID_PATTERN).test(station)) return undefined;
  return { gateway, station: station as StationId, signingKeySha256: value("key") ?? null };
}
