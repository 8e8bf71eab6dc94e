import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { LiveLane } from "./live-lane.ts";
import { mayWait, Promptness } from "./promptness.ts";

let seq = 0;
beforeEach(() => {
  seq = 0;
});
/** Only what is looked at here; the schemas have tests of their own. */
const record = (fields: object): JournalRecord => {
  seq += 1;
  return { seq, ...fields } as unknown as JournalRecord;
};
const tank = (name = "T1", more: object = {}) =>
  record({ kind: "tank", device: "g", tank: name, cause: "changed", quality: "good", ...more });
const sale = () => record({ kind: "sale", device: "d", nozzle: "N01" });
const heartbeat = () => record({ kind: "gateway", event: "heartbeat" });
const seqs = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as JournalRecord).seq);

describe("the live lane", () => {
  test("shows the newest level of each tank and the sales, in the journal's order, and nothing twice", () => {
    const lane = new LiveLane();
    lane.appended([tank("T1"), tank("T2"), sale(), tank("T1"), heartbeat()]);
    expect(seqs(lane.take(10_000, 0))).toEqual([2, 3, 4]);
    expect(lane.take(10_000, 5_000)).toEqual([]);
  });

  test("is silent while there is no backlog: the chain is quick enough", () => {
    const lane = new LiveLane();
    lane.appended([sale()]);
    expect(lane.take(1_999, 0)).toEqual([]);
    expect(lane.take(2_000, 5_000)).toEqual([]);
  });

  test("shows at most every two seconds, and no more than fits", () => {
    const lane = new LiveLane();
    lane.appended([sale()]);
    expect(lane.take(5_000, 0)).toHaveLength(1);
    lane.appended(Array.from({ length: 300 }, (_, index) => tank(`T${index}`)));
    lane.appended(Array.from({ length: 300 }, () => sale()));
    expect(lane.take(5_000, 1_999)).toEqual([]);
    const shown = seqs(lane.take(5_000, 2_000));
    expect(shown).toHaveLength(100);
    expect(shown.at(-1)).toBe(seq);
  });
});

describe("what may wait", () => {
  test.each([
    ["a level that moved", () => tank(), true],
    ["a level with an alarm", () => tank("T1", { cause: "alarm" }), false],
    ["a level that could not be read", () => tank("T1", { quality: "missing" }), false],
    ["a sign of life", heartbeat, true],
    ["a sale", sale, false],
    ["an unchanged total", () => record({ kind: "total", cause: "heartbeat" }), true],
    ["a total that fell", () => record({ kind: "total", cause: "decreased" }), false],
    ["a seal that changed", () => record({ kind: "seal", cause: "changed" }), false],
    ["a device that fell silent", () => record({ kind: "link", state: "down" }), false],
    ["a start", () => record({ kind: "gateway", event: "start" }), false],
  ])("%s: %s", (_name, make, waits) => {
    expect(mayWait(make())).toBe(waits);
  });
});

describe("promptness", () => {
  test("signs of life wait their time, and what was there at the start does not", () => {
    const promptness = new Promptness(3);
    expect(promptness.isDue(2, 0, 1_000)).toBe(true);
    seq = 3;
    promptness.appended([heartbeat()], 0);
    expect(promptness.isDue(4, 999, 1_000)).toBe(false);
    expect(promptness.isDue(4, 1_000, 1_000)).toBe(true);
  });

  test("a sale takes along what waited before it, and waiting begins anew behind it", () => {
    const promptness = new Promptness(0);
    promptness.appended([heartbeat(), tank(), sale(), tank()], 0);
    expect(promptness.isDue(1, 0, 60_000)).toBe(true);
    expect(promptness.isDue(4, 0, 60_000)).toBe(false);
    promptness.allSent();
    promptness.appended([tank()], 70_000);
    expect(promptness.isDue(5, 100_000, 60_000)).toBe(false);
    expect(promptness.isDue(5, 130_000, 60_000)).toBe(true);
  });
});
