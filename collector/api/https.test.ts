/** The API over TLS: a renewed certificate is taken up while it runs, a broken one is not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PeerCertificate, TLSSocket } from "node:tls";
import { type TestAuthority, testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { httpsOf } from "./https.ts";

let folder: string;
let authority: TestAuthority;
let files: { certFile: string; keyFile: string };
let changed: () => void;
let close: () => Promise<void>;
let port: number;

async function renew(): Promise<string> {
  const { cert, key, serialNumber } = await authority.server();
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  return serialNumber;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-https-"));
  authority = await testAuthority();
  files = { certFile: join(folder, "server.crt"), keyFile: join(folder, "server.key") };
});
afterEach(async () => {
  await close?.();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  const https = httpsOf(files, pino({ level: "silent" }), (_files, told) => {
    changed = told;
    return () => undefined;
  });
  const server = https.make((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  close = async () => {
    https.stop();
    await new Promise((resolve) => server.close(resolve));
  };
}

/** @returns the serial number of the certificate that the server showed, or why there was no connection */
function shown(ca: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = get({ host: "127.0.0.1", port, ca, agent: false }, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate() as PeerCertificate;
      response.resume().on("end", () => resolve(serialNumber.toLowerCase()));
    });
    asked.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

test("whoever knows the authority connects; for whoever knows another one there is somebody in the middle", async () => {
  const serial = await renew();
  await start();
  expect(await shown(authority.cert)).toBe(serial.toLowerCase());
  expect(await shown((await testAuthority("Another")).cert)).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
});

test("a renewed certificate is shown to the next who connects; one that cannot be used leaves the old one", async () => {
  const first = await renew();
  await start();
  const second = await renew();
  changed();
  expect(await shown(authority.cert)).toBe(second.toLowerCase());
  expect(second).not.toBe(first);
  writeFileSync(files.certFile, "no certificate");
  changed();
  expect(await shown(authority.cert)).toBe(second.toLowerCase());
});

test("files that cannot be used stop the start", async () => {
  await renew();
  writeFileSync(files.keyFile, "no key");
  expect(() => httpsOf(files, pino({ level: "silent" }), () => () => undefined)).toThrow(/keyFile/);
});
