/** Ports are searched until something answers: devices that only answer when they are asked rightly, at their settings. */
import type { FoundLine, LineSettings } from "@forecourt/protocol/commission/found.ts";
import { decodeCommand, encodeNotSupported, encodeReply } from "@forecourt/protocol/gauge-console/frame.ts";
import { fail, ok } from "@forecourt/protocol/result.ts";
import { encodeAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { type DialectName, profiles as dialects } from "@forecourt/protocol/tax-port/dialects.ts";
import { decodeFrame } from "@forecourt/protocol/tax-port/frame.ts";
import { decodeRequest, type TaxPortRequest } from "@forecourt/protocol/tax-port/requests.ts";
import { describe, expect, test } from "vitest";
import { twoTanks } from "../../drivers/gauge-console/console.test-support.ts";
import { modbusCrc } from "../../drivers/modbus/crc.ts";
import type { Transport } from "../../lines/transport.ts";
import { shippedProfiles } from "../profiles.ts";
import { searchAll } from "./all.ts";
import { showSettings } from "./settings.ts";
import type { Place, ScanTools } from "./tools.ts";

/** A device on a port: it hears only what is sent at its settings, and answers at once. */
interface Fake {
  settings: string;
  answer: (request: Buffer) => readonly Uint8Array[];
}

function port(fake: Fake | undefined, sent: string[]): (settings: LineSettings) => Transport {
  return (settings) => {
    let data: (bytes: Uint8Array) => void = () => undefined;
    return {
      async open(events) {
        data = (bytes) => events.data(bytes);
        return fake === undefined ? fail("cannot open: no such port") : ok(undefined);
      },
      async write(bytes) {
        sent.push(`${showSettings(settings)} ${Buffer.from(bytes).toString("hex")}`);
        const hears = fake?.settings === "any" || fake?.settings === showSettings(settings);
        const answers = hears ? (fake?.answer(Buffer.from(bytes)) ?? []) : [];
        for (const answer of answers) setImmediate(() => data(answer));
        return ok(undefined);
      },
      async close() {},
    };
  };
}

function taxPort(serial: string, dialect: DialectName, totals: Record<number, number>, hasSold = true): Fake {
  const profile = dialects[dialect];
  const answers = (request: TaxPortRequest): readonly Uint8Array[] => {
    const volumeCl = totals[request.nozzleIndex];
    if (volumeCl === undefined || ("returnMethod" in request && request.returnMethod === 0)) return [];
    const at = { dayOfMonth: 3, hour: 9, minute: 5 };
    const trailing = new Uint8Array(profile.lastFuellingTrailingBytes);
    const figures = { volumeCl: 100, amountFen: 770, unitPriceFen: 770, trailing };
    switch (request.command) {
      case "information":
        return encodeAnswer({ command: "information", initialised: false, factorySerial: serial }, profile);
      case "last-fuelling":
        return encodeAnswer({ ...at, ...figures, command: "last-fuelling", status: hasSold ? 1 : 0 }, profile);
      case "grand-total":
        return encodeAnswer({ command: "grand-total", status: 1, volumeCl, amountFen: 7 * volumeCl }, profile);
      default:
        return [];
    }
  };
  return {
    settings: "9600-8E1",
    answer(bytes) {
      const frame = decodeFrame(bytes, profile.frame);
      const request = frame.ok ? decodeRequest(frame.value, profile) : frame;
      return request.ok ? answers(request.value) : [];
    },
  };
}

/** Modbus RTU devices on one pair of wires: registers by unit and function. */
function modbus(settings: string, units: Record<number, { fn: number; registers: readonly number[] }>): Fake {
  return {
    settings,
    answer(request) {
      if (request.length !== 8 || modbusCrc(request.subarray(0, 6)) !== request.readUInt16LE(6)) return [];
      const device = units[request[0]!];
      if (device === undefined) return [];
      const [address, count] = [request.readUInt16BE(2), request.readUInt16BE(4)];
      const held = device.registers.slice(address, address + count);
      const body =
        device.fn !== request[1] || held.length < count
          ? Buffer.from([request[0]!, request[1]! | 0x80, device.fn === request[1] ? 2 : 1])
          : Buffer.concat([
              Buffer.from([request[0]!, request[1]!, 2 * count]),
              ...held.map((register) => Buffer.from([register >> 8, register & 0xff])),
            ]);
      const crc = modbusCrc(body);
      return [Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])])];
    },
  };
}

const console7O1: Fake = {
  settings: "9600-7O1",
  answer(bytes) {
    const command = decodeCommand(bytes);
    if (!command.ok) return [];
    const { code, device } = command.value;
    return [code === "201" ? encodeReply({ code, device, data: twoTanks }) : encodeNotSupported()];
  },
};

/** Registers of the generic gauge, from its sample, for two tanks. */
const gaugeRegisters = (() => {
  const tank = [0, 0, 0x52d2, 0, 0x67, 215, 4, 0x93e5, 4, 0x9b6c, 0, 0x141, 3, 0xd40, 0, 0, 0, 0, 0, 0];
  const absent = [0x10, 0x8000, 0, 0x8000, 0, 0x8000, 0x8000, 0, 0x8000, 0, 0x8000, 0, 0x8000, 0, 0, 0, 0, 0, 0, 0];
  return [...tank, ...tank, ...Array.from({ length: 6 }, () => absent).flat()];
})();
/** Registers of the generic seal hub with three seals. */
const hubRegisters = (() => {
  const seal = (number: number) => [1, 0, 2, 96, 0x534c, 0x3030, 0x3030, 0x3030 + number];
  const none = [0, 0, 0, 0xffff, 0, 0, 0, 0];
  const seals = Array.from({ length: 32 }, (_, index) => (index < 3 ? seal(index + 1) : none)).flat();
  return [3, ...Array.from({ length: 9 }, () => 0), ...seals];
})();

async function search(
  ports: Record<string, Fake | undefined>,
  of: { sent?: string[]; signal?: AbortSignal } = {},
): Promise<FoundLine[]> {
  const { sent = [] } = of;
  const places: Place[] = Object.keys(ports).map((name) => (name.includes(":") ? { tcp: name } : { serial: name }));
  const nameOf = (place: Place) => ("serial" in place ? place.serial : place.tcp);
  const tools: ScanTools = {
    patience: { taxPortMs: 25, modbusMs: 15, consoleMs: 25, gapMs: 0 },
    isThorough: false,
    progress: () => undefined,
    signal: of.signal ?? new AbortController().signal,
    transport: (place, settings) => port(ports[nameOf(place)], sent)(settings),
  };
  return searchAll(places, shippedProfiles(), tools);
}

describe.concurrent("a tax port", () => {
  test("is known by its answers, with its dialect, and with every nozzle that states a total", async () => {
    const [line] = await search({ "/dev/a": taxPort("4001900001", "28-byte", { 0: 100, 1: 200, 3: 400 }) });
    expect(line).toMatchObject({
      settings: { baudRate: 9_600, parity: "even" },
      devices: [{ device: "tax-1", factorySerial: "4001900001", dialect: "28-byte", doubts: [expect.anything()] }],
    });
    expect(line?.devices[0]?.items.map(({ item, volumeCl }) => [item, volumeCl])).toEqual([
      ["tax-1/0", 100],
      ["tax-1/1", 200],
      ["tax-1/3", 400],
    ]);
  });

  test("whose serial says one dialect and whose answers another has the one that it speaks", async () => {
    const [line] = await search({ "/dev/a": taxPort("4001900001", "large-flow", { 0: 100 }) });
    expect(line?.devices[0]?.dialect).toBe("large-flow");
  });

  test("that has sold nothing leaves its dialect a guess, and says so", async () => {
    const [line] = await search({ "/dev/a": taxPort("D190010203", "30-byte", { 0: 1 }, false) });
    expect(line?.devices[0]).toMatchObject({ dialect: "30-byte" });
    expect(line?.devices[0]?.doubts).toContain("no fuelling is stored: the dialect is a guess until the first sale");
  });

  test("is asked nothing but what it answers on the port, and its display is put back", async () => {
    const sent: string[] = [];
    await search({ "/dev/a": taxPort("0175600001", "28-byte", { 0: 100 }) }, { sent });
    const commands = sent.map((line) => line.split(" ")[1]!.slice(6, 8));
    expect(new Set(commands)).toEqual(new Set(["83", "86", "89"]));
    expect(sent).toContain("9600-8E1 bb05ff86000079");
  });
});

describe.concurrent("Modbus devices", () => {
  test("that share a line are found each by its unit, and known by the profile that fits", async () => {
    const fake = modbus("9600-8N1", {
      1: { fn: 4, registers: gaugeRegisters },
      2: { fn: 3, registers: hubRegisters },
    });
    const [line] = await search({ "/dev/b": fake });
    expect(line?.settings).toMatchObject({ baudRate: 9_600, parity: "none" });
    expect(line?.devices.map(({ device, unit, profile, items }) => [device, unit, profile, items.length])).toEqual([
      ["gauge-1", 1, "generic-gauge", 2],
      ["seals-1", 2, "generic-seal-hub", 3],
    ]);
    expect(line?.devices[0]?.items[0]).toMatchObject({ levelUm: 2_120_200, volumeCl: 3_000_050 });
    expect(line?.devices[1]?.items[2]).toMatchObject({ state: "sealed", serial: "SL000003" });
  });

  test("are found at other baud rates and parities", async () => {
    const [line] = await search({ "/dev/b": modbus("19200-8E1", { 2: { fn: 3, registers: hubRegisters } }) });
    expect(line).toMatchObject({
      settings: { baudRate: 19_200, parity: "even" },
      devices: [{ unit: 2, profile: "generic-seal-hub" }],
    });
  });

  test("with an unlikely unit are found once another one has shown the settings", async () => {
    const fake = modbus("9600-8N1", {
      1: { fn: 4, registers: gaugeRegisters },
      11: { fn: 3, registers: hubRegisters },
    });
    const [line] = await search({ "/dev/b": fake });
    expect(line?.devices.map(({ unit }) => unit)).toEqual([1, 11]);
  });

  test("that no profile fits are shown all the same, and what to do", async () => {
    const [line] = await search({ "/dev/b": modbus("9600-8N1", { 3: { fn: 3, registers: [7] } }) });
    expect(line?.devices).toMatchObject([{ device: "modbus-1", unit: 3, profile: null, items: [] }]);
    expect(line?.devices[0]?.doubts[0]).toContain("none of the profiles fits");
  });
});

test.concurrent("a console is found at seven bits and odd parity, with the tanks that have a probe", async () => {
  const [line] = await search({ "/dev/c": console7O1 });
  expect(line).toMatchObject({
    settings: { baudRate: 9_600, dataBits: 7, parity: "odd" },
    devices: [{ device: "gauge-1", driver: "gauge-console" }],
  });
  expect(line?.devices[0]?.items.map(({ item }) => item)).toEqual(["gauge-1/1"]);
});

test.concurrent("a tax port behind a serial server is found by its bytes, whatever the server is set to", async () => {
  const [line] = await search({ "10.0.0.9:4001": { ...taxPort("4001900001", "28-byte", { 0: 5 }), settings: "any" } });
  expect(line).toMatchObject({
    tcp: "10.0.0.9:4001",
    framing: null,
    settings: null,
    devices: [{ driver: "tax-port" }],
  });
});

test.concurrent("ports are searched beside each other, and devices are named in the order of the ports", async () => {
  const lines = await search({
    "/dev/a": undefined,
    "/dev/b": { settings: "never", answer: () => [] },
    "/dev/c": taxPort("4001900002", "28-byte", { 0: 2 }),
    "/dev/d": taxPort("4001900003", "28-byte", { 0: 3 }),
  });
  expect(lines.map(({ line, trouble, devices }) => [line, trouble, devices[0]?.device])).toEqual([
    ["line-1", "cannot open: no such port", undefined],
    ["line-2", null, undefined],
    ["line-3", null, "tax-1"],
    ["line-4", null, "tax-2"],
  ]);
});

test.concurrent("a search that is given up asks no more", async () => {
  const [signal, sent] = [AbortSignal.abort(), [] as string[]];
  const [line] = await search({ "/dev/b": { settings: "never", answer: () => [] } }, { signal, sent });
  expect(line?.devices).toEqual([]);
  expect(sent).toEqual([]);
});
