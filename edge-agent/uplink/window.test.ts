import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SendWindow } from "./window.ts";

const options = { maxInFlight: 3, maxRecords: 1_000, receiptTimeoutMs: 1_000 };

test("batches go out in order within the window, and a receipt moves it", () => {
  const window = new SendWindow(options, 10);
  for (const seq of [11, 12, 13]) {
    expect(window.next(20, 0)).toBe(seq);
    window.sent(seq, 0);
  }
  expect(window.next(20, 0)).toBeUndefined();
  window.acknowledged(12, 0);
  expect(window.next(20, 0)).toBe(14);
});

test("a request to resend shrinks the batches that follow, quick receipts of full ones let them grow", () => {
  const window = new SendWindow(options, 0);
  const before = window.records;
  window.sent(64, 0, true);
  window.acknowledged(64, 20);
  expect(window.records).toBe(2 * before);
  window.sent(128, 30, true);
  window.resendFrom(65);
  expect(window.records).toBeLessThan(before);
});

test("nothing is sent beyond the head", () => {
  expect(new SendWindow(options, 10).next(10, 0)).toBeUndefined();
});

test("without a receipt everything unacknowledged goes again", () => {
  const window = new SendWindow(options, 0);
  window.sent(5, 0);
  window.sent(9, 500);
  expect(window.next(20, 999)).toBe(10);
  expect(window.next(20, 1_000)).toBe(1);
});

test("a collector restored from a backup gets the rest again", () => {
  const window = new SendWindow(options, 100);
  window.acknowledged(40, 0);
  expect(window.next(200, 0)).toBe(41);
});

test("a collector that holds more than was sent is not sent it again", () => {
  const window = new SendWindow(options, 10);
  window.acknowledged(50, 0);
  expect(window.next(60, 0)).toBe(51);
});

test("after a request to resend from before the last receipt, a time-out begins there again", () => {
  const window = new SendWindow(options, 100);
  window.resendFrom(50);
  expect(window.next(200, 0)).toBe(50);
  window.sent(60, 0);
  expect(window.next(200, 5_000)).toBe(50);
});

test("a refusal pauses, then everything unacknowledged goes again; a new connection does not wait", () => {
  const window = new SendWindow(options, 0);
  window.sent(5, 0);
  window.pause(2_000);
  expect(window.next(20, 1_999)).toBeUndefined();
  expect(window.next(20, 2_000)).toBe(1);
  window.pause(9_000);
  window.reconnected();
  expect(window.next(20, 2_001)).toBe(1);
});

test("a batch signed while the window moved is not the next one any more", () => {
  const window = new SendWindow(options, 0);
  expect(window.isNext(1)).toBe(true);
  window.resendFrom(1);
  expect(window.isNext(1)).toBe(true);
  window.acknowledged(7, 0);
  expect(window.isNext(1)).toBe(false);
});

type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("send" as const), size: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("receive" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat-receipt" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("restore" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reconnect" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refuse" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(2_000) }) },
);

const HEAD = 60;

/** A collector at the other end of a connection that may lose batches. */
class Chain {
  readonly window = new SendWindow(options, 0);
  now = 0;
  held = 0;
  /** What the collector last said it holds, and the last seq that was sent. */
  #known = 0;
  #last = 0;
  #inFlight: { first: number; last: number }[] = [];

  send(size: number): void {
    const first = this.window.next(HEAD, this.now);
    if (first === undefined) return;
    // It follows the batch before it, or begins anew behind what the collector last said it holds.
    expect([this.#last + 1, this.#known + 1]).toContain(first);
    this.#last = Math.min(HEAD, first + size - 1);
    this.window.sent(this.#last, this.now);
    this.#inFlight.push({ first, last: this.#last });
  }

  receive(): void {
    const batch = this.#inFlight.shift();
    if (batch === undefined) return;
    const isGap = batch.first > this.held + 1;
    if (!isGap) this.held = Math.max(this.held, batch.last);
    this.#known = this.held;
    if (isGap) this.window.resendFrom(this.held + 1);
    else this.window.acknowledged(this.held, this.now);
  }

  act(step: Action): void {
    switch (step.do) {
      case "send":
        this.send(step.size);
        return;
      case "receive":
        this.receive();
        return;
      case "lose":
        this.#inFlight.shift();
        return;
      case "repeat-receipt":
        this.window.acknowledged(this.#known, this.now);
        return;
      case "restore":
        this.held = Math.floor(this.held * step.share);
        this.#known = this.held;
        this.window.acknowledged(this.held, this.now);
        return;
      case "reconnect":
        this.#inFlight = [];
        this.window.reconnected();
        return;
      case "refuse":
        this.window.pause(this.now + 500);
        return;
      case "wait":
        this.now += step.ms;
    }
  }
}

describe("whatever the order of sending, receipts, losses, resends, time-outs and reconnections", () => {
  test("batches leave without gaps from what the collector holds, and all arrive in the end", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const chain = new Chain();
        for (const step of actions) chain.act(step);
        for (let round = 0; round < 400 && chain.held < HEAD; round += 1) {
          chain.now += 100;
          chain.send(5);
          chain.receive();
        }
        expect(chain.held).toBe(HEAD);
      }),
      { numRuns: 500 },
    );
  });

  test("never more than the window is in flight", () => {
    const window = new SendWindow(options, 0);
    let sent = 0;
    for (let seq = window.next(100, 0); seq !== undefined; seq = window.next(100, 0)) {
      window.sent(seq, 0);
      sent += 1;
    }
    expect(sent).toBe(3);
  });
});
