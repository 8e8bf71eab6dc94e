/**
 * From the bytes of a line to the records: whatever comes between true answers (noise, broken frames, answers to other
 * questions), every record is one that the collector takes, and none says what did not happen.
 */
import { checkRecord } from "@forecourt/protocol/records/parse.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { encodeAnswer, type TaxPortAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import { decodeFrame } from "@forecourt/protocol/tax-port/frame.ts";
import { decodeRequest, encodeRequest } from "@forecourt/protocol/tax-port/requests.ts";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { byteStreams } from "../drivers/byte-streams.test-support.ts";
import { ScriptedLine } from "../drivers/scripted-line.test-support.ts";
import { taxPortDriver } from "../drivers/tax-port/driver.ts";
import type { Want } from "../lines/reporter.ts";
import { DEVICE, salesOptions } from "./sales.test-support.ts";
import { TaxPortRecorder } from "./tax-port.ts";

const profile = profiles["28-byte"];
const isSoak = process.env.FORECOURT_SOAK !== undefined;
if (isSoak) vi.setConfig({ testTimeout: 600_000 });
const parameters = isSoak ? { numRuns: 4_000 } : { numRuns: 200, seed: 1 };
const POLLS = 80;

/** What a line brings besides true answers: an answer to what was asked is never among it but whole and right. */
const spare = new Uint8Array();
const others: TaxPortAnswer[] = [
  { command: "month-total", status: 1, volumeCl: 7, amountFen: 56, month: "2020-01" },
  { command: "day-total", status: 1, volumeCl: 9, amountFen: 72, date: "2020-01-01", unitPriceFen: 800 },
];
const request = encodeRequest({ command: "grand-total", nozzleIndex: 0, mode: 0, returnMethod: 1 }, profile);
const rubbish = byteStreams([...others.flatMap((answer) => encodeAnswer(answer, profile)), request]);
const step = fc.record({
  kind: fc.constantFrom("true", "true", "true", "before", "instead", "broken"),
  rubbish,
  flip: fc.tuple(fc.nat(29), fc.integer({ min: 1, max: 255 })),
  soldCl: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9_900 }) },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One nozzle, polled step by step. @returns its records and its true sales */
async function live(steps: readonly Step[]) {
  let [totalCl, lastCl, now, soldAt] = [500_000, 0, 0, -100];
  const sales: number[] = [];
  const records: RecordBody[] = [];
  const wants: Want[] = [];
  const driver = taxPortDriver({ device: DEVICE, profile, nozzles: [{ nozzle: "N01", index: 0 }], totalIntervalMs: 0 });
  const known = { totals: new Map(), identities: new Map(), periods: new Map() };
  const recorder = new TaxPortRecorder({ ...salesOptions(["N01"]), idleMs: 0, maxFlowClPerS: 1_000_000 }, known, 0);
  const answer = (bytes: Uint8Array): Uint8Array => {
    const frame = decodeFrame(bytes, profile.frame);
    const asked = frame.ok ? decodeRequest(frame.value, profile) : frame;
    if (!asked.ok) return spare;
    const { value } = asked;
    const last = { volumeCl: lastCl, amountFen: lastCl * 8, unitPriceFen: 800 };
    const figures: Record<string, TaxPortAnswer> = {
      "grand-total": { command: "grand-total", status: 1, volumeCl: totalCl, amountFen: totalCl * 8 },
      "last-fuelling": {
        command: "last-fuelling",
        status: 1,
        dayOfMonth: 1,
        hour: 1,
        minute: sales.length % 60,
        ...last,
        trailing: spare,
      },
      information: { command: "information", initialised: false, factorySerial: "4001900001" },
      "day-total": { command: "day-total", status: 1, date: "date" in value ? value.date : "2020-01-01", ...last },
      "month-total": {
        command: "month-total",
        status: 1,
        month: "month" in value ? value.month : "2020-01",
        volumeCl: 1,
        amountFen: 8,
      },
    };
    return encodeAnswer(figures[value.command]!, profile)[0]!;
  };
  const poll = async ({ kind, rubbish: { bytes, chunks }, flip: [at, flip], soldCl }: Step) => {
    now += 1_000;
    // A nozzle cannot sell again before it was hung up and lifted: see sales.ts.
    if (soldCl > 0 && now - soldAt > 20_000) {
      [totalCl, lastCl, soldAt] = [totalCl + soldCl, soldCl, now];
      sales.push(soldCl);
    }
    const line = new ScriptedLine((asked) => {
      const truth = answer(asked);
      if (kind === "true" || truth.length === 0) return [truth];
      if (kind === "before") return [...chunks, truth];
      if (kind === "instead") return bytes.length === 0 ? [] : chunks;
      const broken = Uint8Array.from(truth);
      broken[at % broken.length]! ^= flip;
      return [broken];
    });
    const wanted = wants.shift() ?? { device: DEVICE, key: "grand-total/N01" };
    const asked = { ...wanted, intervalMs: null };
    const result = await driver.read(line, asked);
    const moment = { now, local: "2026-11-25T12:00:00.000+08:00" };
    const outcomes = result.ok
      ? result.value.map((seen) => ("nozzle" in seen ? recorder.observed(seen, moment) : undefined))
      : [recorder.failed(asked, moment)];
    for (const outcome of outcomes) {
      records.push(...(outcome?.records ?? []));
      for (const want of outcome?.wants ?? []) if (!wants.some(({ key }) => key === want.key)) wants.push(want);
    }
  };
  for (const one of steps) await poll(one);
  const calm: Step = { kind: "true", rubbish: { bytes: spare, chunks: [] }, flip: [0, 1], soldCl: 0 };
  for (let rest = 0; rest < 40; rest += 1) await poll(calm);
  return { records, sales, totalCl };
}

test("every record can be taken, every sale is true, no litre is lost, and nobody is accused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: POLLS, maxLength: POLLS }), async (steps) => {
      const { records, sales, totalCl } = await live(steps);
      const header = { seq: 1, gateway: "gw-1", at: "2026-11-25T12:00:00.000+08:00", boot: "boot-1", monoMs: 0 };
      for (const record of records) {
        expect(checkRecord({ ...record, ...header, clock: "trusted" })).toMatchObject({ ok: true });
      }
      const recorded = records.filter((record) => record.kind === "sale");
      for (const sale of recorded) if (sale.quality === "good") expect(sales).toContain(sale.volumeCl);
      const first = records.find((record) => record.kind === "total" && record.cause === "first");
      const from = first?.kind === "total" ? first.volumeCl : Number.NaN;
      expect(recorded.reduce((sum, { volumeCl }) => sum + volumeCl, 0)).toBe(totalCl - from);
      expect(records.filter((record) => record.kind === "total" && record.cause === "decreased")).toEqual([]);
      expect(records.filter((record) => record.kind === "identity" && record.cause === "changed")).toEqual([]);
    }),
    parameters,
  );
});
