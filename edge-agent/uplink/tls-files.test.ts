import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "../config.ts";
import { filesStamp, readTlsFiles } from "./tls-files.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  return file;
}

const authority = await testAuthority();
const expired = await authority.client({ commonName: "gw-1-a", notAfter: new Date(1_700_000_000_000) });
const other = await authority.client({ commonName: "gw-1-a" });
const files = {
  caFile: write("ca.pem", authority.cert),
  certFile: write("gateway.pem", expired.cert),
  keyFile: write("gateway-tls.key", expired.key),
};

test("the files of an expired certificate are read: reading goes on, and the box can still get a new one", () => {
  expect(readTlsFiles(files)).toMatchObject({ ok: true, value: { validUntilMs: 1_700_000_000_000 } });
});

test.each([
  ["a missing file", { certFile: "/none.pem" }, "certFile"],
  ["a key that others can read", { keyFile: write("open.key", expired.key, 0o644) }, "keyFile"],
  ["the key of another certificate", { keyFile: write("other.key", other.key) }, "keyFile"],
  ["something that is no certificate", { caFile: write("bad.pem", "bad") }, "caFile"],
])("%s is named", (_name, change, field) => {
  const read = readTlsFiles({ ...files, ...change });
  expect(read.ok ? [] : read.error.map((problem) => problem.field)).toEqual([field]);
});

test("a renewed file changes the stamp", () => {
  const before = filesStamp(files);
  rmSync(files.certFile);
  expect(filesStamp(files)).toBe("");
  write("gateway.pem", other.cert);
  expect(filesStamp(files)).not.toBe(before);
});

const PARTS = `
gateway: { id: gw-1-a, station: "532801-0007", stateDir: ./state }
lines: [{ line: l, tcp: "127.0.0.1:1" }]
devices: [{ device: d, line: l, driver: modbus, profile: generic-gauge, tanks: [T1] }]
`;

function errorsOf(collector: string): string[] {
  const key = "MCowBQYDK2VwAyEAtNwb2e3iRFzwBfumLhufimaugtq29VL99A6aBS53mmc=";
  const config = loadConfig(write("agent.yaml", `${PARTS}collector: { publicKey: "${key}", ${collector} }\n`));
  return config.ok ? [] : config.error.map(({ field }) => field);
}

test("a configuration with mqtts:// needs a certificate, and its paths count from its own folder", () => {
  write("gateway.pem", expired.cert);
  const tls = "tls: { caFile: ca.pem, certFile: gateway.pem, keyFile: gateway-tls.key }";
  expect(errorsOf(`brokers: ["mqtts://broker:8883"]`)).toEqual(["collector.brokers[0]"]);
  expect(errorsOf(`brokers: ["mqtts://broker:8883", "mqtt://10.0.0.1:1883"], ${tls}`)).toEqual([]);
  expect(errorsOf(`brokers: ["mqtts://broker"], ${tls.replace("gateway.pem", "no.pem")}`)).toEqual([
    "collector.tls.certFile",
  ]);
});
