/** Real lines, real time, short times: a late answer is never taken for that of another request. */
import { decodeAnswer, encodeAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import type { Frame } from "@forecourt/protocol/tax-port/frame.ts";
import { encodeRequest } from "@forecourt/protocol/tax-port/requests.ts";
import { afterEach, describe, expect, test } from "vitest";
import {
  encodeRtu,
  encodeTcp,
  type ModbusAnswer,
  type ModbusRead,
  rtuReader,
  tcpReader,
} from "../drivers/modbus/frames.ts";
import { taxPortReader } from "../drivers/tax-port/reader.ts";
import {
  type Behaviour,
  type Device,
  late,
  PtyDevice,
  rtuAnswer,
  settings,
  tcpAnswer,
  tcpDevice,
} from "./device.test-support.ts";
import { type Exchange, Line } from "./line.ts";
import { serialTransport } from "./serial.ts";
import { tcpTransport } from "./tcp.ts";

const TIMEOUT_MS = 100;
const read = (address: number): ModbusRead => ({ unit: 1, fn: 3, address, count: 1 });
let transaction = 0;

const profile = profiles["28-byte"];
/** A tax port whose nozzle n has sold n cL in all, so that an answer names its question to us, as it does not on the wire. */
const taxPort = (nozzleIndex: number): Exchange<Frame[]> => {
  const request = encodeRequest({ command: "grand-total", nozzleIndex, mode: 0, returnMethod: 1 }, profile);
  return {
    request,
    reader: () => taxPortReader(request, profile.commands["grand-total"], profile),
    timeoutMs: TIMEOUT_MS,
  };
};
const taxPortAnswer = (request: Buffer): Buffer => {
  const answer = { command: "grand-total" as const, status: 1, volumeCl: request[4]!, amountFen: 0 };
  return Buffer.from(encodeAnswer(answer, profile)[0]!);
};

const rtu = (address: number): Exchange<ModbusAnswer> => ({
  request: encodeRtu(read(address)),
  reader: () => rtuReader(read(address)),
  timeoutMs: TIMEOUT_MS,
});
const tcp = (address: number): Exchange<ModbusAnswer> => {
  transaction = (transaction + 1) & 0xffff;
  const own = transaction;
  return {
    request: encodeTcp(read(address), own),
    reader: () => tcpReader(read(address), own),
    timeoutMs: TIMEOUT_MS,
    tagged: true,
  };
};

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Kind {
  name: string;
  ask: (address: number) => Exchange<ModbusAnswer | Frame[]>;
  answer: (request: Buffer) => Buffer;
  connect: (behave: Behaviour) => Promise<{ device: Device; line: Line }>;
}

async function onPty(behave: Behaviour) {
  const device = new PtyDevice(behave);
  const line = new Line({ name: "l", transport: serialTransport(device.path, settings), byteMs: 0.1 });
  opened.push(line, device);
  expect(await line.open()).toMatchObject({ ok: true });
  return { device, line };
}

async function onTcp(behave: Behaviour) {
  const device = await tcpDevice(behave);
  const line = new Line({ name: "l", transport: tcpTransport("127.0.0.1", device.port), byteMs: 0 });
  opened.push(line, device);
  expect(await line.open()).toMatchObject({ ok: true });
  return { device, line };
}

const kinds: Kind[] = [
  { name: "RTU on a serial port", ask: rtu, answer: rtuAnswer, connect: onPty },
  { name: "RTU over TCP", ask: rtu, answer: rtuAnswer, connect: onTcp },
  { name: "Modbus TCP", ask: tcp, answer: tcpAnswer, connect: onTcp },
  { name: "a tax port on a serial port", ask: taxPort, answer: taxPortAnswer, connect: onPty },
  { name: "a tax port over raw TCP", ask: taxPort, answer: taxPortAnswer, connect: onTcp },
];

function figureOf(answer: ModbusAnswer | Frame[]): number | undefined {
  if (!Array.isArray(answer)) return "registers" in answer ? answer.registers[0] : undefined;
  const decoded = decodeAnswer(answer, profile);
  return decoded.ok && decoded.value.command === "grand-total" ? decoded.value.volumeCl : undefined;
}

/** Asks for registers one after the other; each answer must be that of its own request. */
async function askAll(line: Line, ask: Kind["ask"], addresses: number[]): Promise<number> {
  let answered = 0;
  for (const address of addresses) {
    const result = await line.exchange(ask(address));
    // Too many strange bytes at a time, as a busy machine gathers them, are taken for a babbling line.
    if (!result.ok) expect(["timeout", "garbled", "line-lost"]).toContain(result.error.code);
    else {
      expect(figureOf(result.value)).toBe(address);
      answered += 1;
    }
  }
  return answered;
}

describe.each(kinds)("$name", ({ ask, answer, connect }) => {
  test("a prompt device is read", async () => {
    const { line } = await connect(late(5, answer));
    expect(await askAll(line, ask, [10, 20, 30])).toBe(3);
    expect(line.statistics).toMatchObject({ timeouts: 0, badFrames: 0, noiseBytes: 0 });
    // Where an answer does not name its request, the first one after opening is asked for twice.
    const requests = ask(0).tagged === true ? 3 : 4;
    expect(line.statistics).toMatchObject({ requests, answers: requests });
  });

  test.each([150, 250, 330])(
    "every answer comes after %d ms, beyond the time-out: none is taken for the next request's",
    async (ms) => {
      const { line } = await connect(late(ms, answer));
      await askAll(line, ask, [10, 20, 30]);
    },
  );

  test("one answer is late, all others prompt: only that one is missing", async () => {
    const { line } = await connect((request, number) => [{ afterMs: number === 1 ? 150 : 5, bytes: answer(request) }]);
    expect(await askAll(line, ask, [10, 20, 30])).toBe(2);
  });

  test("a device that stalls and then answers everything at once is read rightly", async () => {
    const startedAt = performance.now();
    const { line } = await connect((request) => [
      { afterMs: Math.max(5, 280 - (performance.now() - startedAt)), bytes: answer(request) },
    ]);
    expect(await askAll(line, ask, [10, 20, 30, 40, 50])).toBeGreaterThan(0);
  });

  test("after a lost answer the line goes on", async () => {
    const { line } = await connect((request, number) => (number === 1 ? [] : [{ afterMs: 5, bytes: answer(request) }]));
    // A busy machine may lose one more: its timers are late too.
    const answered = await askAll(line, ask, [10, 20, 30, 40]);
    expect(answered).toBeGreaterThanOrEqual(2);
    expect(answered).toBeLessThanOrEqual(3);
  });
});

test("an echoing line: the echo is no answer and does not end the wait for a slow one", async () => {
  const { line } = await onPty((request) => [
    { afterMs: 0, bytes: request },
    { afterMs: 300, bytes: rtuAnswer(request) },
  ]);
  // Far from both ends of the wait: a busy machine's timers are late.
  const patient = (address: number) => ({ ...rtu(address), timeoutMs: 1_500 });
  expect(await askAll(line, patient, [10, 20])).toBe(2);
});

test("an echo alone is silence, not a garbled answer", async () => {
  const { line } = await onPty((request) => [{ afterMs: 0, bytes: request }]);
  expect(await line.exchange(rtu(10))).toMatchObject({ ok: false, error: { code: "timeout" } });
});

test("an answer in pieces is put together; one that breaks off is garbled", async () => {
  const { device, line } = await onPty((request) => [
    { afterMs: 5, bytes: rtuAnswer(request).subarray(0, 3) },
    { afterMs: 30, bytes: rtuAnswer(request).subarray(3) },
  ]);
  expect(await askAll(line, rtu, [10])).toBe(1);
  device.behave = (request) => [{ afterMs: 5, bytes: rtuAnswer(request).subarray(0, 3) }];
  expect(await line.exchange(rtu(20))).toMatchObject({ ok: false, error: { code: "garbled" } });
});

test("a pulled cable gives line-lost at once, and the line reopens when the path is back", async () => {
  const { device, line } = await onPty(() => []);
  setTimeout(() => (device as PtyDevice).pull(), 20);
  const startedAt = performance.now();
  const result = await line.exchange({ ...rtu(10), timeoutMs: 5_000 });
  expect(result).toMatchObject({ ok: false, error: { code: "line-lost" } });
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  expect(line.isOpen).toBe(false);
  expect(await line.open()).toMatchObject({ ok: false });
  expect(await line.exchange(rtu(10))).toMatchObject({ ok: false, error: { code: "line-down" } });
  (device as PtyDevice).plug();
  device.behave = late(5);
  expect(await line.open()).toMatchObject({ ok: true });
  expect(await askAll(line, rtu, [10])).toBe(1);
});

test("a peer that closes gives line-lost at once, and the line connects again", async () => {
  const device = await tcpDevice((_, number) => {
    if (number === 1) setTimeout(device.hangUp, 10);
    return [];
  });
  const line = new Line({ name: "l", transport: tcpTransport("127.0.0.1", device.port), byteMs: 0 });
  opened.push(line, device);
  await line.open();
  expect(await line.exchange({ ...tcp(10), timeoutMs: 5_000 })).toMatchObject({
    ok: false,
    error: { code: "line-lost" },
  });
  device.behave = late(5, tcpAnswer);
  expect(await line.open()).toMatchObject({ ok: true });
  expect(await askAll(line, tcp, [10])).toBe(1);
});

test("closing in the middle of an exchange ends it", async () => {
  const { line } = await onPty(() => []);
  setTimeout(() => void line.close(), 20);
  expect(await line.exchange({ ...rtu(10), timeoutMs: 5_000 })).toMatchObject({
    ok: false,
    error: { code: "line-lost" },
  });
});

test("a port that is not there, or refuses, is said in words", async () => {
  const serial = new Line({ name: "s", transport: serialTransport("/nonexistent/port", settings), byteMs: 1 });
  expect(await serial.open()).toMatchObject({ ok: false, error: expect.stringContaining("/nonexistent/port") });
  const refused = await tcpDevice(() => []);
  refused.close();
  const line = new Line({ name: "t", transport: tcpTransport("127.0.0.1", refused.port), byteMs: 0 });
  expect(await line.open()).toMatchObject({ ok: false, error: expect.stringContaining("ECONNREFUSED") });
});
