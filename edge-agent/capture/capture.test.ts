/** What was captured of a line that was being read leads to the records that were made then. */

import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { ok } from "@forecourt/protocol/result.ts";
import { encodeAnswer, type TaxPortAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import { decodeFrame } from "@forecourt/protocol/tax-port/frame.ts";
import { decodeRequest } from "@forecourt/protocol/tax-port/requests.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { encodeTcp } from "../drivers/modbus/frames.ts";
import { taxPortDriver } from "../drivers/tax-port/driver.ts";
import { tcpAnswer } from "../lines/device.test-support.ts";
import { Line } from "../lines/line.ts";
import type { LineSink } from "../lines/reporter.ts";
import { LineRunner } from "../lines/runner.ts";
import type { Transport, TransportEvents } from "../lines/transport.ts";
import { createRecorder } from "../recorder/recorder.ts";
import { captureLine } from "./capture.ts";
import { parseCapture } from "./format.ts";
import { type ReplayClocks, replay } from "./replay.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const base = profiles["28-byte"];
const profile = { ...base, timings: { ...base.timings, interQueryGapMs: 20, answerTimeoutMs: 300 } };
const nozzles = [
  { nozzle: "N01", index: 0 },
  { nozzle: "N02", index: 1 },
];
const reachability = { failures: 3, silentMs: 1_000 };

/** A tax port with two nozzles that can be cut off, and that garbles every seventh answer. */
class Port implements Transport {
  totals = [100_000, 200_000];
  last = [0, 0];
  silent = false;
  #answers = 0;
  #events: TransportEvents | undefined;

  async open(events: TransportEvents) {
    this.#events = events;
    return ok(undefined);
  }

  async write(bytes: Uint8Array) {
    const frame = decodeFrame(bytes, profile.frame);
    const request = frame.ok ? decodeRequest(frame.value, profile) : frame;
    if (!request.ok || this.silent) return ok(undefined);
    const { value } = request;
    if ("returnMethod" in value && value.returnMethod === 0) return ok(undefined);
    const answer = this.#answer(value.command, value.nozzleIndex, value);
    const [reply] = encodeAnswer(answer, profile).map((one) => Buffer.from(one));
    if (reply === undefined) return ok(undefined);
    this.#answers += 1;
    if (this.#answers % 7 === 0) reply[6]! ^= 1;
    // In two pieces, as a slow line delivers.
    setTimeout(() => this.#events?.data(reply.subarray(0, 9)), 20);
    setTimeout(() => this.#events?.data(reply.subarray(9)), 40);
    return ok(undefined);
  }

  async close() {}

  #answer(command: TaxPortAnswer["command"], index: number, value: object): TaxPortAnswer {
    const volumeCl = this.totals[index] ?? 0;
    const amountFen = volumeCl * 8;
    const soldCl = this.last[index] ?? 0;
    const sold = { volumeCl: soldCl, amountFen: soldCl * 8, unitPriceFen: 800 };
    switch (command) {
      case "grand-total":
        return { command, status: 1, volumeCl, amountFen };
      case "last-fuelling":
        return { command, status: 1, dayOfMonth: 25, hour: 12, minute: index, ...sold, trailing: new Uint8Array() };
      case "day-total":
        return { command, status: 1, date: (value as { date: string }).date, ...sold };
      case "month-total":
        return {
          command,
          status: 1,
          month: (value as { month: string }).month,
          volumeCl: soldCl,
          amountFen: soldCl * 8,
        };
      case "information":
        return { command, initialised: false, factorySerial: "4001900001" };
    }
  }
}

function recorder(clocks: ReplayClocks, records: RecordBody[]): LineSink {
  const options = { device: "tax-1", nozzles: ["N01", "N02"], confirmReads: 2, firstReads: 3, maxFlowClPerS: 100_000 };
  return createRecorder({
    taxPorts: [{ ...options, heartbeatMs: 3_600_000, idleMs: 500 }],
    tanks: () => ({
      levelDeadBandUm: 0,
      waterDeadBandUm: 0,
      temperatureDeadBandMc: 0,
      volumeDeadBandCl: 0,
      heartbeatMs: 60_000,
      settleMs: 0,
    }),
    seals: () => ({ heartbeatMs: 60_000, batteryDeadBandPercent: 5 }),
    quiet: { nozzles: [], settleMs: 0, readingAgeMs: () => 0, bandUm: 0, pauseMs: 0 },
    known: [],
    ...clocks,
    append: (more) => void records.push(...more),
  });
}

const driver = () => taxPortDriver({ device: "tax-1", profile, nozzles, totalIntervalMs: 100 });

/** Reads the port for a while, with a sale and a silence, and captures it. @returns the file and the records */
async function lived() {
  const port = new Port();
  const records: RecordBody[] = [];
  const startedAt = performance.now();
  const clocks = { now: () => performance.now() - startedAt, epochMs: () => Date.now() };
  const runner = new LineRunner({
    line: new Line({ name: "tax-1", transport: port, byteMs: 0 }),
    drivers: [driver()],
    sink: recorder(clocks, records),
    reachability,
    backOff: { minMs: 200, maxMs: 1_000 },
    stuckMs: 60_000,
    now: clocks.now,
    random: () => 0.5,
    log: () => {},
  });
  let text = "";
  const head = { gateway: "gw-1", line: "tax-1", config: {} };
  const write = (line: string) => {
    text += line;
  };
  const capturing = captureLine(runner.line, { head, forMs: 90_000, write, epochMs: clocks.epochMs });
  runner.start();
  await vi.advanceTimersByTimeAsync(20_000);
  port.totals[1]! += 2_500;
  port.last[1] = 2_500;
  await vi.advanceTimersByTimeAsync(20_000);
  port.silent = true;
  await vi.advanceTimersByTimeAsync(10_000);
  port.silent = false;
  await vi.advanceTimersByTimeAsync(40_000);
  await capturing;
  expect(runner.line.tap).toBeUndefined();
  await runner.stop();
  return { text, records };
}

async function replayed(text: string) {
  const capture = parseCapture(text);
  if (!capture.ok) throw new Error(capture.error);
  const records: RecordBody[] = [];
  const sink = (clocks: ReplayClocks) => recorder(clocks, records);
  const { entries } = capture.value;
  const result = await replay({ line: "tax-1", drivers: [driver()], reachability, sink, entries });
  return { records, result };
}

/** The reason of a time-out says how long was waited; a replay does not wait. */
const told = (records: readonly RecordBody[]) =>
  records.map((record) => (record.kind === "link" ? [record.kind, record.device, record.state] : record));

describe("a captured line", () => {
  test("replayed leads to the records that were made when it was read, and to the same each time", async () => {
    const { text, records } = await lived();
    expect(records.map(({ kind }) => kind)).toContain("sale");
    expect(records.filter(({ kind }) => kind === "identity")).toHaveLength(4);
    expect(records.filter((record) => record.kind === "total" && record.scope === "day").length).toBeGreaterThan(2);
    const once = await replayed(text);
    expect(told(once.records)).toEqual(told(records.slice(0, once.records.length)));
    expect(records.length - once.records.length).toBeLessThanOrEqual(1);
    expect(once.result.unknown).toBeLessThanOrEqual(once.result.polls);
    expect(await replayed(text)).toEqual(once);
  });

  test("that was cut off in the middle of a line is replayed up to there", async () => {
    const { text, records } = await lived();
    const { records: part } = await replayed(text.slice(0, text.length / 2));
    expect(told(part)).toEqual(told(records.slice(0, part.length)));
    expect(part.length).toBeGreaterThan(2);
  });

  test("cannot be captured twice at a time", async () => {
    const line = new Line({ name: "l", transport: new Port(), byteMs: 0 });
    const options = { head: { gateway: "gw-1", line: "l", config: {} }, write: () => {}, epochMs: () => 0 };
    const first = captureLine(line, { ...options, forMs: 1_000 });
    expect(await captureLine(line, { ...options, forMs: 1_000 })).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await first).toMatchObject({ entries: 0 });
  });
});

test("a file that is no capture is refused with the line that is wrong", () => {
  expect(parseCapture("hello\n")).toMatchObject({ ok: false, error: expect.stringContaining("line 1") });
  const head = {
    capture: "forecourt-1",
    gateway: "gw-1",
    line: "l",
    startedAt: "2026-11-25T12:00:00.000+08:00",
    config: {},
  };
  expect(parseCapture(`${JSON.stringify(head)}\n{"us":1}\n`)).toMatchObject({
    ok: false,
    error: expect.stringContaining("line 2"),
  });
});

test("Modbus TCP answers are found whatever their transaction numbers were", async () => {
  const { ReplayLine } = await import("./replay-line.ts");
  const { tcpReader } = await import("../drivers/modbus/frames.ts");
  const read = { unit: 1, fn: 3 as const, address: 7, count: 1 };
  const then = Buffer.from(encodeTcp(read, 900));
  const at = "2026-11-25T12:00:00.000+08:00";
  const line = new ReplayLine([
    { at, us: 0, out: then.toString("hex") },
    { at, us: 1, in: tcpAnswer(then).toString("hex") },
  ]);
  const exchange = { request: encodeTcp(read, 3), reader: () => tcpReader(read, 3), timeoutMs: 100, tagged: true };
  expect(await line.exchange(exchange)).toMatchObject({ ok: true, value: { registers: [7] } });
});
