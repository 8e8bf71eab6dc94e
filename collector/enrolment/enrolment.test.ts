/** Codes, boxes and certificates: what an honest technician meets, and what a thief does. */

import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { readGatewayCertificate } from "@forecourt/protocol/certificates/inspect.ts";
import { issueAuthority, issueRoot } from "@forecourt/protocol/certificates/issue.ts";
import { certificateRequest } from "@forecourt/protocol/certificates/request.ts";
import { signRenewal } from "@forecourt/protocol/enrolment/messages.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Registry } from "../registry/registry.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { GATEWAY, STATION, testRegistry, testStation } from "../testing/stations.ts";
import { Enrolment } from "./enrolment.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.parse("2026-03-01T00:00:00Z");
const OTHER = "532801-0002";

let store: Store;
let registry: Registry;
let now: number;
let unregistered: string[];
let disconnected: string[];
let prepared: string[];
let authorityPem: string;

async function enrolment(): Promise<Enrolment> {
  const keys = [generateKeyPem(), generateKeyPem()] as const;
  const validity = { serial: "01", fromMs: START - DAY_MS, untilMs: START + 10_000 * DAY_MS };
  const rootPem = await issueRoot("CN=Root", keys[0], validity);
  authorityPem = await issueAuthority({ certificatePem: rootPem, keyPem: keys[0] }, "CN=Issuing", keys[1], validity);
  const authority = { certificatePem: authorityPem, keyPem: keys[1] };
  const settings = {
    authority,
    rootPem,
    certificateDays: 90,
    codeHours: 72,
    brokers: ["mqtts://collector.example:8883"],
  };
  return new Enrolment(settings, {
    store: store.enrolment,
    registry,
    position: async () => ({ seq: 7, hash: new Uint8Array(32).fill(1) }),
    prepare: async (station) => {
      prepared.push(station);
    },
    unregister: async (gateway, reason) => {
      unregistered.push(`${gateway}: ${reason}`);
    },
    disconnect: (gateway, reason) => disconnected.push(`${gateway}: ${reason}`),
    collectorPublicKey: ed25519Signer(generateKeyPem()).publicKey,
    now: () => now,
  });
}

beforeEach(async () => {
  store = await openSqliteStore(":memory:");
  registry = testRegistry(testStation(), testStation([{ id: "gw-532801-0002", publicKey: SOME_KEY }], OTHER));
  now = START;
  disconnected = [];
  unregistered = [];
  prepared = [];
});
afterEach(() => store.close());

const SOME_KEY = ed25519Signer(generateKeyPem()).publicKey;
const box = () => ed25519Signer(generateKeyPem());
const requestOf = (signer = box()) => certificateRequest("gw-unnamed" as GatewayId, signer);

async function codeFor(desk: Enrolment, station = STATION, replaces: string | null = null): Promise<string> {
  const issued = await desk.issueCode({ station, replaces, by: "an official" });
  if (!issued.ok) throw new Error(issued.error.message);
  return issued.value.code;
}

async function refusal(
  desk: Enrolment,
  code: string,
  station = STATION,
  request?: string,
): Promise<string | undefined> {
  const asked = { code, station: station as StationId, request: request ?? (await requestOf()) };
  const enrolled = await desk.enrol(asked);
  return enrolled.ok ? undefined : enrolled.error.code;
}

describe("a box with a code", () => {
  test("gets its id, a certificate for its own key, and is registered from then on, also after a restart", async () => {
    const desk = await enrolment();
    const signer = box();
    const request = await requestOf(signer);
    const enrolled = await desk.enrol({ code: await codeFor(desk), station: STATION as StationId, request });
    if (!enrolled.ok) throw new Error(enrolled.error.message);
    const { gateway, certificate, renewAfter } = enrolled.value;
    expect(gateway).toBe(`gw-${STATION}-a`);
    const read = readGatewayCertificate(certificate, authorityPem, now);
    expect(read.ok && read.value).toMatchObject({ gateway, station: STATION, publicKey: signer.publicKey });
    expect(renewAfter).toBe("2026-04-15T08:00:00.000+08:00");
    expect(registry.gateway(gateway)?.station.id).toBe(STATION);

    registry = testRegistry();
    await (await enrolment()).start();
    expect(registry.gateway(gateway)?.station.id).toBe(STATION);
  });

  test("may be typed with blanks, dashes and small letters", async () => {
    const desk = await enrolment();
    const code = await codeFor(desk);
    expect(await refusal(desk, ` ${code.slice(0, 5).toLowerCase()} - ${code.slice(5)}`)).toBeUndefined();
  });

  test("that replaces another is told how far that one's journal came, and the old one is out at once", async () => {
    const desk = await enrolment();
    const code = await codeFor(desk, STATION, GATEWAY);
    const enrolled = await desk.enrol({ code, station: STATION as StationId, request: await requestOf() });
    expect(enrolled.ok && enrolled.value.predecessor).toEqual({ gateway: GATEWAY, seq: 7, hash: "01".repeat(32) });
    expect(registry.gateway(GATEWAY)).toBeUndefined();
    expect(disconnected).toEqual([`${GATEWAY}: revoked: replaced by gw-${STATION}-a`]);
    expect(unregistered).toEqual([`${GATEWAY}: replaced by gw-${STATION}-a`]);
  });
});

test("a station's first code prepares it; a further box does not", async () => {
  const third = "532801-0003";
  registry = testRegistry(testStation(), testStation([], third));
  const desk = await enrolment();
  await codeFor(desk);
  expect(prepared).toEqual([]);
  await codeFor(desk, third);
  expect(prepared).toEqual([third]);
});

test("a stolen code gives the thief a box for a while; the honest one learns of it, and revocation ends it", async () => {
  const desk = await enrolment();
  const code = await codeFor(desk);
  const thief = box();
  const stolen = await desk.enrol({ code, station: STATION as StationId, request: await requestOf(thief) });
  if (!stolen.ok) throw new Error(stolen.error.message);
  const honest = await desk.enrol({ code, station: STATION as StationId, request: await requestOf() });
  expect(honest).toMatchObject({ ok: false, error: { code: "used", cure: expect.stringContaining("say so at once") } });
  await desk.revoke(stolen.value.gateway, "its code was stolen");
  expect(registry.gateway(stolen.value.gateway)).toBeUndefined();
  const again = await desk.enrol({
    ...{ code: await codeFor(desk), station: STATION as StationId },
    request: await requestOf(),
  });
  // The thief's name is never given again: what was signed under it stays the thief's.
  expect(again.ok && again.value.gateway).toBe(`gw-${STATION}-b`);
});

describe("refused are", () => {
  test("a code that was used, also when two boxes bring it at the same moment", async () => {
    const desk = await enrolment();
    const code = await codeFor(desk);
    const both = await Promise.all([refusal(desk, code), refusal(desk, code)]);
    expect(both.filter((one) => one === undefined)).toHaveLength(1);
    expect(await refusal(desk, code)).toBe("used");
  });

  test("a code that has ended", async () => {
    const desk = await enrolment();
    const code = await codeFor(desk);
    now += 72 * HOUR_MS;
    expect(await refusal(desk, code)).toBe("expired");
  });

  test("a code for another station, which stays good for its own", async () => {
    const desk = await enrolment();
    const code = await codeFor(desk);
    expect(await refusal(desk, code, OTHER)).toBe("station");
    expect(await refusal(desk, code)).toBeUndefined();
  });

  test.each(["0000000000", "7K3QM9ZD4", ""])("the invented code %j", async (code) => {
    expect(await refusal(await enrolment(), code)).toBe("code");
  });

  test("a request without proof of the key, and a key that is registered already", async () => {
    const desk = await enrolment();
    expect(await refusal(desk, await codeFor(desk), STATION, "no request")).toBe("request");
    const copied = box();
    expect(await refusal(desk, await codeFor(desk), STATION, await requestOf(copied))).toBeUndefined();
    expect(await refusal(desk, await codeFor(desk, OTHER), OTHER, await requestOf(copied))).toBe("key");
  });

  test("codes for stations and gateways that do not exist", async () => {
    const desk = await enrolment();
    const reason = async (station: string, replaces: string | null) => {
      const issued = await desk.issueCode({ station, replaces, by: "an official" });
      return issued.ok ? undefined : issued.error.code;
    };
    expect(await reason("000000-0000", null)).toBe("station");
    expect(await reason(OTHER, GATEWAY)).toBe("gateway");
  });
});

test("a box whose key is in a token gets a certificate for its connection, which names the key that signs", async () => {
  const desk = await enrolment();
  const [signer, connection] = [box(), box()];
  const asked = { code: await codeFor(desk), station: STATION as StationId, request: await requestOf(signer) };
  const enrolled = await desk.enrol({ ...asked, tlsRequest: await requestOf(connection) });
  if (!enrolled.ok) throw new Error(enrolled.error.message);
  const { gateway } = enrolled.value;
  const says = (pem: string) => {
    const read = readGatewayCertificate(pem, authorityPem, now);
    return read.ok ? read.value : read.error;
  };
  const signingKeySha256 = sha256Hex(Buffer.from(signer.publicKey, "base64"));
  expect(says(enrolled.value.certificate)).toMatchObject({ publicKey: connection.publicKey, signingKeySha256 });
  // What is believed is signed with the signing key, and so is the wish to renew.
  const statement = { gateway, at: "2027-01-01T00:00:00.000+08:00", nonce: "0123456789abcdef" };
  const renewed = await desk.renew(await signRenewal(statement, signer));
  expect(renewed.ok && says(renewed.value.certificate)).toMatchObject({
    publicKey: connection.publicKey,
    signingKeySha256,
  });
  const refused = await desk.renew(await signRenewal(statement, connection));
  expect(refused).toMatchObject({ ok: false, error: { code: "signature" } });
});

test("the connection's key must be proved, and be nobody's signing key", async () => {
  const desk = await enrolment();
  const known = box();
  const reason = async (tlsRequest: string, signer = box()) => {
    const asked = { code: await codeFor(desk), station: STATION as StationId, request: await requestOf(signer) };
    const enrolled = await desk.enrol({ ...asked, tlsRequest });
    return enrolled.ok ? undefined : enrolled.error.code;
  };
  expect(await reason("no request")).toBe("request");
  expect(await reason(await requestOf(box()), known)).toBeUndefined();
  expect(await reason(await requestOf(known))).toBe("request");
});

describe("a certificate", () => {
  async function enrolled(desk: Enrolment) {
    const signer = box();
    const code = await codeFor(desk);
    const answer = await desk.enrol({ code, station: STATION as StationId, request: await requestOf(signer) });
    if (!answer.ok) throw new Error(answer.error.message);
    return { signer, gateway: answer.value.gateway };
  }
  const renewal = (gateway: GatewayId, signer = box()) =>
    signRenewal({ gateway, at: "2027-01-01T00:00:00.000+08:00", nonce: "0123456789abcdef" }, signer);

  test("is renewed for the same key, even a year after it ended", async () => {
    const desk = await enrolment();
    const { signer, gateway } = await enrolled(desk);
    now += 455 * DAY_MS;
    const renewed = await desk.renew(await renewal(gateway, signer));
    if (!renewed.ok) throw new Error(renewed.error.message);
    const read = readGatewayCertificate(renewed.value.certificate, authorityPem, now);
    expect(read.ok && read.value.publicKey).toBe(signer.publicKey);
    expect(await store.enrolment.certificates(gateway)).toHaveLength(2);
  });

  test("is not renewed for another's key, nor after it was revoked; revoked ones stand in the list", async () => {
    const desk = await enrolment();
    const { signer, gateway } = await enrolled(desk);
    const stolen = await desk.renew(await renewal(gateway));
    expect(stolen.ok ? undefined : stolen.error.code).toBe("signature");
    expect(await desk.revoke(gateway, "stolen from the cabinet")).toEqual({ ok: true, value: undefined });
    expect(disconnected).toEqual([`${gateway}: revoked: stolen from the cabinet`]);
    expect(registry.gateway(gateway)).toBeUndefined();
    const late = await desk.renew(await renewal(gateway, signer));
    expect(late.ok ? undefined : late.error.code).toBe("revoked");
    const again = await desk.revoke(gateway, "twice");
    expect(again.ok ? undefined : again.error.code).toBe("gateway");
    expect(await desk.revocationList()).toContain("BEGIN X509 CRL");
  });
});
