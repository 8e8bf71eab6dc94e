import { describe, expect, test } from "vitest";
import { plant } from "../physics/cheats.ts";
import { readGauge } from "../physics/gauge-reading.ts";
import { createStation } from "../physics/station.ts";
import { advance } from "../physics/world.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import { scenarioFile } from "../testing/builder.ts";
import { GAUGE_MAPS } from "./gauges/maps.ts";
import { gaugeRegisters } from "./gauges/register-map.ts";
import { answerPdu, crc16 } from "./modbus.ts";
import { sealMap } from "./seal-map.ts";

function stationAt() {
  const scenario = resolveScenario(scenarioFile());
  return createStation(scenario, scenario.station.startsAt ?? 0);
}

const read = (fn: number, address: number, count: number) =>
  Uint8Array.of(fn, address >> 8, address & 0xff, count >> 8, count & 0xff);

describe("the Modbus layer", () => {
  test("knows the CRC of the specification's example", () => {
    expect(crc16(Uint8Array.of(0x02, 0x07))).toBe(0x1241);
    expect(crc16(new TextEncoder().encode("123456789"))).toBe(0x4b37);
  });

  test("answers a read with its registers, high byte first", () => {
    const map = { fn: 4 as const, registerAt: (address: number) => 0x0102 * address };
    expect([...answerPdu(map, read(4, 1, 2))]).toEqual([4, 4, 0x01, 0x02, 0x02, 0x04]);
  });

  test.each([
    ["another function", read(3, 0, 1), [0x83, 1]],
    ["a write", Uint8Array.of(6, 0, 0, 0, 1), [0x86, 1]],
    ["nothing at all", new Uint8Array(0), [0x80, 1]],
    ["an address beyond the map", read(4, 9, 2), [0x84, 2]],
    ["no registers", read(4, 0, 0), [0x84, 3]],
    ["too many registers", read(4, 0, 126), [0x84, 3]],
    ["a cut-off request", read(4, 0, 1).subarray(0, 3), [0x84, 3]],
  ])("refuses %s", (_, request, answer) => {
    const map = { fn: 4 as const, registerAt: (address: number) => (address < 10 ? 0 : undefined) };
    expect([...answerPdu(map, request)]).toEqual(answer);
  });
});

describe("the gauge's registers", () => {
  test("hold level, temperature and volumes of each tank in their places", () => {
    const world = stationAt();
    const { registerAt } = gaugeRegisters(world, GAUGE_MAPS["generic-gauge"]);
    const tank = world.tanks.get("T2")!;
    const reading = readGauge(world, tank);
    const at = (offset: number) => registerAt(20 + offset)!;
    const long = (offset: number) => at(offset) * 65_536 + at(offset + 1);
    expect(long(1) * 100).toBe(reading.levelUm);
    expect(long(3)).toBe(0);
    expect(at(5)).toBe(Math.round(reading.temperatureMc / 100));
    expect(long(6)).toBe(Math.round(reading.volumeCl / 10));
    expect(long(8)).toBe(Math.round(reading.standardVolumeCl / 10));
    expect(long(10)).toBe(0);
    expect(long(12)).toBe(Math.round(reading.ullageCl / 10));
  });

  test("say that a probe is missing where there is no tank, and end after the eighth", () => {
    const { registerAt } = gaugeRegisters(stationAt(), GAUGE_MAPS["generic-gauge"]);
    expect(registerAt(40)).toBe(1 << 4);
    expect([registerAt(41), registerAt(42), registerAt(45)]).toEqual([0x8000, 0, 0x8000]);
    expect(registerAt(159)).toBe(0);
    expect(registerAt(160)).toBeUndefined();
  });

  test("show a delivery while it lasts, and a frost below zero as a negative number", () => {
    const file = scenarioFile({ deliveries: [{ tank: "T1", at: "1m", volumeL: 5000 }] });
    const scenario = resolveScenario({ ...file, tanks: file.tanks.map((tank) => ({ ...tank, temperatureC: -10 })) });
    const world = createStation(scenario, scenario.station.startsAt ?? 0);
    advance(world, world.startAt + 2 * 60_000);
    const { registerAt } = gaugeRegisters(world, GAUGE_MAPS["generic-gauge"]);
    expect(registerAt(0)! & 1).toBe(1);
    expect(registerAt(5)!).toBeGreaterThan(0xff00);
    advance(world, world.startAt + 30 * 60_000);
    expect(registerAt(0)! & 1).toBe(0);
  });
});

describe("the seal hub's registers", () => {
  test("hold state, counters, battery and serial of each seal", () => {
    const world = stationAt();
    const { registerAt } = sealMap(world);
    expect(registerAt(0)).toBe(2);
    expect(registerAt(10)).toBe(1);
    expect(registerAt(13)).toBe(90);
    expect([14, 15, 16, 17].map((address) => registerAt(address)!.toString(16))).toEqual(["4653", "2d53", "3031", "0"]);
    plant(world, { kind: "seal-cut", seal: "S02", atMs: 0 });
    advance(world, world.now);
    expect([18, 19, 20].map(registerAt)).toEqual([3, 1, 0]);
  });

  test("mark seals that are not installed, and end after the thirty-second", () => {
    const { registerAt } = sealMap(stationAt());
    expect([26, 29].map(registerAt)).toEqual([0, 0xffff]);
    expect(registerAt(265)).toBe(0);
    expect(registerAt(266)).toBeUndefined();
  });
});
