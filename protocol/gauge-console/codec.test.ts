/** What holds for every command, reply and stream of bytes of a console. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeActiveAlarms, decodeTankAlarms, encodeActiveAlarms, encodeTankAlarms } from "./alarms.ts";
import {
  decodeChartAudit,
  decodeChartByStep,
  decodeFiftyPointChart,
  encodeChartAudit,
  encodeChartByStep,
  encodeFiftyPointChart,
} from "./chart.ts";
import { decodeDeliveries, encodeDeliveries } from "./deliveries.ts";
import type { ConsoleNumber } from "./fields.ts";
import { decodeCommand, decodeReply, encodeCommand, encodeNotSupported, encodeReply } from "./frame.ts";
import {
  decodeClock,
  decodeProbes,
  decodeReferenceTemperature,
  decodeSoftware,
  decodeUnits,
  encodeClock,
  encodeProbes,
  encodeReferenceTemperature,
  encodeSoftware,
  encodeUnits,
} from "./identity.ts";
import { decodeInventory, encodeInventory } from "./inventory.ts";
import { type ConsoleItem, ConsoleStream, MAX_FRAME_BYTES } from "./stream.ts";
import { canonical, fromCanonical } from "./units.ts";

const RUNS = { numRuns: process.env.FORECOURT_SOAK === "1" ? 50_000 : 1_000 };

const single = fc.option(fc.float({ noNaN: true, noDefaultInfinity: true }).map((one) => one || 0));
const certain = fc.float({ noNaN: true, noDefaultInfinity: true }).map((one) => one || 0);
const tank = fc.integer({ min: 1, max: 32 });
const code = fc.stringMatching(/^[0-9A-Z]{3}$/);
const data = fc.stringMatching(/^[ -~]{0,120}$/);
const printable = fc.stringMatching(/^[!-~]$/);
const label = fc.stringMatching(/^[A-Z0-9]{0,20}$/);
const stamp = fc
  .date({ min: new Date("2001-01-01T00:00:00Z"), max: new Date("2099-12-31T23:59:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 16));
const maybeStamp = fc.option(stamp);
const bytes = fc.uint8Array({ maxLength: 200 });

/** Exact fractions as plain numbers, so that what was read can be held against what was written. */
function plain(of: unknown): unknown {
  if (typeof of !== "object" || of === null) return of;
  if (Array.isArray(of)) return of.map(plain);
  if ("numerator" in of) {
    const { numerator, denominator } = of as NonNullable<ConsoleNumber>;
    return Number(numerator) / Number(denominator);
  }
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, plain(value)]));
}

const consoleTank = fc.record({
  tank,
  product: printable,
  status: fc.option(fc.integer({ min: 0, max: 0xffff })),
  volume: single,
  correctedVolume: single,
  ullage: single,
  height: single,
  waterHeight: single,
  temperature: single,
  waterVolume: single,
});
const side = fc.record({
  at: maybeStamp,
  volume: single,
  correctedVolume: single,
  waterHeight: single,
  temperature: single,
  height: single,
});
const deliveries = fc.array(fc.record({ start: side, end: side }), { maxLength: 10 });
const points = fc.array(fc.record({ height: certain, volume: certain }), { maxLength: 60 });
const chart = fc.record({ at: stamp, tanks: fc.array(fc.record({ tank, points }), { maxLength: 3 }) });

describe("what is written is read back", () => {
  test("a command, with and without a security code", () => {
    const security = fc.option(fc.stringMatching(/^[0-9]{6}$/));
    const command = fc.record({ code, device: fc.integer({ min: 0, max: 32 }), data, securityCode: security });
    fc.assert(
      fc.property(command, (one) => {
        expect(decodeCommand(encodeCommand(one))).toEqual({ ok: true, value: one });
      }),
      RUNS,
    );
  });

  test("a reply", () => {
    fc.assert(
      fc.property(code, fc.integer({ min: 0, max: 99 }), data, (one, device, text) => {
        const reply = { code: one, device, data: text };
        expect(decodeReply(encodeReply(reply))).toEqual({ ok: true, value: reply });
      }),
      RUNS,
    );
  });

  const tanks = fc.uniqueArray(consoleTank, { maxLength: 16, selector: (one) => one.tank });
  const alarm = fc.record({ category: fc.integer({ min: 1, max: 99 }), type: tank, device: tank });
  const probe = fc.record({
    tank,
    product: printable,
    type: fc.constantFrom("00", "03"),
    circuitCode: fc.constant("C000"),
    length: single,
    serial: fc.stringMatching(/^[0-9]{6}$/),
    dateCode: fc.stringMatching(/^[0-9]{4}$/),
  });
  const audit = fc.record({
    at: maybeStamp,
    tank,
    capacity: single,
    consoleSerial: label,
    probeSerial: fc.stringMatching(/^[0-9]{6}$/),
    office: label,
    changes: fc.array(stamp, { maxLength: 10 }),
  });
  const pair = <T>(values: fc.Arbitrary<T>, encode: (one: never) => string, decode: (text: string) => unknown) => ({
    values: values as fc.Arbitrary<unknown>,
    encode: encode as (one: unknown) => string,
    decode,
  });
  test.each([
    ["inventory", pair(fc.record({ at: maybeStamp, tanks }), encodeInventory, decodeInventory)],
    [
      "deliveries",
      pair(
        fc.record({
          at: maybeStamp,
          tanks: fc.array(fc.record({ tank, product: printable, deliveries }), { maxLength: 3 }),
        }),
        encodeDeliveries,
        decodeDeliveries,
      ),
    ],
    [
      "active alarms",
      pair(fc.record({ at: maybeStamp, alarms: fc.array(alarm) }), encodeActiveAlarms, decodeActiveAlarms),
    ],
    [
      "tank alarms",
      pair(
        fc.record({ at: maybeStamp, tanks: fc.array(fc.record({ tank, types: fc.array(tank, { maxLength: 20 }) })) }),
        encodeTankAlarms,
        decodeTankAlarms,
      ),
    ],
    ["a chart by step", pair(chart, encodeChartByStep, decodeChartByStep)],
    ["a chart of fifty points", pair(chart, encodeFiftyPointChart, decodeFiftyPointChart)],
    ["a chart's audit trail", pair(audit, encodeChartAudit, decodeChartAudit)],
    ["probes", pair(fc.record({ at: maybeStamp, probes: fc.array(probe) }), encodeProbes, decodeProbes)],
    ["software", pair(fc.record({ at: maybeStamp, text: label }), encodeSoftware, decodeSoftware)],
  ])("%s", (_name, { values, encode, decode }) => {
    fc.assert(
      fc.property(values, (one) => {
        expect(plain(decode(encode(one)))).toEqual({ ok: true, value: one });
      }),
      { numRuns: 300 },
    );
  });

  test("clock, units and reference temperature", () => {
    fc.assert(
      fc.property(stamp, fc.constantFrom("us", "metric", "imperial"), (at, units) => {
        expect(decodeClock(encodeClock(at))).toEqual({ ok: true, value: at });
        expect(decodeUnits(encodeUnits(at, units as "us"))).toEqual({ ok: true, value: units });
        expect(plain(decodeReferenceTemperature(encodeReferenceTemperature(at, 20)))).toEqual({ ok: true, value: 20 });
      }),
      { numRuns: 300 },
    );
  });

  test("a quantity in the units of either system, to the precision of a single", () => {
    const quantity = fc.constantFrom("length", "volume", "temperature");
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000_000 }),
        quantity,
        fc.constantFrom("us", "metric"),
        (value, of, units) => {
          const stated = Math.fround(fromCanonical(value, of as "length", units as "us"));
          const view = new DataView(new ArrayBuffer(4));
          view.setFloat32(0, stated);
          const read = decodeInventory(inventoryWithVolume(view.getUint32(0)));
          const volume = read.ok ? read.value.tanks[0]!.volume : null;
          expect(Math.abs((canonical(volume, of as "length", units as "us") ?? Number.NaN) - value)).toBeLessThan(2);
        },
      ),
      RUNS,
    );
  });
});

function inventoryWithVolume(bits: number): string {
  const text = bits.toString(16).toUpperCase().padStart(8, "0");
  return `2611240228011000007${text}${"0".repeat(48)}`;
}

describe("whatever comes, no decoder fails otherwise than by saying so", () => {
  const decoders = {
    decodeInventory,
    decodeDeliveries,
    decodeActiveAlarms,
    decodeTankAlarms,
    decodeChartByStep,
    decodeFiftyPointChart,
    decodeChartAudit,
    decodeProbes,
    decodeReferenceTemperature,
    decodeSoftware,
    decodeClock,
    decodeUnits,
  };
  test.each(Object.entries(decoders))("%s", (_name, decode) => {
    const nearly = fc.stringMatching(/^2611240228[0-9A-F?]{0,200}$/);
    fc.assert(
      fc.property(fc.oneof(data, nearly), (text) => {
        const read = decode(text);
        if (!read.ok) expect(read.error).toMatchObject({ code: expect.any(String), cure: expect.any(String) });
      }),
      RUNS,
    );
  });
});

function run(stream: Uint8Array, cuts: readonly number[]): ConsoleItem[] {
  const finder = new ConsoleStream();
  const places = [0, ...[...cuts].map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  const items = places.slice(1).flatMap((end, index) => finder.push(stream.subarray(places[index], end)));
  expect(finder.pending).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  return [...items, ...finder.flush()];
}

function bytesOf(item: ConsoleItem): Uint8Array {
  return "raw" in item ? item.raw : item.bytes;
}

const frame = fc.oneof(
  fc
    .tuple(code, fc.integer({ min: 0, max: 99 }), data)
    .map(([one, device, text]) => encodeReply({ code: one, device, data: text })),
  fc.constant(encodeNotSupported()),
);
const cuts = fc.array(fc.nat(), { maxLength: 8 });

describe("a stream", () => {
  test("loses and invents no byte, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(frame, bytes), { maxLength: 6 }), cuts, (parts, places) => {
        const whole = Buffer.concat(parts);
        expect(Buffer.concat(run(whole, places).map(bytesOf))).toEqual(whole);
      }),
      RUNS,
    );
  });

  test("finds a frame after any noise, half frame or echo", () => {
    fc.assert(
      fc.property(bytes, frame, bytes, cuts, (before, one, after, places) => {
        const found = run(Buffer.concat([before, one, after]), places).filter((item) => "raw" in item);
        expect(found.map((item) => Buffer.from(bytesOf(item)).toString("hex"))).toContain(
          Buffer.from(one).toString("hex"),
        );
      }),
      RUNS,
    );
  });

  test("takes no frame with one wrong byte for a frame", () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, place, flip) => {
        const broken = one.slice();
        broken[place % one.length]! ^= flip;
        const found = run(broken, []).filter((item) => "raw" in item && item.raw.length === one.length);
        expect(found).toEqual([]);
      }),
      RUNS,
    );
  });

  test("gives up an answer that never ends, and finds the one after it", () => {
    const endless = Buffer.concat([Buffer.from([0x01]), Buffer.alloc(MAX_FRAME_BYTES + 10, 0x41)]);
    const good = encodeReply({ code: "201", device: 0, data: "2611240228" });
    const items = run(Buffer.concat([endless, good]), [100, 5_000, 19_999, 20_005]);
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["noise", "reply"]));
    expect(items.at(-1)).toMatchObject({ kind: "reply" });
  });
});
