/** The report says what was answered, found and recorded, as the format wants it, and is readable on paper. */
import { checkReport } from "@forecourt/protocol/acceptance/check.ts";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { Commission } from "@forecourt/protocol/commission/state.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import type { IdentityRecord, SealRecord, TankRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import { expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { allPlaced, foundLines, reportAnswers, site } from "./found.test-support.ts";
import { reportPdf } from "./pdf/report-pdf.ts";
import { reportOf } from "./report.ts";
import * as go from "./transitions.ts";

const AT = "2026-11-25T09:00:00.000+08:00";
const { publicKey } = ed25519Signer(generateKeyPem());
const box = {
  id: "report-0001",
  at: "2026-11-25T09:15:00.000+08:00",
  publicKey,
  version: "0.1.0",
  configSha256: "a".repeat(64),
};

function state(): Commission {
  const begun = go.begin(AT);
  const receipt = { seq: 12, hash: "b".repeat(64), at: AT, signature: "c2lnbmF0dXJl" };
  const tested = ["N01", "N02"].map((nozzle, index) => ({
    nozzle,
    sale: { seq: 10 + index, hash: "c".repeat(64), volumeCl: 2_000, amountFen: 15_400, at: AT },
    receipt,
  }));
  return {
    ...begun,
    lines: { at: AT, accepted: true, found: foundLines },
    places: { answers: allPlaced, doneAt: AT },
    site: { answers: { ...site, note: "两路\n市电" }, at: AT, clockSource: "time-daemon", clockOffsetMs: -3 },
    enrol: {
      ...begun.enrol,
      ...{ gateway: "gw-532801-0001-a" as GatewayId, station: "532801-0001" as StationId, doneAt: AT },
    },
    selfTest: { ...begun.selfTest, tested, skipped: [{ nozzle: "N03", reason: "正在维修" }], doneAt: AT },
    report: {
      ...begun.report,
      answers: reportAnswers,
      photos: [{ name: "0123456789abcdef.jpg", sha256: "d".repeat(64), bytes: 100, of: "网关" }],
      signatures: [{ role: "technician", name: "张三", at: AT, path: "M10 20L30 40" }],
    },
  };
}

const none: Facts = {
  totals: new Map(),
  identities: new Map(),
  tanks: new Map(),
  seals: new Map(),
  devices: new Map(),
};

test("with nothing but what was found it is a whole report already", () => {
  const report = reportOf(state(), none, box);
  expect(checkReport(report)).toMatchObject({ ok: true });
  expect(report.nozzles[0]).toMatchObject({
    ...{ nozzle: "N02", device: "tax-2", index: 0, dispenser: "2", factorySerial: "4001900101" },
    firstTotal: { seq: null, volumeCl: 1_000, at: AT },
  });
  expect(report.tanks).toMatchObject([
    { tank: "T1", device: "gauge-1", displayLevelUm: 1_200_000, firstLevel: { levelUm: 1_200_000, seq: null } },
    { tank: "T2", device: "gauge-1" },
    { tank: "T3", device: null, firstLevel: null, confirmedBy: null },
  ]);
  expect(report.selfTest.map(({ nozzle, outcome, reason }) => [nozzle, outcome, reason])).toEqual([
    ["N02", "passed", null],
    ["N03", "not-tried", "正在维修"],
    ["N01", "passed", null],
  ]);
  expect(report.site).toEqual({
    ...{ clockSource: "time-daemon", clockOffsetMs: -3, network: "mobile, 300 MiB a month" },
    power: "mains-and-battery; 两路 市电",
  });
});

test("what the journal holds goes before what was found, with the record that proves it", () => {
  const facts: Facts = {
    ...none,
    totals: new Map([["N02", { seq: 3, volumeCl: 1_234, amountFen: 9_999, at: AT } as TotalRecord]]),
    identities: new Map([
      ["N02", { factorySerial: "4001900999", taxpayerId: "91532801MA6K0001XX00" } as IdentityRecord],
    ]),
    tanks: new Map([
      ["T1", { seq: 4, levelUm: 7, waterLevelUm: 1, temperatureMc: 2, volumeCl: 3, at: AT } as TankRecord],
    ]),
    seals: new Map([["S01", { state: "sealed", serial: "SL000001" } as SealRecord]]),
  };
  const report = reportOf(state(), facts, box);
  expect(checkReport(report)).toMatchObject({ ok: true });
  expect(report.nozzles[0]).toMatchObject({ firstTotal: { seq: 3, volumeCl: 1_234 }, factorySerial: "4001900999" });
  expect(report.tanks[0]?.firstLevel).toEqual({
    seq: 4,
    levelUm: 7,
    waterLevelUm: 1,
    temperatureMc: 2,
    volumeCl: 3,
    at: AT,
  });
  expect(report.seals[0]).toMatchObject({ state: "sealed", serial: "SL000001", number: "SL000001" });
});

test("it can be put on paper, with photos or without, and the paper holds its own characters", async () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const report = reportOf(state(), none, box);
  const [plain, pictured] = [await reportPdf(report, () => undefined), await reportPdf(report, () => png)];
  for (const pdf of [plain, pictured]) {
    expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(pdf.subarray(-6).toString("latin1")).toContain("%%EOF");
    expect(pdf.toString("latin1")).toContain("/FontFile3");
    // The fonts have eight megabytes each: only what is used goes in.
    expect(pdf.length).toBeLessThan(400_000);
  }
  expect(pictured.toString("latin1")).toContain("/Subtype /Image");
  // A photo that is none must not keep the report from being read.
  await expect(reportPdf(report, () => Buffer.from("no picture"))).resolves.toBeInstanceOf(Buffer);
});
