/** Root, authority, gateway and server, checked by OpenSSL's own judgement besides ours. */
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import { connect, createServer, type PeerCertificate, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { ed25519Signer, generateKeyPem, type Signer } from "../batch/signer.ts";
import type { GatewayId, StationId } from "../ids.ts";
import { readGatewayCertificate } from "./inspect.ts";
import { type Authority, issueAuthority, issueGateway, issueRevocationList, issueRoot, issueServer } from "./issue.ts";
import { certificateRequest, readRequest } from "./request.ts";

const DAY_MS = 86_400_000;
const NOW = Date.parse("2026-03-01T00:00:00Z");
const GATEWAY = "gw-532801-0007-a" as GatewayId;
const STATION = "532801-0007" as StationId;
const valid = (serial: string, fromMs = NOW - DAY_MS) => ({ serial, fromMs, untilMs: fromMs + 90 * DAY_MS });

async function authorities(): Promise<{ root: Authority; authority: Authority }> {
  const rootKey = generateKeyPem();
  const root = { keyPem: rootKey, certificatePem: await issueRoot("CN=Test root", rootKey, valid("01")) };
  const keyPem = generateKeyPem();
  const certificatePem = await issueAuthority(root, "CN=Test authority", keyPem, valid("02"));
  return { root, authority: { keyPem, certificatePem } };
}

test("a gateway's request, signed through the signer alone, leads to a certificate for its key", async () => {
  const { authority } = await authorities();
  const signer = ed25519Signer(generateKeyPem());
  const request = await readRequest(await certificateRequest(GATEWAY, signer));
  expect(request).toEqual({ ok: true, value: { gateway: GATEWAY, publicKey: signer.publicKey } });
  const gateway = { id: GATEWAY, station: STATION, publicKey: signer.publicKey };
  const pem = await issueGateway(authority, gateway, valid("0A11"));
  expect(readGatewayCertificate(pem, authority.certificatePem, NOW)).toEqual({
    ok: true,
    value: {
      gateway: GATEWAY,
      station: STATION,
      publicKey: signer.publicKey,
      signingKeySha256: null,
      serial: "0A11",
      fromMs: NOW - DAY_MS,
      untilMs: NOW + 89 * DAY_MS,
    },
  });
});

test("a request that is signed with another key than its own is refused", async () => {
  const own = ed25519Signer(generateKeyPem());
  const other = ed25519Signer(generateKeyPem());
  const forged: Signer = { ...own, sign: (message) => other.sign(message) };
  const read = await readRequest(await certificateRequest(GATEWAY, forged));
  expect(read.ok ? undefined : read.error.code).toBe("signature");
});

test.each(["", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", "x".repeat(5_000)])(
  "what is no request is refused and nothing thrown (%#)",
  async (pem) => {
    const read = await readRequest(pem);
    expect(read.ok ? undefined : read.error.code).toBe("form");
  },
);

test("a certificate of a foreign authority, an early and an ended one are refused with their reason", async () => {
  const { authority } = await authorities();
  const foreign = await authorities();
  const { publicKey } = ed25519Signer(generateKeyPem());
  const gateway = { id: GATEWAY, station: STATION, publicKey };
  const reason = (pem: string, atMs: number) => {
    const read = readGatewayCertificate(pem, authority.certificatePem, atMs);
    return read.ok ? undefined : read.error.code;
  };
  expect(reason(await issueGateway(foreign.authority, gateway, valid("01")), NOW)).toBe("issuer");
  const own = await issueGateway(authority, gateway, valid("01"));
  expect(reason(own, NOW - 2 * DAY_MS)).toBe("too-early");
  expect(reason(own, NOW + 89 * DAY_MS)).toBe("expired");
  expect(reason("no certificate", NOW)).toBe("form");
  expect(reason(authority.certificatePem, NOW)).toBe("issuer");
});

test("a server and a gateway shake hands in TLS 1.3; a revoked gateway does not get through", async () => {
  const { root, authority } = await authorities();
  const now = Date.now();
  const fresh = (serial: string) => ({ serial, fromMs: now - DAY_MS, untilMs: now + DAY_MS });
  const chain = await chainOf(now);
  const gatewayKey = generateKeyPem();
  const gateway = { id: GATEWAY, station: STATION, publicKey: ed25519Signer(gatewayKey).publicKey };
  const gatewayPem = await issueGateway(chain.authority, gateway, fresh("0B"));
  const shaken = await handshake(chain, { cert: gatewayPem, key: gatewayKey }, []);
  expect(shaken).toEqual({ protocol: "TLSv1.3", peer: GATEWAY });
  const refused = await handshake(chain, { cert: gatewayPem, key: gatewayKey }, [{ serial: "0B", atMs: now }]);
  expect(refused).toBe("refused");
  // The authorities of the other test day are strangers to this server.
  const strangerPem = await issueGateway(authority, gateway, fresh("0C"));
  expect(await handshake(chain, { cert: strangerPem, key: gatewayKey }, [])).toBe("refused");
  expect(new X509Certificate(root.certificatePem).ca).toBe(true);
});

async function chainOf(now: number): Promise<{ root: Authority; authority: Authority }> {
  const long = (serial: string) => ({ serial, fromMs: now - DAY_MS, untilMs: now + 10 * DAY_MS });
  const rootKey = generateKeyPem();
  const root = { keyPem: rootKey, certificatePem: await issueRoot("CN=Root", rootKey, long("01")) };
  const keyPem = generateKeyPem();
  return { root, authority: { keyPem, certificatePem: await issueAuthority(root, "CN=Issuing", keyPem, long("02")) } };
}

async function handshake(
  { root, authority }: { root: Authority; authority: Authority },
  client: { cert: string; key: string },
  revoked: { serial: string; atMs: number }[],
): Promise<{ protocol: string | null; peer: string } | "refused"> {
  const now = Date.now();
  const validity = { serial: "10", fromMs: now - DAY_MS, untilMs: now + DAY_MS };
  const key = generateKeyPem();
  const publicKey = createPublicKey(createPrivateKey(key)).export({ type: "spki", format: "der" }).toString("base64");
  const cert = await issueServer(authority, { names: ["localhost", "127.0.0.1"], publicKey }, validity);
  const lists = await Promise.all([
    issueRevocationList(root, [], validity),
    issueRevocationList(authority, revoked, validity),
  ]);
  const ca = [root.certificatePem, authority.certificatePem];
  const server = createServer({
    key,
    cert,
    ca,
    crl: lists,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.3",
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const seen = new Promise<TLSSocket | undefined>((resolve) => {
    server.once("secureConnection", resolve);
    server.once("tlsClientError", () => resolve(undefined));
  });
  const socket = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", ca, ...client });
  socket.on("error", () => undefined);
  const peer = await seen;
  const result =
    peer === undefined
      ? ("refused" as const)
      : { protocol: peer.getProtocol(), peer: (peer.getPeerCertificate() as PeerCertificate).subject.CN as string };
  socket.destroy();
  peer?.destroy();
  await new Promise((resolve) => server.close(resolve));
  return result;
}
