import { describe, expect, test } from "vitest";
import { inject } from "../../faults/inject.ts";
import type { Fault } from "../../faults/kinds.ts";
import { createStation } from "../../physics/station.ts";
import { advance, type World } from "../../physics/world.ts";
import { resolveScenario } from "../../scenario/scenario.ts";
import { scenarioFile } from "../../testing/builder.ts";
import { GAUGE_MAPS, type GaugeMapName } from "./maps.ts";
import { gaugeRegisters } from "./register-map.ts";
import { gaugeViews } from "./view.ts";

function gauge(name: GaugeMapName) {
  const scenario = resolveScenario(scenarioFile({ station: { customersPerHour: 60 } }));
  const world = createStation(scenario, scenario.station.startsAt ?? 0);
  const { registerAt } = gaugeRegisters(world, GAUGE_MAPS[name]);
  const words = (at: number) => [registerAt(at)!, registerAt(at + 1)!] as const;
  const highFirst = (at: number) => words(at)[0] * 65_536 + words(at)[1];
  const lowFirst = (at: number) => words(at)[1] * 65_536 + words(at)[0];
  return { world, registerAt, highFirst, lowFirst, view: gaugeViews(world).get(2)! };
}

function breaks(world: World, fault: Fault): void {
  inject(world, { fault, atMs: 0 });
  advance(world, world.now);
}

describe("maker's maps", () => {
  test("Pneumercator: tank 2 from address 17, whole millimetres and litres, high word first", () => {
    const { highFirst, view, registerAt } = gauge("pneumercator-tms");
    expect(highFirst(19)).toBe(Math.round(view.reading.levelUm / 1_000));
    expect(highFirst(21)).toBe(Math.round(view.reading.volumeCl / 100));
    expect(highFirst(27)).toBe(Math.round(view.reading.temperatureMc / 100));
    expect(registerAt(18)).toBe(1 << 7);
    expect(registerAt(1 + 12 * 16)).toBeUndefined();
  });

  test("Franklin: tank 2 from address 236, low word first", () => {
    const { lowFirst, view } = gauge("franklin-evo");
    expect(lowFirst(240)).toBe(Math.round(view.reading.volumeCl / 10));
  });

  test("MTS: micrometres and ten-thousandths of a degree", () => {
    const { highFirst, world } = gauge("mts-level");
    const { reading } = gaugeViews(world).get(1)!;
    expect(highFirst(0)).toBe(reading.levelUm);
    expect(highFirst(16)).toBe(reading.temperatureMc * 10);
  });
});

describe("a gauge with a fault", () => {
  test("forces a Pneumercator's data to full scale when the probe is pulled, at once", () => {
    const { highFirst, world } = gauge("pneumercator-tms");
    expect(highFirst(19)).toBeLessThan(3_000);
    breaks(world, { kind: "probe-pulled", tank: "T2" });
    expect(highFirst(19)).toBe(0x7fff_ffff);
  });

  test("repeats one level while its float is stuck, noise included", () => {
    const { highFirst, world } = gauge("generic-gauge");
    breaks(world, { kind: "float-stuck", tank: "T1" });
    const levels = Array.from({ length: 20 }, () => {
      advance(world, world.now + 60_000);
      return highFirst(1);
    });
    expect(new Set(levels).size).toBe(1);
    expect(world.tanks.get("T1")!.volumeCl).toBeLessThan(1_500_000);
  });
});
