import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { connectPassword } from "@forecourt/protocol/batch/connect.ts";
import { type TestAuthority, type TestCertificate, testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { hash } from "@node-rs/argon2";
import mqtt from "mqtt";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { LOOPBACK, runCollector, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { listenTls } from "./listeners.ts";
import { gatewayOfCertificate } from "./peer.ts";
import { readTlsMaterial } from "./tls-files.ts";

const own = new FakeGateway("gw-532801-0001", "532801-0001");
const other = new FakeGateway("gw-532801-0002", "532801-0002");
const folder = mkdtempSync(join(tmpdir(), "broker-tls-"));
const DAY_MS = 86_400_000;
let authority: TestAuthority;
let collector: TestCollector;
let revoked: TestCertificate;

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const files = () => ({
  certFile: join(folder, "broker.pem"),
  keyFile: join(folder, "broker.key"),
  caFile: join(folder, "ca.pem"),
  crlFile: join(folder, "crl.pem"),
});

beforeAll(async () => {
  authority = await testAuthority();
  const server = await authority.server();
  write("broker.pem", server.cert);
  write("broker.key", server.key);
  write("ca.pem", authority.cert);
  revoked = await authority.client({ commonName: own.id });
  write("crl.pem", await authority.revocations([revoked.serialNumber]));
  const registry = testRegistry(
    testStation([{ id: own.id, publicKey: own.signer.publicKey }], own.station),
    testStation([{ id: other.id, publicKey: other.signer.publicKey }], other.station),
  );
  const observers = [{ username: "ops", passwordArgon2: await hash("look") }];
  const tls = { ...LOOPBACK, ...files() };
  collector = await runCollector(registry, { broker: { plain: undefined, tls, maxPacketBytes: 1_048_576, observers } });
});
afterAll(async () => {
  await collector.remove();
  rmSync(folder, { recursive: true });
});

const last = (event: string) => collector.logged.filter((line) => line.event === event).at(-1);

/** Shows a certificate and waits until the connection ends. */
function show({ cert, key }: TestCertificate, port: number | undefined): Promise<void> {
  const socket = connectTls({ port: port ?? 0, ca: authority.cert, cert, key });
  socket.on("error", () => undefined);
  return new Promise((resolve) => socket.on("close", () => resolve()));
}

async function signIn(certificate: TestCertificate | undefined, gateway: FakeGateway) {
  return mqtt.connectAsync(`mqtts://127.0.0.1:${collector.mqttsPort}`, {
    ca: authority.cert,
    ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    username: gateway.id,
    password: await connectPassword(gateway.id, collector.signer.publicKey, gateway.signer),
    reconnectPeriod: 0,
  });
}

describe("a broker with TLS", () => {
  it("lets a gateway in with its certificate and its key, and does not listen without encryption", async () => {
    const client = await signIn(await authority.client({ commonName: own.id }), own);
    await client.subscribeAsync(`forecourt/v1/${own.id}/down/receipt`);
    await client.endAsync(true);
    expect(collector.mqttPort).toBeUndefined();
  });

  it("lets nobody use a certificate for another gateway, whatever its password", async () => {
    const certificate = await authority.client({ commonName: own.id });
    await expect(signIn(certificate, other)).rejects.toThrow();
    expect(last("sign-in-refused")).toMatchObject({ username: other.id, certificate: own.id });
  });

  it("wants a gateway's certificate and not only its password, but lets an observer read without one", async () => {
    await expect(signIn(undefined, own)).rejects.toThrow();
    expect(last("sign-in-refused")?.reason).toMatch(/must show its certificate/);
    const options = { ca: authority.cert, username: "ops", password: "look", reconnectPeriod: 0 };
    const observer = await mqtt.connectAsync(`mqtts://127.0.0.1:${collector.mqttsPort}`, options);
    await observer.endAsync(true);
  });

  it("refuses what expired, what is not valid yet, what another authority signed, what was revoked, what names nobody", async () => {
    const foreign = await testAuthority("Another authority");
    const refusals: [Promise<TestCertificate>, RegExp][] = [
      [authority.client({ commonName: own.id, notAfter: new Date(Date.now() - 1_000) }), /CERT_HAS_EXPIRED/],
      [authority.client({ commonName: own.id, notBefore: new Date(Date.now() + DAY_MS / 2) }), /CERT_NOT_YET_VALID/],
      [foreign.client({ commonName: own.id }), /UNABLE_TO|SELF_SIGNED/],
      [Promise.resolve(revoked), /CERT_REVOKED/],
      [authority.client({ commonName: "somebody" }), /names no gateway/],
    ];
    for (const [certificate, reason] of refusals) {
      await show(await certificate, collector.mqttsPort);
      expect(last("certificate-refused")?.reason).toMatch(reason);
    }
  });

  it("speaks TLS 1.3 only", async () => {
    const socket = connectTls({ port: collector.mqttsPort ?? 0, ca: authority.cert, maxVersion: "TLSv1.2" });
    const error = await new Promise<Error>((resolve) => socket.on("error", resolve));
    expect(error.message).toMatch(/protocol version/i);
  });
});

test("changed files are taken up without a restart: who was revoked meanwhile is cut off and stays out", async () => {
  const certificate = await authority.client({ commonName: own.id });
  const logged: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) });
  let changed: () => void = () => undefined;
  let accepted = 0;
  const listener = await listenTls(
    { ...LOOPBACK, ...files() },
    () => {
      accepted += 1;
    },
    log,
    (_files, callback) => {
      changed = callback;
      return () => undefined;
    },
  );
  const dial = () => show(certificate, listener.port);
  const first = dial();
  await until(() => accepted === 1);
  write("ca.pem", "nonsense");
  changed();
  expect(logged.at(-1)?.event).toBe("tls-files");
  expect(JSON.stringify(logged.at(-1))).toContain("caFile");
  write("ca.pem", authority.cert);
  write("crl.pem", await authority.revocations([revoked.serialNumber, certificate.serialNumber]));
  changed();
  await first;
  await dial();
  expect(accepted).toBe(1);
  expect(logged.at(-1)).toMatchObject({ event: "certificate-refused", reason: "CERT_REVOKED" });
  await listener.close();
});

test.each([
  ["CN=gw-1-a", undefined, "gw-1-a"],
  ["O=Oil\nCN=box", "DNS:gw-1-a, IP Address:10.0.0.1", "gw-1-a"],
  ["CN=gw-1-a", "DNS:gw-1-a", "gw-1-a"],
  ["CN=gw-1-a", "DNS:gw-2-b", undefined],
  ["CN=box", "URI:gw-1-a", undefined],
  ["CN=box", undefined, undefined],
])("a certificate with %j and %j is that of %s", (subject, subjectAltName, gateway) => {
  expect(gatewayOfCertificate({ subject, subjectAltName })).toBe(gateway);
});

test("files that cannot be used are named, each with a cure", async () => {
  const stranger = await authority.client({ commonName: "x" });
  const wrong = (change: Partial<ReturnType<typeof files>>) => {
    const read = readTlsMaterial({ ...files(), ...change });
    return read.ok ? [] : read.error.map(({ field }) => field);
  };
  expect(wrong({})).toEqual([]);
  expect(wrong({ certFile: "/none", caFile: "/none" })).toEqual(["certFile", "caFile"]);
  expect(wrong({ keyFile: write("stranger.key", stranger.key) })).toEqual(["keyFile"]);
  expect(wrong({ caFile: write("bad.pem", "x") })).toEqual(["caFile"]);
  expect(wrong({ crlFile: write("bad-crl.pem", "x") })).toEqual(["crlFile"]);
  const open = join(folder, "open.key");
  writeFileSync(open, stranger.key, { mode: 0o644 });
  expect(wrong({ certFile: write("stranger.pem", stranger.cert), keyFile: open })).toEqual(["keyFile"]);
});
