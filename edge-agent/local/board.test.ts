/** A board shows what moved, and is not taken in by a single answer that carries another nozzle's figures. */
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { beforeEach, expect, test } from "vitest";
import type { Observation } from "../drivers/observation.ts";
import type { LineSink } from "../lines/reporter.ts";
import { Board } from "./board.ts";

let now = 1_000;
let board: Board;
let sink: LineSink;
const handedOn: Observation[] = [];

beforeEach(() => {
  now = 1_000;
  handedOn.length = 0;
  board = new Board(() => now);
  sink = board.watch({
    observed: (observations) => {
      handedOn.push(...observations);
      return [{ device: "tax-1", key: "last-fuelling/N01" }];
    },
    failed: () => [],
    reachability: () => [],
  });
});

const total = (nozzle: string, volumeCl: number) => {
  now += 100;
  const said = { point: "grand-total" as const, device: "tax-1", nozzle, volumeCl, amountFen: 7 * volumeCl };
  return sink.observed([{ ...said, raw: [volumeCl.toString(16)] }]);
};
const item = (name: string) => board.view().items.find((one) => one.name === name);

test("what the recorder wants is handed back, and what was read is handed on", () => {
  expect(total("N01", 100)).toEqual([{ device: "tax-1", key: "last-fuelling/N01" }]);
  expect(handedOn).toHaveLength(1);
});

test("a nozzle whose total grew has moved, by so much, and only then", () => {
  for (const volumeCl of [5_000, 5_000, 5_000]) total("N01", volumeCl);
  expect(item("N01")).toMatchObject({ volumeCl: 5_000, movedAt: null });
  total("N01", 5_100);
  expect(item("N01")?.movedAt).toBeNull();
  total("N01", 5_100);
  expect(item("N01")).toMatchObject({ volumeCl: 5_100, movedAt: now, movedBy: 100 });
  const movedAt = now;
  total("N01", 5_100);
  expect(item("N01")).toMatchObject({ movedAt, movedBy: 100, readAt: now });
});

test("one answer with a neighbour's figures lights nothing up", () => {
  for (const volumeCl of [5_000, 5_000, 5_000, 9_900, 5_000, 5_000]) total("N01", volumeCl);
  expect(item("N01")).toMatchObject({ volumeCl: 5_000, movedAt: null });
});

test("a tank moves with its level, not with its noise; a seal when its state changes", () => {
  const tank = (levelUm: number): Observation => ({
    ...{ point: "tank", device: "gauge-1", tank: "T1", levelUm, waterLevelUm: 0, temperatureMc: 20_000 },
    ...{ volumeCl: 100, standardVolumeCl: null, waterVolumeCl: null, ullageCl: null, alarms: ["water-high"] },
    ...{ quality: "good", reason: null, raw: ["AA"] },
  });
  const seal = (state: string): Observation => ({
    ...{ point: "seal", device: "seals-1", seal: "S01", state, tamperCount: 0, openCount: 0, batteryPercent: 90 },
    ...{ serial: "SL000001", quality: "good", reason: null, raw: ["BB"] },
  });
  sink.observed([tank(1_000_000), seal("sealed")]);
  sink.observed([tank(1_001_000), seal("sealed")]);
  expect([item("T1")?.movedAt, item("S01")?.movedAt]).toEqual([null, null]);
  sink.observed([tank(1_004_000), seal("open")]);
  expect(item("T1")).toMatchObject({ movedBy: 3_000, state: "water-high", raw: ["AA"] });
  expect(item("S01")).toMatchObject({ movedAt: now, movedBy: null, state: "open" });
});

test("devices and lines are up or down with the reason, and the last failure of a poll is shown", () => {
  const statistics = { requests: 0, answers: 0, timeouts: 0, badFrames: 0, noiseBytes: 0 };
  const change = (state: "up" | "down", reason: string) => ({ state, reason, downMs: null });
  sink.reachability({ line: "line-1", device: null }, change("up", "the line is open"), statistics);
  sink.reachability({ line: "line-1", device: "tax-1" }, change("up", "it answers"), statistics);
  total("N01", 1);
  expect(board.view().devices).toEqual([{ device: "tax-1", line: "line-1", state: "up", reason: null, heardAt: now }]);
  sink.failed({ device: "tax-1", key: "grand-total/N01", intervalMs: 1 }, { code: "timeout", message: "no answer" });
  expect(board.view().devices[0]?.reason).toBe("no answer");
  sink.reachability({ line: "line-1", device: "tax-1" }, change("down", "silent"), statistics);
  expect(board.view()).toMatchObject({
    devices: [{ state: "down", reason: "silent", heardAt: now }],
    lines: [{ line: "line-1", state: "up", reason: null }],
  });
});

test("the newest sales come first, and no more than twenty", () => {
  const sale = (seq: number) =>
    ({ kind: "sale", seq, nozzle: "N01", at: "", volumeCl: seq }) as unknown as JournalRecord;
  board.committed(Array.from({ length: 15 }, (_, index) => sale(index + 1)));
  board.committed(Array.from({ length: 15 }, (_, index) => sale(index + 16)));
  const seqs = board.view().sales.map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => 30 - index));
});
