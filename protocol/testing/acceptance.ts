/** An acceptance report for tests: a small station with two nozzles, a tank and a seal, all of it in order. */
import type { AcceptanceReport } from "../acceptance/schema.ts";
import { encodeAnswerMessage, type Receipt } from "../batch/answer.ts";
import { ed25519Signer, generateKeyPem, type Signer } from "../batch/signer.ts";
import type { GatewayId, StationId } from "../ids.ts";
import { formatTime } from "../time.ts";

export interface ReportParts {
  id?: string;
  gateway?: GatewayId;
  station?: StationId;
  signer: Signer;
  /** who signs the receipts; a stranger where none is given */
  collector?: Signer;
  /** epoch ms of its end */
  atMs?: number;
  /** the sales that prove N01 and N02; null: not tried */
  sales?: readonly ({ seq: number; hash: string; volumeCl: number; amountFen: number } | null)[];
}

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse("2026-03-01T04:00:00Z");
const NOZZLES = ["N01", "N02"] as const;
const SALE = { seq: 7, hash: "ab".repeat(32), volumeCl: 100, amountFen: 772 };

/** Makes a report that {@link ../acceptance/check.ts | checkReport} accepts. */
export async function testReport(parts: ReportParts): Promise<AcceptanceReport> {
  const { id = "report-0001", gateway = "gw-532801-0007-a" as GatewayId, atMs = NOON_MS, signer } = parts;
  const collector = parts.collector ?? ed25519Signer(generateKeyPem());
  const at = formatTime(atMs - HOUR_MS / 2);
  const tests = NOZZLES.map(async (nozzle, index): Promise<AcceptanceReport["selfTest"][number]> => {
    const sale = parts.sales === undefined ? { ...SALE, seq: SALE.seq + index } : (parts.sales[index] ?? null);
    if (sale === null) return { nozzle, outcome: "not-tried", reason: "out of order", sale: null, receipt: null };
    const receipt: Receipt = { type: "receipt", gateway, seq: sale.seq, hash: sale.hash, at };
    const { type: _receipt, gateway: _ours, ...rest } = receipt;
    const signature = await receiptSignature(receipt, collector);
    return { nozzle, outcome: "passed", reason: null, sale: { ...sale, at }, receipt: { ...rest, signature } };
  });
  return {
    format: "forecourt-acceptance-v1",
    id,
    station: { id: parts.station ?? ("532801-0007" as StationId), name: "景洪江滨加油站", creditCode: null },
    gateway: { id: gateway, publicKey: signer.publicKey, serial: null, version: "0.1.0", configSha256: "0".repeat(64) },
    startedAt: formatTime(atMs - HOUR_MS),
    finishedAt: formatTime(atMs),
    technician: { name: "岩温", company: "勐腊安装队", phone: null },
    site: { clockSource: "time-daemon", clockOffsetMs: 12, network: "4G", power: "mains and battery" },
    lines: [{ line: "tax-1", transport: "serial", address: "/dev/ttyS0", settings: "9600 8E1" }],
    devices: [DEVICE],
    nozzles: NOZZLES.map((nozzle, index) => ({
      ...{ nozzle, device: "tax-1", index, dispenser: "1", grade: "92#", tank: "T1" },
      ...{ factorySerial: "A100000001", taxpayerId: null, confirmedBy: "litre-drawn" },
      firstTotal: { seq: index + 2, volumeCl: 123_456, amountFen: 900_000, at },
    })),
    tanks: [{ tank: "T1", grade: "92#", device: null, firstLevel: null, displayLevelUm: null, confirmedBy: null }],
    seals: [
      {
        ...{ seal: "S01", number: "YN-000123", place: "board-box", of: "tax-1" },
        ...{ device: null, state: null, serial: null, confirmedBy: null },
      },
    ],
    selfTest: await Promise.all(tests),
    photos: [{ name: "board-box-1.jpg", sha256: "cd".repeat(32), bytes: 123_456, of: "board box of dispenser 1" }],
    signatures: [
      {
        ...{ role: "technician", name: "岩温", at: formatTime(atMs) },
        drawn: { kind: "svg-path", width: 300, height: 100, path: "M10 50L60 20C70 80,90 10,120 50" },
      },
    ],
    remarks: null,
  };
}

const DEVICE = {
  ...{ device: "tax-1", line: "tax-1", driver: "tax-port", profile: "28-byte", unit: null },
  ...{ model: null, serial: null, software: null },
};

async function receiptSignature(receipt: Receipt, collector: Signer): Promise<string> {
  const message = await encodeAnswerMessage(receipt, collector);
  return (JSON.parse(message.toString("utf8")) as { signature: string }).signature;
}
