import { decodeAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import { decodeFrame, encodeFrame, type Frame } from "@forecourt/protocol/tax-port/frame.ts";
import { encodeRequest, type TaxPortRequest } from "@forecourt/protocol/tax-port/requests.ts";
import { describe, expect, test } from "vitest";
import { endFault, inject } from "../../faults/inject.ts";
import type { Fault } from "../../faults/kinds.ts";
import { createStation } from "../../physics/station.ts";
import { advance, type World } from "../../physics/world.ts";
import { resolveScenario } from "../../scenario/scenario.ts";
import type { DispenserFile, ScenarioFile } from "../../scenario/schema.ts";
import { scenarioFile } from "../../testing/builder.ts";
import { TaxPortDevice } from "./device.ts";
import { RequestScanner } from "./requests.ts";

const MINUTE = 60_000;

function deviceOf(changes: Partial<DispenserFile> = {}, file: ScenarioFile = scenarioFile()) {
  const changed = { ...file, dispensers: file.dispensers.map((dispenser) => ({ ...dispenser, ...changes })) };
  const scenario = resolveScenario(changed);
  const world = createStation(scenario, scenario.station.startsAt ?? 0);
  return { world, device: new TaxPortDevice(world, world.dispensers.get("tax-1")!) };
}

function frameOf(raw: Uint8Array): Frame {
  const decoded = decodeFrame(raw);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

function ask(device: TaxPortDevice, request: TaxPortRequest) {
  const profile = profiles[device.dispenser.plan.dialect];
  const [found] = new RequestScanner().push(encodeRequest(request, profile));
  const frames = device.answer(found!.request!).map(frameOf);
  if (frames.length === 0) return undefined;
  const decoded = decodeAnswer(frames, profile);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value;
}

const total = (nozzleIndex: number, mode: 0 | 1 | 2 = 0): TaxPortRequest => ({
  command: "grand-total",
  nozzleIndex,
  mode,
  returnMethod: 1,
});
const last = (nozzleIndex: number, returnMethod = 1): TaxPortRequest => ({
  command: "last-fuelling",
  nozzleIndex,
  returnMethod,
});

/** Runs until a nozzle has sold, and gives its last sale that reached the port. */
function sellOn(world: World, nozzle: string) {
  for (let minute = 1; minute < 600; minute += 1) {
    advance(world, world.startAt + minute * MINUTE);
    const state = world.nozzles.get(nozzle)!;
    if (state.sales > 0) return state;
  }
  throw new Error(`nobody came to ${nozzle}`);
}

describe("a tax port", () => {
  test("gives each nozzle its own grand total, and nothing on the factory's and the inspector's counters", () => {
    const { device } = deviceOf();
    expect(ask(device, total(0))).toMatchObject({ volumeCl: 12_345_678, amountFen: 95_061_721, status: 1 });
    expect(ask(device, total(1))).toMatchObject({ volumeCl: 98_765_432 });
    expect(ask(device, total(0, 1))).toMatchObject({ volumeCl: 0, amountFen: 0 });
    expect(ask(device, total(0, 2))).toMatchObject({ volumeCl: 0, amountFen: 0 });
  });

  test.each(["28-byte", "30-byte", "large-flow"] as const)(
    "in the %s dialect shows a sale in all its counters",
    (dialect) => {
      const { device, world } = deviceOf({ dialect });
      const sold = sellOn(world, "N01");
      const volumeCl = sold.grandTotal.volumeCl - 12_345_678;
      expect(ask(device, total(0))).toMatchObject(sold.grandTotal);
      const fuelled = new Date(sold.last!.at + 8 * 60 * MINUTE);
      expect(ask(device, last(0))).toMatchObject({
        status: 1,
        volumeCl: sold.last!.volumeCl,
        amountFen: sold.last!.amountFen,
        unitPriceFen: 770,
        dayOfMonth: 1,
        hour: fuelled.getUTCHours(),
        minute: fuelled.getUTCMinutes(),
      });
      const day = ask(device, { command: "day-total", nozzleIndex: 0, date: "2025-08-01", returnMethod: 1 });
      expect(day).toMatchObject({ status: 1, volumeCl, unitPriceFen: 770 });
      const month = ask(device, { command: "month-total", nozzleIndex: 0, month: "2025-08", returnMethod: 1 });
      expect(month).toMatchObject({ status: 1, volumeCl });
    },
  );

  test("answers a day on which nothing was sold with status 0", () => {
    const { device } = deviceOf();
    const day = ask(device, { command: "day-total", nozzleIndex: 0, date: "2025-07-31", returnMethod: 1 });
    expect(day).toMatchObject({ status: 0, volumeCl: 0, unitPriceFen: 0 });
  });

  test("keeps the old totals while fuel flows", () => {
    const { device, world } = deviceOf();
    while (!world.nozzles.get("N01")!.fuelling?.pumpedCl) advance(world, world.now + 1_000);
    const before = world.nozzles.get("N01")!.grandTotal.volumeCl;
    expect(ask(device, total(0))).toMatchObject({ volumeCl: before });
  });

  test("that is silent while fuelling says nothing until the nozzle hangs", () => {
    const { device, world } = deviceOf({ silentWhileFuelling: true });
    expect(ask(device, total(1))).toBeDefined();
    while (!world.nozzles.get("N01")!.fuelling) advance(world, world.now + 1_000);
    expect(ask(device, total(1))).toBeUndefined();
    world.open = false;
    advance(world, world.now + 30 * MINUTE);
    expect(ask(device, total(1))).toBeDefined();
  });

  test("tells who it is in two frames when initialised, in one when not", () => {
    const { device } = deviceOf();
    expect(ask(device, { command: "information", nozzleIndex: 1 })).toMatchObject({
      initialised: true,
      factorySerial: "4001900123",
      taxpayerId: "91532801MA6K0000XX00",
      oilCode: "1040",
      deviceTime: "2025-08-01T08:00",
    });
    const fresh = deviceOf({ initialised: false });
    expect(ask(fresh.device, { command: "information", nozzleIndex: 0 })).toEqual({
      command: "information",
      initialised: false,
      factorySerial: "4001900123",
    });
  });

  test("has its display disturbed by an information request until a last fuelling is sent to the display", () => {
    const { device } = deviceOf();
    expect(device.display.shows).toBe("fuelling");
    ask(device, { command: "information", nozzleIndex: 0 });
    ask(device, total(0));
    expect(device.display.shows).toBe("information");
    expect(ask(device, last(1, 0))).toBeUndefined();
    expect(device.display).toEqual({ shows: "fuelling", nozzle: "N02" });
  });

  test("keeps silent for a nozzle it does not have, an encrypted output, an unknown command", () => {
    const { device } = deviceOf();
    expect(ask(device, total(5))).toBeUndefined();
    expect(ask(device, last(0, 2))).toBeUndefined();
    const [unknown] = new RequestScanner().push(encodeFrame({ command: 0x42, payload: Uint8Array.of(0, 1) }));
    expect(unknown!.request).toBeUndefined();
  });

  test("with cross-talk gives about that share of answers with the other nozzle's figures", () => {
    const { device } = deviceOf({ crossTalk: 0.25 });
    const answers = Array.from({ length: 2_000 }, () => ask(device, total(0)));
    const wrong = answers.filter(
      (answer) => answer?.command === "grand-total" && answer.volumeCl === 98_765_432,
    ).length;
    expect(wrong / answers.length).toBeGreaterThan(0.2);
    expect(wrong / answers.length).toBeLessThan(0.3);
  });

  test("whose board is swapped is silent for two minutes, then another device with the same totals", () => {
    const swap = { kind: "board-swap" as const, device: "tax-1", factorySerial: "4001900999", at: "1m" };
    const file = scenarioFile({ station: { customersPerHour: 0 }, cheats: [swap] });
    const { device, world } = deviceOf({}, file);
    advance(world, world.startAt + 2 * MINUTE);
    expect(ask(device, total(0))).toBeUndefined();
    advance(world, world.startAt + 3 * MINUTE);
    expect(ask(device, total(0))).toMatchObject({ volumeCl: 12_345_678 });
    expect(ask(device, { command: "information", nozzleIndex: 0 })).toMatchObject({ factorySerial: "4001900999" });
  });

  const breaks = (world: World, fault: Fault) => {
    inject(world, { fault, atMs: 0 });
    advance(world, world.now);
  };

  test("that pads with spaces says the same months and days", () => {
    const { device, world } = deviceOf();
    sellOn(world, "N01");
    const day = { command: "day-total", nozzleIndex: 0, date: "2025-08-01", returnMethod: 1 } as const;
    const month = { command: "month-total", nozzleIndex: 0, month: "2025-08", returnMethod: 1 } as const;
    const zero = [ask(device, day), ask(device, month)];
    breaks(world, { kind: "space-padding", device: "tax-1" });
    expect([ask(device, day), ask(device, month)]).toEqual(zero);
    const raw = device.answer({ command: "month", month: "2025-08", nozzleIndex: 0, returnMethod: 1 })[0]!;
    expect(Buffer.from(raw.subarray(5, 11)).toString()).toBe("2025 8");
  });

  test.each([0, 2])("can be given %i spare bytes at the end of its information", (bytes) => {
    const { device, world } = deviceOf();
    breaks(world, { kind: "spare-bytes", device: "tax-1", bytes });
    const [, second] = device.answer({ command: "information", nozzleIndex: 0 });
    expect(second).toHaveLength(22 + bytes);
    expect(ask(device, { command: "information", nozzleIndex: 0 })).toMatchObject({ oilCode: "1020" });
  });

  test("goes silent, slow or swaps its nozzles while it is told to, and is itself again after", () => {
    const { device, world } = deviceOf();
    breaks(world, { kind: "silent", device: "tax-1" });
    expect(ask(device, total(0))).toBeUndefined();
    endFault(world, "silent", "tax-1");
    breaks(world, { kind: "slow", device: "tax-1", delayMs: 700 });
    expect(device.turnaroundMs).toBe(705);
    breaks(world, { kind: "cross-talk", device: "tax-1", share: 1 });
    expect(ask(device, total(0))).toMatchObject({ volumeCl: 98_765_432 });
    endFault(world, "slow", "tax-1");
    endFault(world, "cross-talk", "tax-1");
    expect(device.turnaroundMs).toBe(5);
    expect(ask(device, total(0))).toMatchObject({ volumeCl: 12_345_678 });
  });
});
