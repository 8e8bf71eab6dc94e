import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { scenarioFile } from "../testing/builder.ts";
import { describeError } from "./errors.ts";
import { parsePlant, parseScenario } from "./parse.ts";
import { resolveScenario } from "./scenario.ts";
import type { ScenarioFile } from "./schema.ts";

function errorsOf(change: (file: ScenarioFile) => void) {
  const file = structuredClone(scenarioFile());
  change(file);
  const parsed = parseScenario(stringify(file, { aliasDuplicateObjects: false }), "x.yaml");
  return parsed.ok ? [] : parsed.error;
}

describe("a scenario file", () => {
  test("that is right is taken, with its defaults filled in", () => {
    const parsed = parseScenario(stringify(scenarioFile()), "x.yaml");
    expect(parsed.ok).toBe(true);
    const scenario = resolveScenario(scenarioFile(), 42);
    expect(scenario.seed).toBe(42);
    expect(scenario.dispensers[0]).toMatchObject({
      turnaroundMs: 5,
      crossTalk: 0,
      initialised: true,
      spareBytes: true,
    });
    expect(scenario.dispensers[0]?.nozzles[0]).toMatchObject({
      flowLPerMin: 35,
      startTotalFen: 95_061_721,
      fills: "car",
    });
  });

  test("with an unknown key is refused at the line and column of that key", () => {
    const text = stringify(scenarioFile()).replace("  nameEn:", "  nameEng: x\n  nameEn:");
    const parsed = parseScenario(text, "x.yaml");
    const line = text.split("\n").findIndex((entry) => entry.includes("nameEng")) + 1;
    expect(parsed).toMatchObject({
      ok: false,
      error: [{ code: "unknown-key", field: "station.nameEng", file: "x.yaml", line, column: 3 }],
    });
  });

  test("says what was expected of a value", () => {
    const [error] = errorsOf((file) => {
      file.dispensers[0]!.factorySerial = "123";
    });
    expect(error).toMatchObject({ field: "dispensers[0].factorySerial", expected: "10 letters or digits, in quotes" });
    expect(describeError(error!)).toMatch(/^x\.yaml:\d+:\d+: dispensers\[0\]\.factorySerial: "123" /);
  });

  test.each<[string, string, (file: ScenarioFile) => void]>([
    [
      "a nozzle on a tank that is not there",
      "dispensers[0].nozzles[1].tank",
      (file) => {
        file.dispensers[0]!.nozzles[1]!.tank = "T9";
      },
    ],
    [
      "a nozzle whose grade is not its tank's",
      "dispensers[0].nozzles[1].grade",
      (file) => {
        file.dispensers[0]!.nozzles[1]!.grade = "92#";
      },
    ],
    [
      "two nozzles of one number",
      "dispensers[0].nozzles[1].index",
      (file) => {
        file.dispensers[0]!.nozzles[1]!.index = 0;
      },
    ],
    [
      "two nozzles of one name",
      "dispensers[0].nozzles[1].nozzle",
      (file) => {
        file.dispensers[0]!.nozzles[1]!.nozzle = "N01";
      },
    ],
    [
      "a tank fuller than full",
      "tanks[0].startVolumeL",
      (file) => {
        file.tanks[0]!.startVolumeL = 30_000;
      },
    ],
    [
      "an rtu gauge without a line",
      "gauge",
      (file) => {
        file.gauge = { device: "gauge-1", transport: "rtu" };
      },
    ],
    [
      "a gauge on the line of a tax port",
      "gauge.line",
      (file) => {
        file.gauge = { device: "gauge-1", transport: "rtu", line: "tax-1" };
      },
    ],
    [
      "a cheat on a seal that is not there",
      "cheats[0].seal",
      (file) => {
        file.cheats = [{ kind: "seal-cut", seal: "S09" }];
      },
    ],
    [
      "a cheat of an unknown kind",
      "cheats[0].kind",
      (file) => {
        file.cheats = [{ kind: "magic" } as never];
      },
    ],
    [
      "a bypass without an end",
      "cheats[0]",
      (file) => {
        file.cheats = [{ kind: "bypass-tax-port", nozzle: "N01" }];
      },
    ],
    [
      "a duration that is none",
      "cheats[0].at",
      (file) => {
        file.cheats = [{ kind: "seal-cut", seal: "S01", at: "soon" }];
      },
    ],
    [
      "noise on a line that is not there",
      "faults[0].line",
      (file) => {
        file.faults = [{ kind: "noise", line: "tax-7", share: 0.1 }];
      },
    ],
  ])("with %s is refused", (_, field, change) => {
    expect(errorsOf(change).map((error) => error.field)).toEqual([field]);
  });

  test("that is not YAML is refused with its place", () => {
    expect(parseScenario("a: [1,\nb: }", "x.yaml")).toMatchObject({ ok: false, error: [{ code: "not-yaml" }, {}] });
  });

  test.each(["", "null", "[]", "42", "scenario: 1"])("consisting of %j is refused, not crashed on", (text) => {
    expect(parseScenario(text, "x.yaml").ok).toBe(false);
  });
});

describe("a cheat planted by hand", () => {
  test("is checked against the running station", () => {
    expect(parsePlant({ kind: "seal-cut", seal: "S01" }, scenarioFile())).toMatchObject({
      ok: true,
      value: { atMs: 0 },
    });
    expect(parsePlant({ kind: "seal-cut", seal: "S99" }, scenarioFile())).toMatchObject({ ok: false });
    expect(parsePlant({ kind: "seal-cut", seal: "S01", colour: 1 }, scenarioFile())).toMatchObject({ ok: false });
    expect(parsePlant(undefined, scenarioFile())).toMatchObject({ ok: false });
    expect(parsePlant({ kind: "constructor" }, scenarioFile())).toMatchObject({ ok: false });
  });
});
