/** A report comes back as it was signed, and whatever does not fit together is refused with its place. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { makeFrame } from "../batch/frame.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "../batch/signer.ts";
import type { GatewayId, StationId } from "../ids.ts";
import { canonical } from "../records/canonical.ts";
import { testReport } from "../testing/acceptance.ts";
import { anyReport } from "./arbitraries.test-support.ts";
import { checkReport, nothingOpen } from "./check.ts";
import { encodeReport, openReport, proveReport, unprovedReceipt } from "./message.ts";
import type { AcceptanceReport } from "./schema.ts";

const signer = ed25519Signer(generateKeyPem());
const verifier = ed25519Verifier(signer.publicKey);
const collector = ed25519Signer(generateKeyPem());

let report: AcceptanceReport;
let envelope: Buffer;
beforeAll(async () => {
  report = await testReport({ signer, collector });
  envelope = await signed(report);
});

async function signed(one: AcceptanceReport): Promise<Buffer> {
  const encoded = await encodeReport(one, signer);
  if (!encoded.ok) throw new Error(encoded.error.message);
  return encoded.value;
}

function read(bytes: Uint8Array, by = verifier) {
  const opened = openReport(bytes);
  return opened.ok ? proveReport(opened.value, by) : opened;
}

test("every report comes back as it was signed", async () => {
  await fc.assert(
    fc.asyncProperty(anyReport(signer.publicKey), async (one) => {
      expect(read(await signed(one))).toEqual({ ok: true, value: one });
    }),
    { numRuns: 100 },
  );
});

test("whatever byte is changed, it is refused and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.nat(envelope.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(envelope);
      changed[at] = changed[at]! ^ change;
      expect(read(changed).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("random bytes, and any JSON for a report, are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.jsonValue(), (bytes, value) => {
      expect(read(Buffer.concat([Buffer.from("FCR1"), bytes])).ok).toBe(false);
      expect(checkReport(value).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("another gateway's signature is refused, and nobody signs for a key that is not his", async () => {
  const other = ed25519Signer(generateKeyPem());
  expect(read(envelope, ed25519Verifier(other.publicKey))).toMatchObject({ ok: false, error: { code: "signature" } });
  expect(await encodeReport(report, other)).toMatchObject({ ok: false, error: { code: "report" } });
});

test("the header's gateway and station are those of the report", async () => {
  const elsewhere = { ...report, station: { ...report.station, id: "532801-0008" as StationId } };
  const bytes = await signed(elsewhere);
  const opened = openReport(bytes);
  expect(opened.ok && opened.value.header).toMatchObject({ station: "532801-0008", gateway: report.gateway.id });
  // encodeReport would not put together what does not belong together.
  const kind = { magic: "FCR1", validator: undefined as never, maxBytes: 1_000_000, maxBodyBytes: 1_000_000 };
  const header = { id: report.id, gateway: "gw-other" as GatewayId, station: report.station.id };
  const mixed = await makeFrame(kind, header, canonical(report), signer);
  expect(read(mixed)).toMatchObject({ ok: false, error: { code: "report" } });
});

describe("refused with its place is", () => {
  const changed = (change: (draft: AcceptanceReport) => void) => {
    const draft = structuredClone(report);
    change(draft);
    const checked = checkReport(draft);
    return checked.ok ? undefined : checked.error.field;
  };

  test.each<[string, string, (draft: AcceptanceReport) => void]>([
    ["a nozzle that stands there twice", "/nozzles/1", ({ nozzles }) => (nozzles[1]!.nozzle = "N01")],
    ["a nozzle on an unknown device", "/nozzles/0/device", ({ nozzles }) => (nozzles[0]!.device = "tax-9")],
    ["a nozzle on an unknown tank", "/nozzles/0/tank", ({ nozzles }) => (nozzles[0]!.tank = "T9")],
    ["a device on an unknown line", "/devices/0/line", ({ devices }) => (devices[0]!.line = "tax-9")],
    ["a seal read by an unknown hub", "/seals/0/device", ({ seals }) => (seals[0]!.device = "hub-1")],
    ["a nozzle without its test", "/selfTest", ({ selfTest }) => selfTest.pop()],
    ["a test of no nozzle", "/selfTest/1", ({ selfTest, nozzles }) => [nozzles.pop(), selfTest]],
    ["a test passed without a sale", "/selfTest/0/sale", ({ selfTest }) => (selfTest[0]!.sale = null)],
    ["a test passed without a receipt", "/selfTest/0/receipt", ({ selfTest }) => (selfTest[0]!.receipt = null)],
    ["a receipt before the sale", "/selfTest/1/receipt/seq", ({ selfTest }) => (selfTest[1]!.receipt!.seq = 7)],
    ["a failed test without its reason", "/selfTest/0/reason", ({ selfTest }) => (selfTest[0]!.outcome = "failed")],
    ["an end before the beginning", "/finishedAt", (draft) => (draft.startedAt = "2027-01-01T00:00:00.000+08:00")],
    ["an instant that does not exist", "/startedAt", (draft) => (draft.startedAt = "2026-02-30T00:00:00.000+08:00")],
    ["a report that nobody signed for the work", "/signatures", ({ signatures }) => (signatures[0]!.role = "station")],
    [
      "a signature that holds more than strokes",
      "/signatures/0/drawn/path",
      ({ signatures }) => (signatures[0]!.drawn = { kind: "svg-path", width: 1, height: 1, path: 'M0 0"/><script>' }),
    ],
  ])("%s", (_what, field, change) => {
    expect(changed(change)).toBe(field);
  });
});

test("only receipts of the collector prove a self-test", async () => {
  expect(unprovedReceipt(report, ed25519Verifier(collector.publicKey))).toBeUndefined();
  expect(unprovedReceipt(report, verifier)).toBe("N01");
});

test("a nozzle that was not tried stays open", async () => {
  expect(nothingOpen(report)).toBe(true);
  const open = await testReport({ signer, sales: [null, null] });
  expect(checkReport(open).ok).toBe(true);
  expect(nothingOpen(open)).toBe(false);
});

test("a large station with ten drawn signatures fits", async () => {
  const nozzles = Array.from({ length: 99 }, (_, index) => `N${String(index + 1).padStart(2, "0")}`);
  const [nozzle, done, seal, stroke] = [
    report.nozzles[0]!,
    report.selfTest[0]!,
    report.seals[0]!,
    report.signatures[0]!,
  ];
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 1_000;
  };
  const path = Array.from({ length: 2_500 }, () => `L${random()} ${random()}`).join("");
  const large: AcceptanceReport = {
    ...report,
    nozzles: nozzles.map((name, index) => ({ ...nozzle, nozzle: name, index })),
    selfTest: nozzles.map((name) => ({ ...done, nozzle: name })),
    seals: Array.from({ length: 900 }, (_, index) => ({ ...seal, seal: `S${String(index + 10).padStart(3, "0")}` })),
    signatures: Array.from({ length: 10 }, () => ({
      ...stroke,
      drawn: { kind: "svg-path" as const, width: 1_000, height: 1_000, path: `M0 0${path}` },
    })),
  };
  expect(read(await signed(large)).ok).toBe(true);
});
