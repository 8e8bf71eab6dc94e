import { describe, expect, test } from "vitest";
import { Pace } from "./pace.ts";

const limits = { maxRecords: 1_000, maxInFlight: 8 };

/** A line of some bytes a second; receipts come when a batch has passed. @returns records sent and the longest wait for a receipt once it has settled */
function catchUp(recordsPerS: number, receiptTimeoutMs: number, rounds = 400): { sent: number; settledMs: number } {
  const pace = new Pace(limits);
  let sent = 0;
  let settledMs = 0;
  let queue: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    while (queue.length < pace.inFlight) queue.push(pace.records);
    const waiting = queue.reduce((sum, records) => sum + records, 0);
    const tookMs = (waiting / recordsPerS) * 1_000;
    if (tookMs > receiptTimeoutMs) {
      pace.lost();
      queue = [];
      continue;
    }
    sent += queue.shift() ?? 0;
    pace.received(tookMs, true);
    if (round > rounds / 2) settledMs = Math.max(settledMs, tookMs);
  }
  return { sent, settledMs };
}

test("catching up on a fast line, batches soon reach their largest size and the window its full width", () => {
  const pace = new Pace(limits);
  for (let receipt = 0; receipt < 6; receipt += 1) pace.received(50, true);
  expect(pace).toMatchObject({ records: 1_000, inFlight: 8 });
});

test("live, when nothing waits behind a batch, nothing grows", () => {
  const pace = new Pace(limits);
  for (let receipt = 0; receipt < 100; receipt += 1) pace.received(20, false);
  expect(pace).toMatchObject({ records: 64, inFlight: 4 });
});

describe("whatever the line carries", () => {
  test.each([20, 100, 500, 5_000, 50_000])(
    "%i records a second: it goes on, and news waits no longer than 10 s",
    (rate) => {
      const { sent, settledMs } = catchUp(rate, 15_000);
      expect(sent).toBeGreaterThan(1_000);
      expect(settledMs).toBeLessThan(10_000);
    },
  );
});

test("the limits hold, also small ones", () => {
  const pace = new Pace({ maxRecords: 10, maxInFlight: 1 });
  pace.received(1, true);
  expect(pace).toMatchObject({ records: 10, inFlight: 1 });
  pace.lost();
  expect(pace).toMatchObject({ records: 10, inFlight: 1 });
});
