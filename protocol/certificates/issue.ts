/**
 * Makes certificates: an offline root, an issuing authority below it, gateways and servers below that. Pure but for
 * the cryptography: keys, serial numbers and times come in, PEM texts go out.
 */
import { createPrivateKey, createPublicKey, type webcrypto } from "node:crypto";
import type { GatewayId, StationId } from "../ids.ts";
import { sha256Hex } from "../records/chain.ts";
import { ED25519, x509 } from "./x509.ts";

export interface Validity {
  /** epoch ms */
  fromMs: number;
  untilMs: number;
}

/** A certificate with the private key that belongs to it. */
export interface Authority {
  certificatePem: string;
  /** PKCS #8 PEM, Ed25519 */
  keyPem: string;
}

interface Subject extends Validity {
  /** hexadecimal, at most 20 bytes, never used twice by one issuer */
  serial: string;
}

const CLIENT_AUTH = x509.ExtendedKeyUsage.clientAuth;
const SERVER_AUTH = x509.ExtendedKeyUsage.serverAuth;
const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags;

/** The URI that names a gateway in its certificate, and its station. */
export function gatewayUri(gateway: GatewayId): string {
  return `urn:forecourt:gateway:${gateway}`;
}
export function stationUri(station: StationId): string {
  return `urn:forecourt:station:${station}`;
}

/**
 * The root: self-signed, kept offline, may have one authority below it.
 * @param keyPem PKCS #8 PEM of an Ed25519 key
 */
export async function issueRoot(name: string, keyPem: string, subject: Subject): Promise<string> {
  return issue({
    subjectName: name,
    publicKey: await publicKeyOf(keyPem),
    signer: { name, keyPem },
    subject,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true), usage(keyCertSign | cRLSign)],
  });
}

/** The issuing authority, below a root. It signs gateways and servers and nothing below those. */
export async function issueAuthority(root: Authority, name: string, keyPem: string, subject: Subject): Promise<string> {
  return issue({
    subjectName: name,
    publicKey: await publicKeyOf(keyPem),
    signer: signerOf(root),
    issuerPem: root.certificatePem,
    subject,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), usage(keyCertSign | cRLSign | digitalSignature)],
  });
}

/** The URI that names the key with which a gateway signs, where its certificate is for another. */
export function signingKeyUri(publicKey: string): string {
  return `urn:forecourt:key:${sha256Hex(Buffer.from(publicKey, "base64"))}`;
}

/**
 * A gateway's certificate. Its key is the one that signs the gateway's batches; or, where that one is in a token, a key
 * of the connection, and the certificate names the one that signs.
 * @param gateway keys as base64 of the SPKI DER form, from checked requests
 */
export async function issueGateway(
  authority: Authority,
  gateway: { id: GatewayId; station: StationId; publicKey: string; signingKey?: string },
  subject: Subject,
): Promise<string> {
  return issue({
    subjectName: `CN=${gateway.id}`,
    publicKey: await importPublicKey(gateway.publicKey),
    signer: signerOf(authority),
    issuerPem: authority.certificatePem,
    subject,
    extensions: [
      ...leafFor(CLIENT_AUTH),
      new x509.SubjectAlternativeNameExtension([
        { type: "url", value: gatewayUri(gateway.id) },
        { type: "url", value: stationUri(gateway.station) },
        ...(gateway.signingKey === undefined
          ? []
          : [{ type: "url", value: signingKeyUri(gateway.signingKey) } as const]),
      ]),
    ],
  });
}

/**
 * A server's certificate, for the broker and the API.
 * @param names DNS names and IP addresses under which it is reached; at least one
 */
export async function issueServer(
  authority: Authority,
  server: { names: readonly string[]; publicKey: string },
  subject: Subject,
): Promise<string> {
  const alternatives = server.names.map((value) => ({ type: isAddress(value) ? "ip" : "dns", value }) as const);
  return issue({
    subjectName: `CN=${server.names[0]}`,
    publicKey: await importPublicKey(server.publicKey),
    signer: signerOf(authority),
    issuerPem: authority.certificatePem,
    subject,
    extensions: [...leafFor(SERVER_AUTH), new x509.SubjectAlternativeNameExtension(alternatives)],
  });
}

/**
 * A client's certificate that is no gateway's: the collector's own, at a broker that stands apart.
 * @param client the name under which the broker knows it: small letters, digits and dashes, and no gateway's
 */
export async function issueClient(
  authority: Authority,
  client: { name: string; publicKey: string },
  subject: Subject,
): Promise<string> {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(client.name) || client.name.startsWith("gw-")) {
    throw new RangeError(`${client.name} cannot be a client's name`);
  }
  return issue({
    subjectName: `CN=${client.name}`,
    publicKey: await importPublicKey(client.publicKey),
    signer: signerOf(authority),
    issuerPem: authority.certificatePem,
    subject,
    extensions: [...leafFor(CLIENT_AUTH)],
  });
}

/** The list of revoked certificates of an authority. @returns PEM */
export async function issueRevocationList(
  authority: Authority,
  revoked: readonly { serial: string; atMs: number }[],
  { fromMs, untilMs }: Validity,
): Promise<string> {
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(authority.certificatePem).subject,
    thisUpdate: new Date(fromMs),
    nextUpdate: new Date(untilMs),
    entries: revoked.map(({ serial, atMs }) => ({ serialNumber: serial, revocationDate: new Date(atMs) })),
    signingKey: await importPrivateKey(authority.keyPem),
    signingAlgorithm: ED25519,
  });
  // The library writes another label than RFC 7468 asks for, which OpenSSL does not read.
  return x509.PemConverter.encode(list.rawData, "X509 CRL");
}

interface Order {
  subjectName: string;
  publicKey: webcrypto.CryptoKey;
  signer: { name: string; keyPem: string };
  issuerPem?: string;
  subject: Subject;
  extensions: InstanceType<typeof x509.Extension>[];
}

async function issue(order: Order): Promise<string> {
  const { subject, publicKey } = order;
  const issuerKey = order.issuerPem === undefined ? publicKey : new x509.X509Certificate(order.issuerPem).publicKey;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: subject.serial,
    subject: order.subjectName,
    issuer: order.signer.name,
    notBefore: new Date(subject.fromMs),
    notAfter: new Date(subject.untilMs),
    publicKey,
    signingKey: await importPrivateKey(order.signer.keyPem),
    signingAlgorithm: ED25519,
    extensions: [
      ...order.extensions,
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    ],
  });
  return certificate.toString("pem");
}

function signerOf(authority: Authority): { name: string; keyPem: string } {
  return { name: new x509.X509Certificate(authority.certificatePem).subject, keyPem: authority.keyPem };
}

/** What every certificate of somebody says, that is no authority's. @param purpose client or server */
function leafFor(purpose: string): x509.Extension[] {
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    usage(digitalSignature),
    new x509.ExtendedKeyUsageExtension([purpose]),
  ];
}

function usage(flags: number): InstanceType<typeof x509.KeyUsagesExtension> {
  return new x509.KeyUsagesExtension(flags, true);
}

function isAddress(name: string): boolean {
  return name.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

function publicKeyOf(keyPem: string): Promise<webcrypto.CryptoKey> {
  const spki = createPublicKey(createPrivateKey(keyPem)).export({ type: "spki", format: "der" });
  return importPublicKey(spki.toString("base64"));
}

function importPublicKey(publicKey: string): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey("spki", Buffer.from(publicKey, "base64"), ED25519, true, ["verify"]);
}

function importPrivateKey(keyPem: string): Promise<webcrypto.CryptoKey> {
  const pkcs8 = createPrivateKey(keyPem).export({ type: "pkcs8", format: "der" });
  return crypto.subtle.importKey("pkcs8", pkcs8, ED25519, false, ["sign"]);
}
