/**
 * A history follows from scenario, seed and version alone, to the byte: whoever makes it faster may not make it other.
 * Where the physics, the records or the version change for a reason, the change log says so, and `vitest -u` on this
 * file writes down what is so from then on.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatTime } from "@forecourt/protocol/time.ts";
import { afterAll, expect, test } from "vitest";
import { SHIPPED } from "../commands/arguments.ts";
import { parseScenario } from "../scenario/parse.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import type { SaleEvent, TruthLine } from "../truth/events.ts";
import { readable } from "../truth/truth-file.ts";
import { templateFile } from "./command.ts";
import { writeHistory } from "./history.ts";
import { historyDefaults } from "./options.ts";
import { TruthLines } from "./truth-lines.ts";

const FROM = Date.parse("2025-03-30T00:00:00+08:00");
const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "sim-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

function shipped(name: string) {
  const parsed = parseScenario(readFileSync(join(SHIPPED, `${name}.yaml`), "utf8"), name);
  if (!parsed.ok) throw new Error(`${name} is not valid`);
  return parsed.value;
}

/** The first hex digits of the SHA-256 of each file. */
function hashes(file: ReturnType<typeof shipped>, days: number): Record<string, string> {
  const directory = join(folder, file.scenario);
  writeHistory(resolveScenario(file, 11), { from: FROM, until: FROM + days * DAY_MS }, directory, historyDefaults);
  const of = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(directory, name)))
      .digest("hex");
  return Object.fromEntries(readdirSync(directory).map((name) => [name, of(name).slice(0, 16)]));
}

test("honest stations of each template, over the end of a month", () => {
  const templates = ["city", "county-road", "highway", "village"];
  expect(Object.fromEntries(templates.map((name) => [name, hashes(templateFile(name), 3)]))).toMatchInlineSnapshot(`
    {
      "city": {
        "filings.ndjson": "1df07190503925dd",
        "records.ndjson": "3045dcc6257cf09e",
        "registry.yaml": "657cc664d928aefd",
        "truth.jsonl": "5e442f06d2de592c",
      },
      "county-road": {
        "filings.ndjson": "c9997519ec1cb692",
        "records.ndjson": "3100f949a86a635b",
        "registry.yaml": "c1be41c30fb992e8",
        "truth.jsonl": "55873c81877914f1",
      },
      "highway": {
        "filings.ndjson": "1665df74f00986f5",
        "records.ndjson": "0e899895fc867885",
        "registry.yaml": "dbb3d069cd4843a7",
        "truth.jsonl": "9048ae6681bad1fa",
      },
      "village": {
        "filings.ndjson": "095f61c41e9bae7a",
        "records.ndjson": "3b8240da5fc0a965",
        "registry.yaml": "d37837bf955c17b8",
        "truth.jsonl": "6e1785ccd046ce49",
      },
    }
  `);
});

test("a station with many cheats and faults, and one whose gateway is now and then without power", () => {
  const scenarios = ["mixed-thorough", "gateway-unplugged-evening-peak"];
  expect(Object.fromEntries(scenarios.map((name) => [name, hashes(shipped(name), 4)]))).toMatchInlineSnapshot(`
    {
      "gateway-unplugged-evening-peak": {
        "filings.ndjson": "3c6c7fa95f3915ca",
        "records.ndjson": "79160bd297c6627e",
        "registry.yaml": "b22ced7023a65032",
        "truth.jsonl": "1d838af6d7108d93",
      },
      "mixed-thorough": {
        "filings.ndjson": "ae1d6e46770c3c66",
        "records.ndjson": "485b6ef79860aae5",
        "registry.yaml": "ad4358256c2a2ecb",
        "truth.jsonl": "cb07e10df02cfdac",
      },
    }
  `);
});

test("a sale stands in the truth as every other event does, whatever befell it", () => {
  const sale: SaleEvent = {
    event: "sale",
    ...{ nozzle: "N01", tank: "T1", volumeCl: 4_005, amountFen: 31_239, unitPriceFen: 780, onWire: true },
    ...{ totalAfterCl: 123_456_789_012, totalAmountAfterFen: 0, trueUl: 40_050_123, at: FROM },
  };
  const sales: TruthLine[] = [
    sale,
    { ...sale, onWire: false },
    { ...sale, test: true },
    { ...sale, elsewhere: true, cheats: ["C1"] },
    { ...sale, wireVolumeCl: 4_000, wireAmountFen: 31_200 },
    { event: "price", grade: "92#", unitPriceFen: 781, at: FROM },
  ];
  let written = "";
  const lines = new TruthLines((bytes) => {
    written += Buffer.from(bytes).toString("utf8");
  });
  for (const event of sales) lines.tell(event);
  lines.flush();
  expect(written).toBe(sales.map((event) => `${JSON.stringify(readable(event, formatTime))}\n`).join(""));
});
