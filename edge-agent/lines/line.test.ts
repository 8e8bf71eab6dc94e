/** The line in fake time, over a transport that does what the test says. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { encodeRtu, type ModbusAnswer, rtuReader } from "../drivers/modbus/frames.ts";
import { rtuAnswer } from "./device.test-support.ts";
import { type Exchange, Line } from "./line.ts";
import type { Transport, TransportEvents } from "./transport.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @param heard called with each request and a way to send bytes back */
function lineTo(heard: (request: Buffer, send: (bytes: Uint8Array) => void, number: number) => void) {
  let events: TransportEvents | undefined;
  let number = 0;
  const transport: Transport & { write(bytes: Uint8Array): Promise<Result<void, string>> } = {
    open: async (given) => {
      events = given;
      return ok(undefined);
    },
    write: async (bytes) => {
      number += 1;
      heard(Buffer.from(bytes), (back) => events?.data(back), number);
      return ok(undefined);
    },
    close: async () => {},
  };
  return { line: new Line({ name: "l", transport, byteMs: 0 }), transport, lose: () => events?.lost("gone") };
}

const ask = (address: number, timeoutMs = 100): Exchange<ModbusAnswer> => {
  const read = { unit: 1, fn: 3 as const, address, count: 1 };
  return { request: encodeRtu(read), reader: () => rtuReader(read), timeoutMs };
};

/** Lets fake time pass until the promise is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let done = false;
  promise.finally(() => {
    done = true;
  });
  for (let waited = 0; !done && waited < 200; waited += 1) await vi.advanceTimersByTimeAsync(100);
  expect(done).toBe(true);
  return promise;
}

describe("whatever a device's answers need, in order", () => {
  test("none is taken for that of another request", async () => {
    // Up to twice the time-out, well below the documented limit of three.
    const delays = fc.array(fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 100, max: 190 })), {
      minLength: 30,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(delays, async (delaysMs) => {
        let freeAt = 0;
        const { line } = lineTo((request, send, number) => {
          // One request after the other: the next answer is not begun before the last one has gone.
          freeAt = Math.max(Date.now(), freeAt) + delaysMs[number % delaysMs.length]!;
          setTimeout(() => send(rtuAnswer(request)), freeAt - Date.now());
        });
        await line.open();
        for (let address = 1; address <= 12; address += 1) {
          const result = await settled(line.exchange(ask(address)));
          if (result.ok) expect(result.value).toMatchObject({ registers: [address] });
          await vi.advanceTimersByTimeAsync(5);
        }
        await line.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe("a device that was quick and now and then takes its time", () => {
  test("is waited for ever shorter, and still no late answer is taken for another's", async () => {
    const limitMs = 2_000;
    // Late up to the documented limit: three configured time-outs, however short the learned one is by then.
    const delays = fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 5, max: 40 }) },
        fc.integer({ min: 100, max: 3 * limitMs - 100 }),
      ),
      {
        minLength: 30,
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(delays, async (delaysMs) => {
        const { line } = lineTo((request, send, number) => {
          setTimeout(() => send(rtuAnswer(request)), number < 12 ? 10 : delaysMs[number % delaysMs.length]!);
        });
        await line.open();
        for (let address = 1; address <= 30; address += 1) {
          const result = await settled(line.exchange(ask(address, limitMs)));
          if (result.ok) expect(result.value).toMatchObject({ registers: [address] });
        }
        await line.close();
      }),
      { numRuns: 40 },
    );
  });

  test("a lost answer then costs a fraction of the configured time-out, and never less than the longest answer needs", async () => {
    const { line } = lineTo((request, send, number) => {
      if (number < 12) setTimeout(() => send(rtuAnswer(request)), 20);
    });
    await line.open();
    for (let address = 1; address <= 10; address += 1) await settled(line.exchange(ask(address, 3_000)));
    const startedAt = performance.now();
    const lost = line.exchange(ask(11, 3_000)).then((result) => ({ result, tookMs: performance.now() - startedAt }));
    const { result, tookMs } = await settled(lost);
    expect(result).toMatchObject({ ok: false, error: { code: "timeout" } });
    expect(tookMs).toBeGreaterThanOrEqual(150);
    expect(tookMs).toBeLessThan(300);
  });
});

test("a line that babbles without end gives up, again and again, and never hangs", async () => {
  let babble: NodeJS.Timeout | undefined;
  const { line } = lineTo((_, send) => {
    babble ??= setInterval(() => send(Buffer.from([1, 3])), 20);
  });
  await line.open();
  expect(await settled(line.exchange(ask(1)))).toMatchObject({ ok: false, error: { code: "garbled" } });
  expect(await settled(line.exchange(ask(2)))).toMatchObject({ ok: false, error: { code: "babble" } });
  expect(line.statistics.noiseBytes).toBeGreaterThan(0);
  clearInterval(babble);
});

test("a port that takes bytes without ever saying so is given up, to be opened anew", async () => {
  const { line, transport } = lineTo(() => {});
  transport.write = () => new Promise(() => {});
  await line.open();
  expect(await settled(line.exchange(ask(1)))).toMatchObject({ ok: false, error: { code: "line-lost" } });
  expect(line.isOpen).toBe(false);
  await line.open();
  expect(await settled(line.send(Buffer.from([1]), 10))).toMatchObject({ ok: false, error: { code: "line-lost" } });
  expect(line.isOpen).toBe(false);
});

test("a line lost while bytes are sent that want no answer ends the sending", async () => {
  const { line, transport, lose } = lineTo(() => {});
  transport.write = () => new Promise(() => {});
  await line.open();
  const sending = line.send(Buffer.from([1]), 10);
  lose();
  expect(await settled(sending)).toMatchObject({ ok: false, error: { code: "line-lost" } });
});

test("bytes that nobody asked for make the next answer untrusted: it is asked for again", async () => {
  const { line } = lineTo((request, send) => setTimeout(() => send(rtuAnswer(request)), 5));
  await line.open();
  await settled(line.exchange(ask(1)));
  const before = line.statistics.requests;
  await settled(line.exchange(ask(2)));
  expect(line.statistics.requests - before).toBe(1);
  const sent = line.send(encodeRtu({ unit: 1, fn: 3, address: 9, count: 1 }), 50);
  expect(await settled(sent)).toMatchObject({ ok: true });
  expect(await settled(line.exchange(ask(3)))).toMatchObject({ ok: true, value: { registers: [3] } });
  expect(line.statistics.requests - before).toBe(3);
});

test("a write that fails gives the line up", async () => {
  const { line, transport } = lineTo(() => {});
  transport.write = async () => fail("EIO");
  await line.open();
  expect(await settled(line.exchange(ask(1)))).toMatchObject({
    ok: false,
    error: { code: "line-lost", message: "EIO" },
  });
  expect(line.isOpen).toBe(false);
});

test("an answer that somebody else's request left behind before the line was opened is not taken", async () => {
  const { line } = lineTo((request, send, number) => {
    if (number === 1) send(rtuAnswer(Buffer.from(encodeRtu({ unit: 1, fn: 3, address: 77, count: 1 }))));
    setTimeout(() => send(rtuAnswer(request)), 5);
  });
  await line.open();
  expect(await settled(line.exchange(ask(1)))).toMatchObject({ ok: true, value: { registers: [1] } });
});

test("a line that never closes is let go after a deadline", async () => {
  const { line, transport } = lineTo(() => {});
  transport.close = () => new Promise(() => {});
  await line.open();
  await settled(line.close());
  expect(line.isOpen).toBe(false);
});

test("a line that echoes says so, and is read nevertheless; one that answers without echo does not", async () => {
  let echo = true;
  let answers = true;
  const { line } = lineTo((request, send) => {
    if (echo) send(Buffer.from(request));
    if (answers) setTimeout(() => send(rtuAnswer(request)), 5);
  });
  await line.open();
  for (const address of [1, 2, 3]) {
    expect(await settled(line.exchange(ask(address)))).toMatchObject({ ok: true, value: { registers: [address] } });
  }
  expect(line.isEchoing).toBe(true);
  answers = false;
  expect(await settled(line.exchange(ask(4)))).toMatchObject({
    ok: false,
    error: { code: "timeout", message: expect.stringContaining("echoes our own bytes") },
  });
  [echo, answers] = [false, true];
  await settled(line.exchange(ask(5)));
  expect(line.isEchoing).toBe(false);
});

// 3.65 ms: 3.5 characters at 9600 baud, where a timer by itself would cut off what is not a whole millisecond.
test.each([20, 3.65])(
  "a frame gap of %d ms is kept between the end of an answer and the next request",
  async (gapMs) => {
    const sentAt: number[] = [];
    const { transport } = lineTo(() => {});
    let events: TransportEvents | undefined;
    transport.open = async (given) => {
      events = given;
      return ok(undefined);
    };
    transport.write = async (bytes) => {
      sentAt.push(performance.now());
      setTimeout(() => events?.data(rtuAnswer(Buffer.from(bytes))), 10);
      return ok(undefined);
    };
    const line = new Line({ name: "l", transport, byteMs: 0, frameGapMs: gapMs });
    await line.open();
    // One at the heels of the other: whoever lets time pass between them has kept every gap.
    const all = async () => {
      for (const address of [1, 2, 3]) await line.exchange(ask(address));
    };
    await settled(all());
    expect(sentAt.length).toBeGreaterThanOrEqual(3);
    for (const [index, at] of sentAt.entries()) {
      if (index > 0) expect(at - sentAt[index - 1]!).toBeGreaterThanOrEqual(10 + gapMs);
    }
  },
);

test("no timer is left behind by an exchange, a time-out or a close", async () => {
  const { line } = lineTo((request, send, number) => {
    if (number !== 2) send(rtuAnswer(request));
  });
  await line.open();
  for (const address of [1, 2, 3]) await settled(line.exchange(ask(address)));
  await line.close();
  expect(vi.getTimerCount()).toBe(0);
});
