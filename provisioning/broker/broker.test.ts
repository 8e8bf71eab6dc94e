/** What is written for Mosquitto, and a list of revocations that is only taken from the authority. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import {
  type Authority,
  issueAuthority,
  issueRevocationList,
  issueRoot,
} from "@forecourt/protocol/certificates/issue.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mosquittoFiles } from "./mosquitto.ts";
import { refreshList } from "./refresh.ts";

const DAY_MS = 86_400_000;
let folder: string;
let crlFile: string;
let server: Server;
let address: string;
let served: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-broker-"));
  crlFile = join(folder, "revocations.crl");
  server = createServer((request, response) => {
    response.statusCode = request.url === "/api/v1/revocations.crl" ? 200 : 404;
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const validity = (ageMs = DAY_MS) => ({ fromMs: Date.now() - ageMs, untilMs: Date.now() + DAY_MS });

async function authority(): Promise<{ authority: Authority; ca: string }> {
  const rootKey = generateKeyPem();
  const rootPem = await issueRoot("CN=Root", rootKey, { serial: "01", ...validity() });
  const keyPem = generateKeyPem();
  const root = { keyPem: rootKey, certificatePem: rootPem };
  const certificatePem = await issueAuthority(root, "CN=Issuing", keyPem, { serial: "02", ...validity() });
  return { authority: { keyPem, certificatePem }, ca: `${certificatePem}\n${rootPem}\n` };
}

const listOf = (of: Authority, ...serials: string[]) =>
  issueRevocationList(
    of,
    serials.map((serial) => ({ serial, atMs: Date.now() })),
    validity(),
  );

describe("a list of revocations", () => {
  test("is written, and it is told whether somebody was revoked or the list only renewed", async () => {
    const { authority: own, ca } = await authority();
    for (const [serials, told] of [
      [[], "revoked"],
      [[], "renewed"],
      [["0A"], "revoked"],
      [["0A"], "renewed"],
      [["0A", "0B"], "revoked"],
    ] as const) {
      served = await listOf(own, ...serials);
      expect(await refreshList(address, ca, crlFile)).toEqual({ ok: true, value: told });
      expect(readFileSync(crlFile, "utf8")).toBe(served);
    }
  });

  test("that was true once, played back by somebody, does not free who is revoked since", async () => {
    const { authority: own, ca } = await authority();
    const once = await issueRevocationList(own, [], validity(2 * DAY_MS));
    served = await listOf(own, "0A");
    const inForce = served;
    await refreshList(address, ca, crlFile);
    served = once;
    expect(await refreshList(address, ca, crlFile)).toMatchObject({ ok: false, error: { code: "list" } });
    expect(readFileSync(crlFile, "utf8")).toBe(inForce);
  });

  test("of another authority, or none at all, leaves the old one in place", async () => {
    const [own, foreign] = [await authority(), await authority()];
    served = await listOf(own.authority, "0A");
    const before = served;
    await refreshList(address, own.ca, crlFile);
    for (const wrong of [await listOf(foreign.authority), "<html>sign in</html>", ""]) {
      served = wrong;
      expect(await refreshList(address, own.ca, crlFile)).toMatchObject({ ok: false, error: { code: "list" } });
    }
    expect(await refreshList("http://127.0.0.1:1", own.ca, crlFile)).toMatchObject({ error: { code: "network" } });
    expect(readFileSync(crlFile, "utf8")).toBe(before);
    expect(existsSync(`${crlFile}.next`)).toBe(false);
  });
});

test("Mosquitto speaks TLS 1.3 with certificates alone, and grants nothing beside what is listed", () => {
  const files = mosquittoFiles({
    ...{ host: "0.0.0.0", port: 8883, certFile: "/t/server.crt", keyFile: "/t/server.key", caFile: "/t/ca.crt" },
    ...{ crlFile: "/m/revocations.crl", aclFile: "/m/acl", user: "mosquitto", collector: "collector" },
  });
  const settings = files["mosquitto.conf"].split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  for (const setting of ["tls_version tlsv1.3", "require_certificate true", "use_identity_as_username true"]) {
    expect(settings).toContain(setting);
  }
  expect(settings.filter((line) => line.startsWith("listener"))).toEqual(["listener 8883 0.0.0.0"]);
  expect(settings).toContain("allow_anonymous false");
  const grants = files.acl.split("\n").filter((line) => /^(user|topic|pattern)/.test(line));
  expect(grants).toEqual([
    "user collector",
    "topic read forecourt/v1/+/up/+",
    "topic write forecourt/v1/+/down/+",
    "pattern write forecourt/v1/%u/up/+",
    "pattern read forecourt/v1/%u/down/+",
  ]);
});
