import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFiling } from "@forecourt/protocol/filings/parse.ts";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import type { JournalRecord, RecordOf } from "@forecourt/protocol/records/schema.ts";
import { afterAll, describe, expect, test } from "vitest";
import type { PlantFile } from "../scenario/plants.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import { templateNames } from "../scenario/template.ts";
import { templateFile } from "./command.ts";
import { writeHistory } from "./history.ts";
import { historyDefaults } from "./options.ts";

const FROM = Date.parse("2025-03-01T00:00:00+08:00");
const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "sim-history-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface TruthLine {
  event: string;
  at: string;
  [key: string]: unknown;
}

let runs = 0;

function write(template: string, days: number, cheats: PlantFile[] = []) {
  runs += 1;
  const directory = join(folder, String(runs));
  const scenario = resolveScenario({ ...templateFile(template), cheats }, 11);
  writeHistory(scenario, { from: FROM, until: FROM + days * DAY }, directory, historyDefaults);
  const lines = (name: string) => readFileSync(join(directory, name), "utf8").split("\n").filter(Boolean);
  const texts = lines("records.ndjson");
  const records = texts.map((text) => JSON.parse(text) as JournalRecord);
  return {
    texts,
    records,
    of: <Kind extends JournalRecord["kind"]>(kind: Kind) =>
      records.filter((record): record is RecordOf<Kind> & JournalRecord => record.kind === kind) as RecordOf<Kind>[],
    truth: lines("truth.jsonl").map((text) => JSON.parse(text) as TruthLine),
    filings: lines("filings.ndjson").map((text): unknown => JSON.parse(text)),
  };
}

/** Lines that are not canonical, or that the collector would refuse. */
function wrongLines(texts: readonly string[]) {
  return texts.map(parseLine).filter((parsed) => !parsed.ok);
}

describe.each(templateNames)("a history of the template %s", (template) => {
  const { texts, records, of, truth, filings } = write(template, 3);

  test("is of canonical lines that the collector takes, numbered without a gap", () => {
    expect(wrongLines(texts)).toEqual([]);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
    expect(records.length).toBeGreaterThan(500);
  });

  test("has a sale record for each sale on the wire, with its litres", () => {
    const sold = truth.filter(({ event, onWire }) => event === "sale" && onWire === true);
    const recorded = of("sale").map(({ nozzle, totalVolumeCl, volumeCl }) => [nozzle, totalVolumeCl, volumeCl].join());
    const onWire = sold.map(({ nozzle, totalAfterCl, volumeCl }) => [nozzle, totalAfterCl, volumeCl].join());
    // The last few seconds are not read any more.
    expect(onWire.filter((sale) => !recorded.includes(sale)).length).toBeLessThan(4);
    expect(recorded.filter((sale) => !onWire.includes(sale))).toEqual([]);
  });

  test("has quiet readings, at most one a minute and tank", () => {
    const quiet = of("tank").filter(({ cause }) => cause === "quiet");
    expect(quiet.length).toBeGreaterThan(20);
    const at = quiet.filter(({ tank }) => tank === "T1").map((record) => Date.parse(record.at));
    expect(at.slice(1).every((time, index) => time - at[index]! >= 59_000)).toBe(true);
  });

  test("files waybills and prices that the collector takes", () => {
    expect(filings.map(parseFiling).filter((parsed) => !parsed.ok)).toEqual([]);
    expect(filings.length).toBeGreaterThan(1);
  });
});

describe("the model of the agent", () => {
  test("sums up what was sold while the gateway was unplugged, and says so", () => {
    const cheats: PlantFile[] = [{ kind: "gateway-unplugged", at: "1d", for: "1d", hours: "17-20" }];
    const { of, records, texts } = write("county-road", 3, cheats);
    expect(wrongLines(texts)).toEqual([]);
    const outage = of("gateway").find(({ event }) => event === "outage");
    expect(outage!.outageMs! / 3_600_000).toBeCloseTo(3, 1);
    expect(new Set(records.map(({ boot }) => boot)).size).toBe(2);
    const merged = of("sale").filter(({ reason }) => reason?.includes("not running"));
    expect(merged.length).toBeGreaterThan(2);
    expect(merged.every(({ count, volumeCl }) => count === null && volumeCl > 2_000)).toBe(true);
  });

  test("sees a pulled cable as a silent device that comes back with its litres", () => {
    const { of } = write("county-road", 2, [{ kind: "cable-pulled", line: "tax-1", at: "17h", for: "3h" }]);
    expect(of("link").map(({ device, state }) => [device, state])).toEqual([
      ["tax-1", "down"],
      ["tax-1", "up"],
    ]);
    expect(of("sale").some(({ reason }) => reason?.includes("silent"))).toBe(true);
    expect(of("identity").some(({ cause }) => cause === "after-silence")).toBe(true);
  });

  test("sees totals go back, boards and seals change, charts and probes", () => {
    const { of, texts } = write("county-road", 3, [
      { kind: "total-rollback", nozzle: "N01", volumeCl: 100_000, at: "30h" },
      { kind: "board-swap", device: "tax-2", factorySerial: "D190099999", at: "31h" },
      { kind: "seal-cut", seal: "S01", at: "32h" },
      { kind: "chart-altered", tank: "T1", percent: 2, at: "33h" },
      { kind: "probe-out", tank: "T2", at: "34h", for: "1h" },
    ]);
    expect(wrongLines(texts)).toEqual([]);
    expect(
      of("total")
        .filter(({ cause }) => cause === "decreased")
        .map(({ nozzle }) => nozzle),
    ).toEqual(["N01"]);
    const changed = of("identity").filter(({ cause }) => cause === "changed");
    expect(changed.length).toBe(4);
    expect(changed.every(({ factorySerial }) => factorySerial === "D190099999")).toBe(true);
    expect(
      of("seal")
        .filter(({ cause }) => cause === "changed")
        .map(({ seal, state }) => [seal, state]),
    ).toEqual([["S01", "cut"]]);
    expect(of("chart").map(({ tank, cause }) => [tank, cause])).toContainEqual(["T1", "changed"]);
    expect(
      of("tank")
        .filter(({ quality }) => quality === "missing")
        .map(({ tank }) => tank),
    ).toEqual(["T2"]);
  });

  test("says by how much the gateway's clock was turned, and dates its records by it", () => {
    const { of, records } = write("village", 1, [
      { kind: "clock-turned", device: "gateway", by: "2h", at: "9h", for: "3h" },
    ]);
    expect(of("gateway").flatMap(({ stepMs }) => stepMs ?? [])).toEqual([-7_200_000, 7_200_000]);
    const times = records.map(({ at }) => Date.parse(at));
    expect(times.some((time, index) => index > 0 && time < times[index - 1]! - 3_600_000)).toBe(true);
    expect(records.every(({ monoMs }, index) => index === 0 || monoMs >= records[index - 1]!.monoMs)).toBe(true);
  });

  test("writes the same history for the same seed", () => {
    expect(write("village", 1).texts).toEqual(write("village", 1).texts);
  });
});
