/** Every shared vector read, and what we understand of it written back to the same bytes. */
import { describe, expect, test } from "vitest";
import {
  alarmName,
  decodeActiveAlarms,
  decodeTankAlarms,
  encodeActiveAlarms,
  encodeTankAlarms,
  isSystemAlarm,
  isTankAlarm,
} from "./alarms.ts";
import { decodeDeliveries, encodeDeliveries } from "./deliveries.ts";
import type { ConsoleNumber } from "./fields.ts";
import { decodeReply, encodeNotSupported, encodeReply, NOT_SUPPORTED } from "./frame.ts";
import { consoleFunctions } from "./functions.ts";
import { decodeInventory, encodeInventory, isHeightInvalid, statusNames } from "./inventory.ts";
import { canonical } from "./units.ts";
import file from "./vectors.json" with { type: "json" };

function bytesOf(name: string): Uint8Array {
  const vector = file.vectors.find((one) => one.name === name);
  if (vector === undefined) throw new Error(`no vector "${name}"`);
  return Uint8Array.from(`\x01${vector.text}\x03`, (character) => character.charCodeAt(0));
}

function replyOf(name: string) {
  const reply = decodeReply(bytesOf(name));
  if (!reply.ok || reply.value === NOT_SUPPORTED) throw new Error(`"${name}" is no reply`);
  return reply.value;
}

function value<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Exact fractions as plain numbers, wherever they stand. */
function plain<T>(of: T): unknown {
  return JSON.parse(
    JSON.stringify(of, (_key, one: unknown) =>
      typeof one === "object" && one !== null && "numerator" in one ? asNumber(one as ConsoleNumber) : one,
    ),
  );
}

function asNumber(value: ConsoleNumber): number | null {
  return value === null ? null : Number(value.numerator) / Number(value.denominator);
}

describe.each(file.vectors.filter(({ text }) => text !== "9999FF1B"))("$name", ({ name }) => {
  test("has a checksum that fits, and is written back to the same bytes", () => {
    expect(encodeReply(replyOf(name))).toEqual(bytesOf(name));
  });

  test("is refused when any character is another", () => {
    const bytes = bytesOf(name);
    for (let at = 1; at < bytes.length - 1; at += 1) {
      const broken = bytes.slice();
      broken[at] = broken[at] === 0x30 ? 0x31 : 0x30;
      if (broken[at] !== bytes[at]) expect(decodeReply(broken)).toMatchObject({ ok: false });
    }
  });
});

test("an unknown function is answered without `&&`, and that is no error", () => {
  expect(decodeReply(bytesOf("not supported"))).toEqual({ ok: true, value: NOT_SUPPORTED });
  expect(encodeNotSupported()).toEqual(bytesOf("not supported"));
});

test("the manual's inventory is what the manual says", () => {
  const reply = replyOf("inventory of one tank, values of the manual's example");
  expect([reply.code, reply.device]).toEqual([consoleFunctions.inventory, 1]);
  const inventory = value(decodeInventory(reply.data));
  expect(plain(inventory)).toEqual({
    at: "2096-01-22T15:06",
    tanks: [
      {
        tank: 1,
        product: "1",
        status: 0,
        volume: 5329,
        correctedVolume: 5413,
        ullage: 4699,
        height: expect.closeTo(48.97, 3),
        waterHeight: 0,
        temperature: expect.closeTo(37.39, 3),
        waterVolume: 0,
      },
    ],
  });
  expect(encodeInventory(plain(inventory) as never)).toBe(reply.data);
});

test("a dead tank beside a living one has no values, and the living one keeps its own", () => {
  const [living, dead] = value(
    decodeInventory(replyOf("inventory of two tanks, the second without any value").data),
  ).tanks;
  expect(plain(living)).toMatchObject({
    tank: 1,
    volume: 15_055.75,
    correctedVolume: 14_980,
    ullage: 14_944.25,
    height: 1234.5,
    waterHeight: 12,
    temperature: 21.5,
    waterVolume: 55.5,
  });
  expect(plain(dead)).toEqual({
    tank: 2,
    product: "2",
    status: 0,
    volume: null,
    correctedVolume: null,
    ullage: 0,
    height: null,
    waterHeight: null,
    temperature: null,
    waterVolume: null,
  });
  expect(canonical(living!.height, "length", "metric")).toBe(1_234_500);
  expect(canonical(dead!.height, "length", "metric")).toBeNull();
});

test("fields of `?` are no values", () => {
  const { data } = replyOf("inventory of one tank, values of the manual's example");
  const off = data.slice(0, 10) + data.slice(10).replace("0000", "????").replace("45A68800", "????????");
  expect(plain(value(decodeInventory(off)).tanks[0])).toMatchObject({ status: null, volume: null, ullage: 4699 });
});

test("the manual's delivery is what the manual says", () => {
  const { data } = replyOf("delivery report of one tank, values of the manual's example");
  const report = value(decodeDeliveries(data));
  expect(plain(report)).toMatchObject({
    tanks: [
      {
        tank: 1,
        product: "1",
        deliveries: [
          {
            start: { at: "2097-07-28T15:05", volume: 1244, height: expect.closeTo(24.4, 3) },
            end: { at: "2097-07-28T15:14", volume: 3231, height: expect.closeTo(48.27, 3) },
          },
        ],
      },
    ],
  });
  expect(encodeDeliveries(plain(report) as never)).toBe(data);
});

test("a real console's alarm has a name", () => {
  const { data } = replyOf("one active alarm of a real console");
  const active = value(decodeActiveAlarms(data));
  expect(active).toEqual({ at: "2023-12-30T13:42", alarms: [{ category: 2, type: 4, device: 2 }] });
  expect(alarmName(active.alarms[0]!)).toBe("overfill");
  expect(alarmName({ category: 20, type: 2 })).toBe("alarm-20-02");
  expect([isTankAlarm(active.alarms[0]!), isSystemAlarm(active.alarms[0]!)]).toEqual([true, false]);
  expect(encodeActiveAlarms(active)).toBe(data);
});

test("tank alarms of two tanks without any", () => {
  const { data } = replyOf("tank alarms, none");
  const report = value(decodeTankAlarms(data));
  expect(report.tanks).toEqual([
    { tank: 1, types: [] },
    { tank: 2, types: [] },
  ]);
  expect(encodeTankAlarms(report)).toBe(data);
});

test("the status of a tank has names, and says whether its height is to be believed", () => {
  expect(statusNames(0x0005)).toEqual(["delivery", "invalid-height"]);
  expect(statusNames(0x8002)).toEqual(["leak-test", "bit-15"]);
  expect([isHeightInvalid(0x0003), isHeightInvalid(0x0004), isHeightInvalid(null)]).toEqual([false, true, false]);
});
