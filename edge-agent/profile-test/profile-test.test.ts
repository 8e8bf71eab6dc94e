/** What a technician sees when a profile is tried: right values, and words for what looks wrong. */
import type { DeviceProfile, Point } from "@forecourt/protocol/profiles/schema.ts";
import { describe, expect, test } from "vitest";
import { modbusCrc } from "../drivers/modbus/crc.ts";
import { ScriptedLine } from "../drivers/scripted-line.test-support.ts";
import { readDevice } from "./device.ts";
import { doubtsOf } from "./plausible.ts";
import { report } from "./table.ts";

const level: Point = { point: "level", fn: 4, at: 1, type: "int32", scale: 0.1, unit: "mm" };
const temperature: Point = {
  point: "temperature",
  fn: 4,
  at: 3,
  type: "int16",
  scale: 0.1,
  unit: "degC",
  missing: 0x8000,
};

function profileWith(points: Point[], count = 2): DeviceProfile {
  return {
    profile: "test",
    device: "tank-gauge",
    title: "Test",
    source: "this test",
    confidence: "?",
    verified: "not verified on real hardware",
    blocks: [{ per: "tank", count, stride: 10, points }],
  };
}

/** An RTU device with these registers; what lies beyond them it refuses. */
function device(registers: Record<number, number>): ScriptedLine {
  return new ScriptedLine((bytes) => {
    const request = Buffer.from(bytes);
    const [address, count] = [request.readUInt16BE(2), request.readUInt16BE(4)];
    const held = Array.from({ length: count }, (_, index) => registers[address + index]);
    const body = held.some((register) => register === undefined)
      ? Buffer.from([request[0]!, request[1]! | 0x80, 2])
      : Buffer.concat([
          Buffer.from([request[0]!, request[1]!, 2 * count]),
          ...held.map((register) => Buffer.from([register! >> 8, register! & 0xff])),
        ]);
    const crc = modbusCrc(body);
    return [Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])])];
  });
}

const wide = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at, 0]));

async function tried(profile: DeviceProfile, registers: Record<number, number>) {
  const read = await readDevice(device(registers), { profile, unit: 1, framing: "rtu", timeoutMs: 1_000 });
  return { ...read, doubts: doubtsOf(profile, read.values) };
}

describe("a profile that fits", () => {
  test("shows raw registers and values, and nothing looks wrong", async () => {
    const read = await tried(profileWith([level, temperature]), { ...wide, 2: 12_345, 3: 215, 12: 20_000, 13: 0x8000 });
    expect(read.doubts).toEqual([]);
    const text = report(read, read.doubts);
    expect(text).toContain("fn 4, address 1, 13 registers: 01041A");
    expect(text).toMatch(/^tank 1 +level +0000 3039 +1234\.500 mm +good$/m);
    expect(text).toMatch(/^tank 1 +temperature +00D7 +21\.500 °C +good$/m);
    expect(text).toMatch(/^tank 2 +temperature +8000 +- +missing$/m);
    expect(text).toContain("Nothing looks wrong.");
  });
});

describe("a profile that does not fit says so", () => {
  test("for swapped words, with the value that the other order gives", async () => {
    const { doubts } = await tried(profileWith([level], 1), { ...wide, 1: 12_345, 2: 0 });
    expect(doubts).toEqual([expect.stringContaining("with `words: low-first` it would be 1234500 um")]);
  });

  test("for a float whose words are swapped, though both are numbers", async () => {
    const volume: Point = { point: "volume", fn: 4, at: 1, type: "float32", unit: "L" };
    const right = await tried(profileWith([volume], 1), { ...wide, 1: 0x466b, 2: 0x3f00 });
    expect(right.doubts).toEqual([]);
    const swapped = await tried(profileWith([volume], 1), { ...wide, 1: 0x3f00, 2: 0x466b });
    expect(swapped.doubts).toEqual([expect.stringContaining("with `words: low-first` it would be 1505575 cL")]);
  });

  test("for an address that the device refuses, and reads the rest", async () => {
    const far: Point = { point: "volume", fn: 4, at: 500, type: "uint32", unit: "L" };
    const { doubts, reads, values } = await tried(profileWith([level, far], 1), { ...wide, 2: 12_345 });
    expect(reads.map(({ answer }) => "error" in answer)).toEqual([false, true]);
    expect(values).toMatchObject([{ value: 1_234_500 }, { quality: "not-read" }]);
    expect(doubts).toEqual([expect.stringContaining("volume: not read at all")]);
    expect(report({ reads, values }, doubts)).toContain("illegal data address");
  });

  test("for codes and bits without a name", async () => {
    const status: Point = { point: "status", fn: 4, at: 0, type: "bits16", bits: { 0: "leak" } };
    const state: Point = { point: "state", fn: 4, at: 1, type: "enum16", values: { 0: "good" } };
    const { doubts } = await tried(profileWith([status, state], 1), { ...wide, 0: 9, 1: 7 });
    expect(doubts).toEqual([expect.stringContaining("bit-3 set"), expect.stringContaining("7 is no code")]);
  });

  test("for a value that no tank has, and for water above the fuel", async () => {
    const water: Point = { ...level, point: "waterLevel", at: 3 };
    const { doubts } = await tried(profileWith([level, water], 1), { ...wide, 2: 100, 4: 5_000 });
    expect(doubts).toEqual([expect.stringContaining("water stands above the fuel")]);
    const hot = await tried(profileWith([{ ...temperature, scale: 1 }], 1), { ...wide, 3: 215 });
    expect(hot.doubts).toEqual([expect.stringContaining("temperature of tank 1: 215000 mdegC cannot be right")]);
  });

  test("for a point that no item has", async () => {
    const { doubts } = await tried(profileWith([temperature]), { ...wide, 3: 0x8000, 13: 0x8000 });
    expect(doubts).toEqual([expect.stringContaining("no value for any item")]);
  });
});
