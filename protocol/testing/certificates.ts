/** Certificates for tests: an authority of one test, and what it signs for collectors and gateways. */
import type { webcrypto } from "node:crypto";
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
const SERVER = "1.3.6.1.5.5.7.3.1";
const CLIENT = "1.3.6.1.5.5.7.3.2";

/** A certificate with its private key, both as PEM. */
export interface TestCertificate {
  cert: string;
  key: string;
  serialNumber: string;
}

export interface CertificateWish {
  commonName: string;
  /** DNS names and IP addresses in the certificate */
  names?: readonly { type: "dns" | "ip" | "url"; value: string }[];
  notBefore?: Date;
  notAfter?: Date;
}

export interface TestAuthority {
  /** PEM */
  cert: string;
  /** A certificate for 127.0.0.1 and localhost. */
  server(): Promise<TestCertificate>;
  client(wish: CertificateWish): Promise<TestCertificate>;
  /** The list of what was revoked, PEM. */
  revocations(serialNumbers: readonly string[]): Promise<string>;
}

/** Makes an authority with a key of its own. */
export async function testAuthority(name = "Test authority"): Promise<TestAuthority> {
  const keys = await newKeys();
  const own = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    serialNumber: serial(),
    ...lasting({}),
    extensions: [new BasicConstraintsExtension(true, 2, true)],
  });
  return {
    cert: own.toString("pem"),
    server: () => issue(own, keys, { ...LOOPBACK, usage: SERVER }),
    client: (wish) => issue(own, keys, { ...wish, usage: CLIENT }),
    revocations: async (serialNumbers) => {
      const list = await X509CrlGenerator.create({
        issuer: own.subject,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        thisUpdate: new Date(Date.now() - DAY_MS),
        nextUpdate: new Date(Date.now() + DAY_MS),
        entries: serialNumbers.map((serialNumber) => ({ serialNumber, revocationDate: new Date() })),
      });
      return PemConverter.encode(list.rawData, "X509 CRL");
    },
  };
}

const LOOPBACK: CertificateWish = {
  commonName: "localhost",
  names: [
    { type: "dns", value: "localhost" },
    { type: "ip", value: "127.0.0.1" },
  ],
};

async function issue(
  authority: X509Certificate,
  authorityKeys: webcrypto.CryptoKeyPair,
  wish: CertificateWish & { usage: string },
): Promise<TestCertificate> {
  const keys = await newKeys();
  const names = wish.names ?? [];
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${wish.commonName}`,
    issuer: authority.subject,
    signingKey: authorityKeys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHM,
    serialNumber: serial(),
    ...lasting(wish),
    extensions: [
      new ExtendedKeyUsageExtension([wish.usage]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names])]),
    ],
  });
  const key = PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { cert: certificate.toString("pem"), key, serialNumber: certificate.serialNumber };
}

function lasting({ notBefore, notAfter }: Pick<CertificateWish, "notBefore" | "notAfter">) {
  return {
    notBefore: notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: notAfter ?? new Date(Date.now() + DAY_MS),
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

/** Positive, as the standard wants it. */
function serial(): string {
  return `1${Buffer.from(crypto.getRandomValues(new Uint8Array(7)))
    .toString("hex")
    .padStart(15, "0")}`;
}
