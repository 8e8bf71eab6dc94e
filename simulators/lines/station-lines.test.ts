import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHex } from "@forecourt/protocol/hex.ts";
import { FrameStream } from "@forecourt/protocol/tax-port/stream.ts";
import modbus from "modbus-serial";
import { afterEach, describe, expect, test } from "vitest";
import { crc16 } from "../devices/modbus.ts";
import { endFault, inject } from "../faults/inject.ts";
import type { Fault } from "../faults/kinds.ts";
import { createStation } from "../physics/station.ts";
import { advance, type World } from "../physics/world.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import type { DispenserFile, ScenarioFile } from "../scenario/schema.ts";
import { scenarioFile } from "../testing/builder.ts";
import { openMaster, type SerialMaster } from "../testing/serial-master.ts";
import { announce, openLines, type StationLines } from "./station-lines.ts";
import type { WireMode } from "./wire.ts";

const TOTAL_OF_NOZZLE_0 = fromHex("BB 06 FF 89 00 00 01 77") as Uint8Array;
const TOTAL_ANSWER_BYTES = 30;
const CHARACTER_MS = 11 / 9.6;

const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const onRtu: Partial<ScenarioFile> = {
  gauge: { device: "gauge-1", transport: "both", line: "bus", unit: 1 },
  sealHub: {
    device: "seals-1",
    transport: "rtu",
    line: "bus",
    unit: 2,
    seals: [{ seal: "S01", place: "board-box", of: "tax-1" }],
  },
};

async function open(changes: Partial<ScenarioFile> = {}, mode: WireMode = "instant") {
  const scenario = resolveScenario(scenarioFile({ station: { customersPerHour: 0 }, ...changes }));
  const world = createStation(scenario, 0);
  const directory = mkdtempSync(join(tmpdir(), "sim-lines-"));
  const lines = await openLines(world, { directory, mode, refresh: () => undefined });
  cleanUps.push(
    () => rmSync(directory, { recursive: true }),
    () => lines.close(),
  );
  return { world, lines, directory };
}

async function master(lines: StationLines, line: string, parity: "even" | "none" = "even"): Promise<SerialMaster> {
  const opened = await openMaster(lines.places.serial[line]!, parity);
  cleanUps.push(() => opened.close());
  return opened;
}

function breaks(world: World, fault: Fault): void {
  inject(world, { fault, atMs: 0 });
  advance(world, world.now);
}

function totals(bytes: Uint8Array): number {
  return new FrameStream().push(bytes).filter((item) => item.kind === "frame").length;
}

describe("a tax port on a serial line", () => {
  test("answers no faster than the wire allows, and not much slower", async () => {
    const { lines } = await open({}, "baud");
    const tax = await master(lines, "tax-1");
    const wireMs = (TOTAL_OF_NOZZLE_0.length + TOTAL_ANSWER_BYTES) * CHARACTER_MS + 5;
    const took: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const { answer, tookMs } = await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES);
      expect(totals(answer)).toBe(1);
      took.push(tookMs);
    }
    expect(Math.min(...took)).toBeGreaterThanOrEqual(wireMs);
    expect(Math.min(...took)).toBeLessThan(wireMs + 10);
  });

  test("answers a request that comes in pieces, and after rubbish", async () => {
    const { lines } = await open();
    const tax = await master(lines, "tax-1");
    const torn = await tax.ask(TOTAL_OF_NOZZLE_0.subarray(0, 5), 1, 20);
    expect(torn.answer).toHaveLength(0);
    expect(totals((await tax.ask(TOTAL_OF_NOZZLE_0.subarray(5), TOTAL_ANSWER_BYTES)).answer)).toBe(1);
    const rubbish = Uint8Array.of(0x00, 0xff, 0xbb, 0x20, 1, 2, ...TOTAL_OF_NOZZLE_0);
    await tax.ask(rubbish, TOTAL_ANSWER_BYTES, 200);
    expect(totals((await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES)).answer)).toBe(1);
  });

  test("that splits its answers sends both halves", async () => {
    const [dispenser] = scenarioFile().dispensers as [DispenserFile];
    const { lines } = await open({ dispensers: [{ ...dispenser, splitAnswers: true }] }, "baud");
    const tax = await master(lines, "tax-1");
    const half = await tax.ask(TOTAL_OF_NOZZLE_0, 1);
    expect(half.answer).toHaveLength(TOTAL_ANSWER_BYTES / 2);
    const whole = await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES + TOTAL_ANSWER_BYTES / 2);
    expect(whole.answer).toHaveLength(TOTAL_ANSWER_BYTES + TOTAL_ANSWER_BYTES / 2);
  });

  test("whose cable is pulled hangs up on the master, loses its path, and is back after plugging", async () => {
    const { lines } = await open();
    const tax = await master(lines, "tax-1");
    // serialport's reader must be waiting: a hang-up in the middle of a read makes it read nothing for ever.
    await tax.ask(new Uint8Array(0), 1, 50);
    lines.setPlugged("tax-1", false);
    await tax.hungUp;
    expect(existsSync(lines.places.serial["tax-1"]!)).toBe(false);
    lines.setPlugged("tax-1", true);
    const again = await master(lines, "tax-1");
    expect(totals((await again.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES)).answer)).toBe(1);
  });

  test("can be opened again after its master has gone, and sends nothing that master had asked for", async () => {
    const { lines } = await open();
    const first = await master(lines, "tax-1");
    first.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES, 10);
    await first.close();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const second = await master(lines, "tax-1");
    expect((await second.ask(new Uint8Array(0), 1, 50)).answer).toHaveLength(0);
    expect(totals((await second.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES)).answer)).toBe(1);
  });

  test("on a noisy line spoils frames in both directions", async () => {
    const { lines, world } = await open();
    const tax = await master(lines, "tax-1");
    breaks(world, { kind: "noise", line: "tax-1", share: 1 });
    for (let turn = 0; turn < 10; turn += 1) {
      expect(totals((await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES + 2, 30)).answer)).toBe(0);
    }
    endFault(world, "noise", "tax-1");
    await tax.ask(new Uint8Array(0), 1, 100);
    expect(totals((await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES)).answer)).toBe(1);
  });
});

describe("a line with a fault", () => {
  const isTotal = (bytes: Uint8Array) => totals(bytes) === 1 && bytes.length === TOTAL_ANSWER_BYTES;

  test("echoes: the master hears itself, then the answer", async () => {
    const { lines, world } = await open();
    const tax = await master(lines, "tax-1");
    breaks(world, { kind: "echo", line: "tax-1" });
    const { answer } = await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_OF_NOZZLE_0.length + TOTAL_ANSWER_BYTES);
    expect([...answer.subarray(0, 8)]).toEqual([...TOTAL_OF_NOZZLE_0]);
    expect(isTotal(answer.subarray(8))).toBe(true);
  });

  test("reflects: the master hears nothing but itself", async () => {
    const { lines, world } = await open();
    const tax = await master(lines, "tax-1");
    breaks(world, { kind: "reflect", line: "tax-1" });
    const { answer } = await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_OF_NOZZLE_0.length + 1, 60);
    expect([...answer]).toEqual([...TOTAL_OF_NOZZLE_0]);
  });

  test("drops answers, and all of them when told so", async () => {
    const { lines, world } = await open();
    const tax = await master(lines, "tax-1");
    breaks(world, { kind: "drop", line: "tax-1", share: 1 });
    expect((await tax.ask(TOTAL_OF_NOZZLE_0, 1, 60)).answer).toHaveLength(0);
    endFault(world, "drop", "tax-1");
    expect(isTotal((await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES)).answer)).toBe(true);
  });

  test("splits answers with a pause, and lets a slow device answer late", async () => {
    const { lines, world } = await open();
    const tax = await master(lines, "tax-1");
    breaks(world, { kind: "split", line: "tax-1", gapMs: 40 });
    breaks(world, { kind: "slow", device: "tax-1", delayMs: 80 });
    const first = await tax.ask(TOTAL_OF_NOZZLE_0, 1);
    expect(first.tookMs).toBeGreaterThanOrEqual(79);
    expect(first.answer).toHaveLength(TOTAL_ANSWER_BYTES / 2);
  });

  test("is unplugged and back under another name, which the stable path leads to", async () => {
    const { lines, world } = await open();
    const path = lines.places.serial["tax-1"]!;
    const before = readlinkSync(path);
    breaks(world, { kind: "unplugged", line: "tax-1" });
    expect(world.lines.get("tax-1")).toBe(false);
    lines.setPlugged("tax-1", false);
    expect(existsSync(path)).toBe(false);
    endFault(world, "unplugged", "tax-1");
    lines.setPlugged("tax-1", true);
    expect(readlinkSync(path)).not.toBe(before);
    const tax = await master(lines, "tax-1");
    expect(isTotal((await tax.ask(TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES)).answer)).toBe(true);
  });
});

describe("a serial server", () => {
  const ask = async (place: { host: string; port: number }, request: Uint8Array, length: number) => {
    const socket = connect(place);
    cleanUps.push(() => socket.destroy());
    let got = Buffer.alloc(0);
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    const whole = new Promise<void>((resolve) => {
      socket.on("data", (bytes) => {
        got = Buffer.concat([got, bytes]);
        if (got.length >= length) resolve();
      });
    });
    socket.on("error", () => undefined);
    socket.write(request);
    await Promise.race([whole, closed]);
    return got;
  };

  test("passes a tax port's bytes through, and RTU frames over TCP", async () => {
    const { lines } = await open({ ...onRtu, serialServers: ["tax-1", "bus"] });
    expect(lines.places.serial).toEqual({});
    const tax = await ask(lines.places.servers["tax-1"]!, TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES);
    expect(totals(tax)).toBe(1);
    const request = Uint8Array.of(1, 4, 0, 0, 0, 1, 0x31, 0xca);
    const answer = await ask(lines.places.servers.bus!, request, 7);
    expect(crc16(answer)).toBe(0);
    expect([...answer.subarray(0, 3)]).toEqual([1, 4, 2]);
  });

  test("refuses everybody while its line is pulled", async () => {
    const { lines } = await open({ serialServers: ["tax-1"] });
    lines.setPlugged("tax-1", false);
    expect(await ask(lines.places.servers["tax-1"]!, TOTAL_OF_NOZZLE_0, 1)).toHaveLength(0);
    lines.setPlugged("tax-1", true);
    expect(totals(await ask(lines.places.servers["tax-1"]!, TOTAL_OF_NOZZLE_0, TOTAL_ANSWER_BYTES))).toBe(1);
  });
});

describe("Modbus RTU", () => {
  const rtu = (...body: number[]) => {
    const crc = crc16(Uint8Array.from(body));
    return Uint8Array.of(...body, crc & 0xff, crc >> 8);
  };

  test("serves two units on one line at 9600 8N1 with the wire's timing", async () => {
    const { lines } = await open(onRtu, "baud");
    const bus = await master(lines, "bus", "none");
    const gauge = await bus.ask(rtu(1, 4, 0, 0, 0, 14), 33);
    expect([...gauge.answer.subarray(0, 3)]).toEqual([1, 4, 28]);
    expect(gauge.tookMs).toBeGreaterThanOrEqual((8 + 3.5 + 33) / 0.96);
    const hub = await bus.ask(rtu(2, 3, 0, 0, 0, 1), 7);
    expect([...hub.answer]).toEqual([...rtu(2, 3, 2, 0, 1)]);
  });

  test("keeps silent at a wrong check, another unit and a broadcast, and goes on", async () => {
    const { lines } = await open(onRtu);
    const bus = await master(lines, "bus", "none");
    const spoilt = rtu(1, 4, 0, 0, 0, 1);
    spoilt[2] = 9;
    for (const request of [
      spoilt,
      rtu(7, 4, 0, 0, 0, 1),
      rtu(0, 4, 0, 0, 0, 1),
      Uint8Array.of(1),
      new Uint8Array(600),
    ]) {
      expect((await bus.ask(request, 1, 40)).answer).toHaveLength(0);
    }
    // On a busy machine rubbish and request may arrive in one piece, which is no frame: masters ask again.
    let { answer } = await bus.ask(rtu(1, 4, 0, 0, 0, 1), 7);
    for (let turn = 0; turn < 3 && answer.length === 0; turn += 1) {
      ({ answer } = await bus.ask(rtu(1, 4, 0, 0, 0, 1), 7));
    }
    expect(answer).toHaveLength(7);
  });

  test("answers what it cannot do with an exception", async () => {
    const { lines } = await open(onRtu);
    const bus = await master(lines, "bus", "none");
    expect([...(await bus.ask(rtu(1, 3, 0, 0, 0, 1), 5)).answer]).toEqual([...rtu(1, 0x83, 1)]);
    expect([...(await bus.ask(rtu(1, 4, 0, 200, 0, 1), 5)).answer]).toEqual([...rtu(1, 0x84, 2)]);
  });
});

describe("a foreign Modbus master", () => {
  test("reads the gauge over TCP and RTU alike, and sees the tank fall", async () => {
    const { lines, world } = await open(onRtu);
    const { host, port } = lines.places.tcp["gauge-1"]!;
    const tcp = new modbus.default();
    await tcp.connectTCP(host, { port });
    const rtu = new modbus.default();
    await rtu.connectRTUBuffered(lines.places.serial.bus!, { baudRate: 9600 });
    cleanUps.push(
      () => new Promise((resolve) => tcp.close(() => resolve(undefined))),
      () => new Promise((resolve) => rtu.close(() => resolve(undefined))),
    );
    for (const client of [tcp, rtu]) client.setID(1);
    const before = (await tcp.readInputRegisters(0, 34)).data;
    expect((await rtu.readInputRegisters(0, 34)).data).toEqual(before);
    world.tanks.get("T1")!.fuelUl -= 100_000 * 10_000;
    advance(world, world.now + 5_000);
    const after = (await tcp.readInputRegisters(0, 34)).data;
    const litres = (data: number[]) => (data[6]! * 65_536 + data[7]!) / 10;
    expect(litres(before) - litres(after)).toBeGreaterThan(980);
    expect(litres(before) - litres(after)).toBeLessThan(1_020);
    rtu.setID(2);
    expect((await rtu.readHoldingRegisters(0, 18)).data[10]).toBe(1);
    await expect(tcp.readInputRegisters(300, 2)).rejects.toThrow(/address/i);
  });
});

test("lines.json appears whole, and goes with the station", async () => {
  const { lines, directory } = await open();
  announce(directory, { ready: true, ...lines.places });
  const said: unknown = JSON.parse(readFileSync(join(directory, "lines.json"), "utf8"));
  expect(said).toMatchObject({ ready: true, serial: { "tax-1": join(directory, "tax-1") } });
  await lines.close();
  expect(existsSync(join(directory, "lines.json"))).toBe(false);
  expect(existsSync(join(directory, "tax-1"))).toBe(false);
});
