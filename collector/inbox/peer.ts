/** Who stands at the other end of a connection, as far as the connection itself proves it. */
import type { X509Certificate } from "node:crypto";
import { type GatewayId, gatewayId } from "@forecourt/protocol/ids.ts";

export interface Peer {
  /** encrypted: then a gateway must have shown its certificate */
  secured: boolean;
  /** the gateway that the connection's certificate names; undefined when none was shown */
  gateway: GatewayId | undefined;
}

/**
 * The gateway that a certificate, already verified against its authority, belongs to: its common name, or where that
 * is something else, its DNS names. Every gateway id in it must be the same one.
 * @returns undefined when it names no gateway, or several
 */
export function gatewayOfCertificate({ subject, subjectAltName }: Pick<X509Certificate, "subject" | "subjectAltName">) {
  const names = [
    ...(subject ?? "")
      .split("\n")
      .filter((line) => line.startsWith("CN="))
      .map((line) => line.slice(3)),
    ...(subjectAltName ?? "")
      .split(", ")
      .filter((name) => name.startsWith("DNS:"))
      .map((name) => name.slice(4)),
  ];
  const gateways = new Set(names.map((name) => gatewayId(name)).filter((id): id is GatewayId => id !== undefined));
  const [only] = gateways;
  return gateways.size === 1 ? only : undefined;
}
