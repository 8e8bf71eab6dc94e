/** The authority on disk, and what foreign tools say of it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { initialiseCa, loadAuthority, newSerial } from "./files.ts";
import { issueServerFiles } from "./server.ts";

const PASSPHRASE = "correct horse battery";
const plan = () => ({ organisation: "测试商务局", passphrase: PASSPHRASE, nowMs: Date.now() });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-ca-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("root and authority are made once, keys are for their owner only, the root's is encrypted", async () => {
  const made = await initialiseCa(folder, plan());
  expect(made.ok && made.value).toHaveLength(4);
  for (const key of ["root/root.key", "authority/authority.key"]) {
    expect(statSync(join(folder, key)).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(join(folder, "root/root.key"), "utf8")).toContain("BEGIN ENCRYPTED PRIVATE KEY");
  const again = await initialiseCa(folder, plan());
  expect(again.ok ? undefined : again.error.code).toBe("exists");
  expect(loadAuthority(folder).ok).toBe(true);
});

test("a short passphrase makes nothing", async () => {
  const refused = await initialiseCa(folder, { ...plan(), passphrase: "short" });
  expect(refused.ok ? undefined : refused.error.code).toBe("passphrase");
  expect(loadAuthority(folder).ok).toBe(false);
});

test("OpenSSL accepts the chain from a server up to the root, for the name it was issued for and no other", async () => {
  await initialiseCa(folder, plan());
  const out = join(folder, "out");
  const made = await issueServerFiles(folder, { names: ["collector.example", "127.0.0.1"], out, nowMs: Date.now() });
  expect(made.ok).toBe(true);
  const verify = (name: string) =>
    execFileSync(
      "openssl",
      // biome-ignore format: a command line
      ["verify", "-CAfile", join(folder, "root/root.crt"), "-untrusted", join(folder, "authority/authority.crt"),
        "-purpose", "sslserver", "-verify_hostname", name, join(out, "server.crt")],
      { encoding: "utf8", stdio: "pipe" },
    );
  expect(verify("collector.example")).toContain("OK");
  expect(() => verify("elsewhere.example")).toThrow();
  const again = await issueServerFiles(folder, { names: ["a.example"], out, nowMs: Date.now() });
  expect(again.ok ? undefined : again.error.code).toBe("exists");
});

test("serial numbers are positive and hold 16 bytes", () => {
  for (let round = 0; round < 100; round += 1) expect(newSerial()).toMatch(/^[4-7][0-9A-F]{31}$/);
});
