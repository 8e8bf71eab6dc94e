import { describe, expect, test } from "vitest";
import { inject } from "../../faults/inject.ts";
import type { Fault } from "../../faults/kinds.ts";
import { createStation } from "../../physics/station.ts";
import { advance, type World } from "../../physics/world.ts";
import { resolveScenario } from "../../scenario/scenario.ts";
import type { ScenarioFile } from "../../scenario/schema.ts";
import { scenarioFile } from "../../testing/builder.ts";
import { CommandScanner } from "./commands.ts";
import { GaugeConsole } from "./device.ts";
import * as text from "./text.ts";

const MINUTE = 60_000;

function consoleOf(changes: Partial<ScenarioFile> = {}) {
  const scenario = resolveScenario(scenarioFile({ station: { customersPerHour: 0 }, ...changes }));
  const world = createStation(scenario, scenario.station.startsAt ?? 0);
  return { world, device: new GaugeConsole(world, "gauge-1") };
}

function ask(device: GaugeConsole, command: string): string {
  const [found] = new CommandScanner().push(Buffer.from(`\x01${command}`, "latin1"));
  return Buffer.from(device.answer(found!)).toString("latin1");
}

function breaks(world: World, fault: Fault): void {
  inject(world, { fault, atMs: 0 });
  advance(world, world.now);
}

/** The sum of everything up to the check, and the check itself, come out at zero: the manual's rule. */
function checksOut(frame: string): boolean {
  const sum = [...frame.slice(0, -5)].reduce((total, character) => total + character.charCodeAt(0), 0);
  return ((sum + Number.parseInt(frame.slice(-5, -1), 16)) & 0xffff) === 0;
}

const floatAt = (frame: string, at: number) => Buffer.from(frame.slice(at, at + 8), "hex").readFloatBE();

describe("the console's writing", () => {
  test("gives the manual's inventory example, byte for byte", () => {
    const figures = ["45A68800", "45A92800", "4592D800", "4243E148", "00000000", "42158F5C", "00000000"];
    const numbers = figures.map((hex) => Buffer.from(hex, "hex").readFloatBE());
    const data = `9601221506${"01"}1${"0000"}07${numbers.map(text.float).join("")}`;
    const expected = "\x01i20101960122150601100000745A6880045A928004592D8004243E1480000000042158F5C00000000&&EF1F\x03";
    expect(Buffer.from(text.reply("i20101", data)).toString("latin1")).toBe(expected);
  });

  test("gives the alarm of a real console, and its word for what it does not know", () => {
    const alarm = Buffer.from(text.reply("i10100", "2312301342020402")).toString("latin1");
    expect(alarm).toBe("\x01i101002312301342020402&&FB3B\x03");
    expect(Buffer.from(text.unknownFunction()).toString("latin1")).toBe("\x019999FF1B\x03");
  });

  test("knows minus infinity, and question marks", () => {
    expect([text.float("no-number"), text.float("blank"), text.float(10_000)]).toEqual([
      "FF800000",
      "????????",
      "461C4000",
    ]);
  });
});

describe("a console", () => {
  test("tells the inventory of one tank in 89 bytes, of two in 154, with local minutes", () => {
    const { device } = consoleOf();
    const one = ask(device, "i20101");
    expect(one).toHaveLength(89);
    expect(one.slice(1, 17)).toBe("i201012508010800");
    expect(checksOut(one)).toBe(true);
    expect(floatAt(one, 26)).toBeCloseTo(15_000, -2);
    expect(floatAt(one, 66)).toBeGreaterThan(10);
    expect(ask(device, "i20100")).toHaveLength(154);
  });

  test("answers an unknown function, an unknown tank and the display format with 9999", () => {
    const { device } = consoleOf();
    for (const command of ["i99900", "i20107", "I20100", "s50100"]) {
      expect(ask(device, command)).toBe("\x019999FF1B\x03");
    }
  });

  test("remembers a delivery once the tank is quiet, with the litres before and after", () => {
    const { device, world } = consoleOf({ deliveries: [{ tank: "T1", at: "10m", volumeL: 5_000 }] });
    expect(ask(device, "i20C01").slice(17, 22)).toBe("01100");
    advance(world, world.startAt + 12 * MINUTE);
    expect(ask(device, "i20101").slice(20, 24)).toBe("0001");
    advance(world, world.startAt + 60 * MINUTE);
    const report = ask(device, "i20C01");
    expect(checksOut(report)).toBe(true);
    expect(report.slice(17, 22)).toBe("01101");
    expect(report.slice(22, 42)).toBe("25080108092508010825");
    expect(floatAt(report, 44 + 4 * 8) - floatAt(report, 44)).toBeCloseTo(5_000, -2);
    expect(ask(device, "i20202").slice(17, 22)).toBe("02200");
  });

  test("says that a probe is out, shows no numbers or question marks, and sticks", () => {
    const { device, world } = consoleOf();
    breaks(world, { kind: "probe-pulled", tank: "T2" });
    const pulled = ask(device, "i20102");
    expect(pulled.slice(20, 24)).toBe("0004");
    expect(pulled.slice(26, 34)).toBe("FF800000");
    expect(ask(device, "i10100").slice(17, 23)).toBe("020902");
    expect(ask(device, "i20500").slice(17, -7)).toBe("0100" + "020109");
    breaks(world, { kind: "question-marks", tank: "T1" });
    expect(ask(device, "i20101").slice(26, 34)).toBe("????????");
    const stuck = consoleOf({ deliveries: [{ tank: "T1", at: "5m", volumeL: 5_000 }] });
    breaks(stuck.world, { kind: "float-stuck", tank: "T1" });
    const before = ask(stuck.device, "i20101");
    advance(stuck.world, stuck.world.startAt + 40 * MINUTE);
    expect(ask(stuck.device, "i20101").slice(26, 58)).toBe(before.slice(26, 58));
  });

  test("tells its chart, rising to the full tank, and who it is", () => {
    const { device } = consoleOf();
    const chart = ask(device, "i21601");
    expect(chart.slice(17, 19)).toBe("01");
    const volumes = Array.from({ length: 50 }, (_, index) => floatAt(chart, 45 + index * 24 + 8));
    expect(volumes.every((volume, index) => index === 0 || volume > volumes[index - 1]!)).toBe(true);
    expect(volumes.at(-1)).toBeCloseTo(28_953, -2);
    expect(ask(device, "i21101").slice(19, 23)).toBe("0064");
    expect(ask(device, "i21801")).toContain("FC532801-0099");
    expect(ask(device, "i90200")).toContain("SOFTWARE#");
    expect(ask(device, "i51700").slice(17, 18)).toBe("2");
    expect(ask(device, "iA0101")).toContain("03C000");
  });

  test("has a clock that can be wrong", () => {
    const { device, world } = consoleOf();
    breaks(world, { kind: "clock-wrong", device: "gauge-1", byS: -3_600 });
    expect(ask(device, "i50100").slice(7, 17)).toBe("2508010700");
  });

  test("takes commands torn, after rubbish, and forgets what was escaped", () => {
    const scanner = new CommandScanner();
    const push = (bytes: string) => scanner.push(Buffer.from(bytes, "latin1")).map((command) => command.text);
    expect(push("xx\x01i2")).toEqual([]);
    expect(push("0100")).toEqual(["i20100"]);
    expect(push("\x01i20\x1b100")).toEqual([]);
    expect(push("\x01i2\x01i50100")).toEqual(["i50100"]);
  });
});
