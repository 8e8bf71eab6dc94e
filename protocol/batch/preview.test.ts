import fc from "fast-check";
import { expect, test } from "vitest";
import type { GatewayId, StationId } from "../ids.ts";
import { canonical } from "../records/canonical.ts";
import { decodePreview, encodePreview, PREVIEW_RECORDS } from "./preview.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "./signer.ts";

const signer = ed25519Signer(generateKeyPem());
const verifier = ed25519Verifier(signer.publicKey);
const from = {
  gateway: "gw-1-a" as GatewayId,
  station: "532801-0007" as StationId,
  headSeq: 2_000_000,
  acknowledgedSeq: 12,
};

function line(seq: number, gateway = "gw-1-a"): string {
  const header = { seq, gateway, at: "2026-11-25T12:00:00.000+08:00", boot: "boot-0001", monoMs: 1, clock: "trusted" };
  return canonical({
    ...header,
    ...{
      kind: "tank",
      device: "gauge-1",
      tank: "T1",
      cause: "changed",
      levelUm: seq,
      waterLevelUm: null,
      standardVolumeCl: null,
      waterVolumeCl: null,
    },
    ...{ temperatureMc: null, volumeCl: null, ullageCl: null, alarms: [], quality: "good", reason: null, raw: ["AA"] },
  });
}

test("a preview comes back as it was signed", async () => {
  const message = await encodePreview(from, [line(7), line(9)], signer);
  const preview = decodePreview(message, verifier);
  expect(preview).toMatchObject({ ok: true, value: { header: { ...from, count: 2 } } });
  expect(preview.ok ? preview.value.records.map(({ seq }) => seq) : []).toEqual([7, 9]);
});

test("another gateway's record, one beyond the head, and anything that is no record are refused", async () => {
  for (const wrong of [line(7, "gw-2-b"), line(2_000_001), "{}", "not json"]) {
    expect(decodePreview(await encodePreview(from, [wrong], signer), verifier)).toMatchObject({ ok: false });
  }
});

test("another key's signature is refused", async () => {
  const message = await encodePreview(from, [line(7)], ed25519Signer(generateKeyPem()));
  expect(decodePreview(message, verifier)).toMatchObject({ ok: false, error: { code: "signature" } });
});

test("a preview has its limit", async () => {
  const lines = Array.from({ length: PREVIEW_RECORDS + 1 }, (_, index) => line(index + 1));
  await expect(encodePreview(from, lines, signer)).rejects.toThrow(RangeError);
  await expect(encodePreview(from, [], signer)).rejects.toThrow(RangeError);
});

test("whatever byte is changed, it is refused and nothing is thrown", async () => {
  const message = await encodePreview(from, [line(7), line(9)], signer);
  fc.assert(
    fc.property(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(message);
      changed[at] = changed[at]! ^ change;
      expect(decodePreview(changed, verifier).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("random bytes are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(decodePreview(Buffer.concat([Buffer.from("FCL1"), bytes]), verifier).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});
