/** The X.509 library, with the polyfill that it needs loaded before it. Nobody imports it any other way. */
import "reflect-metadata";

export * as x509 from "@peculiar/x509";

/** The one signature algorithm of gateways, issuers and roots (RFC 8410). */
export const ED25519 = { name: "Ed25519" } as const;
