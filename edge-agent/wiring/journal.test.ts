import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { expect, test } from "vitest";
import { gatewayOf, saleOf, stamp } from "../journal/journal.test-support.ts";
import { beginningOf } from "./journal.ts";

const ENDED_MS = Date.parse("2026-11-24T09:00:00+08:00");
const record = (body: object) => ({ ...body, ...stamp, seq: 7, at: formatTime(ENDED_MS) }) as JournalRecord;
const told = (last: JournalRecord | undefined, nowMs: number) =>
  beginningOf(last, nowMs, gatewayOf).map((body) =>
    body.kind === "gateway" ? [body.event, body.outageMs ?? null, body.reason] : [],
  );

test("the first start, and one after an orderly stop, say so", () => {
  expect(told(undefined, ENDED_MS)).toEqual([["start", null, "first start"]]);
  expect(told(record(gatewayOf("stop", { reason: "SIGTERM" })), ENDED_MS + 5_000)).toEqual([
    ["start", null, "after an orderly stop: SIGTERM"],
  ]);
});

test("after an unclean end an outage record says for how long, before the start record", () => {
  expect(told(record(saleOf("N01", 1)), ENDED_MS + 90_000)).toEqual([
    ["outage", 90_000, expect.stringContaining("without a stop record")],
    ["start", null, "after an unclean end"],
  ]);
});

test("a clock that stands before the last record cannot say how long it was", () => {
  expect(told(record(saleOf("N01", 1)), ENDED_MS - 1)[0]).toEqual(["outage", null, expect.any(String)]);
});
