/**
 * Whatever bytes a line brings: no crash, and nothing is believed that does not stand in them as a sound answer to the
 * very question. 100 000 streams and more across the codecs; FORECOURT_SOAK=1 takes twenty times as many, other ones
 * each time.
 */
import { encodeNotSupported, encodeReply } from "@forecourt/protocol/gauge-console/frame.ts";
import { decodeAnswer, encodeAnswer, type TaxPortAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import { encodeRequest } from "@forecourt/protocol/tax-port/requests.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { AnswerReader } from "../lines/exchange.ts";
import {
  type ByteStream,
  byteStreams,
  hasSoundCrc,
  hasSoundSum,
  hasSoundXor,
  standsIn,
} from "./byte-streams.test-support.ts";
import { consoleReader } from "./gauge-console/reader.ts";
import { modbusCrc } from "./modbus/crc.ts";
import { encodeRtu, type ModbusRead, rtuReader, tcpReader } from "./modbus/frames.ts";
import { taxPortReader } from "./tax-port/reader.ts";

const isSoak = process.env.FORECOURT_SOAK !== undefined;
if (isSoak) vi.setConfig({ testTimeout: 600_000 });
/** A fixed seed makes a failure one that everybody sees; the soak looks for new ones. */
const runs = (count: number): fc.Parameters<unknown> =>
  isSoak ? { numRuns: 20 * count } : { numRuns: count, seed: 1 };

/** Reads a stream to its end. @returns what was found in it */
function readAll<T>(reader: AnswerReader<T>, { chunks }: ByteStream): T | undefined {
  for (const chunk of chunks) {
    const found = reader.push(chunk);
    if (found !== undefined) return found;
  }
  return reader.silence();
}

/** expect() costs more than a whole stream: it is called only when something is wrong. */
function hold(condition: boolean, what: string, stream: ByteStream): void {
  if (!condition) expect.fail(`${what}: ${Buffer.from(stream.bytes).toString("hex")}`);
}

describe("tax port", () => {
  const figures = { status: 1, volumeCl: 12_345_678, amountFen: 98_765_432 };
  const spare = new Uint8Array();
  const answers: TaxPortAnswer[] = [
    { command: "grand-total", ...figures },
    { command: "day-total", ...figures, date: "2026-11-24", unitPriceFen: 770 },
    { command: "month-total", ...figures, month: "2026-10" },
    {
      command: "last-fuelling",
      status: 1,
      dayOfMonth: 24,
      hour: 9,
      minute: 42,
      volumeCl: 3_050,
      amountFen: 23_485,
      unitPriceFen: 770,
      trailing: spare,
    },
    { command: "information", initialised: false, factorySerial: "4001900001" },
    {
      command: "information",
      initialised: true,
      factorySerial: "4001900001",
      gunCode: "01",
      taxpayerId: "91532801000000000X00".slice(0, 20),
      oilCode: "1040",
      deviceTime: "2026-11-24T09:42",
      spare,
    },
  ];

  test.each(["28-byte", "30-byte", "large-flow"] as const)(
    "%s: an answer that is read is one, byte for byte",
    (dialect) => {
      const profile = profiles[dialect];
      const trailing = new Uint8Array(profile.lastFuellingTrailingBytes).fill(0x30);
      const frames = answers.flatMap((answer) =>
        encodeAnswer(answer.command === "last-fuelling" ? { ...answer, trailing } : answer, profile),
      );
      const request = encodeRequest({ command: "grand-total", nozzleIndex: 0, mode: 0, returnMethod: 1 }, profile);
      const asked = fc.constantFrom(...Object.values(profile.commands));
      fc.assert(
        fc.property(byteStreams([...frames, request]), asked, (stream, command) => {
          const found = readAll(taxPortReader(request, command, profile), stream);
          if (found === undefined) return;
          for (const { raw } of found) {
            hold(standsIn(raw, stream) && hasSoundXor(raw) && raw[3] === command, "no such frame", stream);
          }
          const answer = decodeAnswer(found, profile);
          if (!answer.ok || answer.value.command === "information") return;
          const again = encodeAnswer(answer.value, profile);
          hold(
            again.length === found.length && Buffer.compare(again[0]!, found[0]!.raw) === 0,
            "read otherwise",
            stream,
          );
        }),
        runs(10_000),
      );
    },
  );
});

describe("Modbus", () => {
  const read: ModbusRead = { unit: 2, fn: 4, address: 100, count: 3 };
  const rtu = (...bytes: number[]) => {
    const frame = Buffer.from([...bytes, 0, 0]);
    frame.writeUInt16LE(modbusCrc(frame.subarray(0, -2)), frame.length - 2);
    return frame;
  };

  test("RTU: an answer that is read stands there whole, of this unit, function and length", () => {
    const frames = [
      rtu(2, 4, 6, 0, 1, 0, 2, 0, 3),
      rtu(3, 4, 6, 0, 9, 0, 9, 0, 9),
      rtu(2, 3, 6, 0, 8, 0, 8, 0, 8),
      rtu(2, 4, 4, 0, 7, 0, 7),
      rtu(2, 0x84, 2),
      encodeRtu(read),
    ];
    fc.assert(
      fc.property(byteStreams(frames), (stream) => {
        const found = readAll(rtuReader(read), stream);
        if (found === undefined) return;
        const { raw } = found;
        const sound = standsIn(raw, stream) && hasSoundCrc(raw) && raw[0] === read.unit;
        if ("exception" in found) return hold(sound && raw[1] === 0x84 && raw.length === 5, "no exception", stream);
        hold(sound && raw[1] === 4 && raw[2] === 6 && raw.length === 11, "no answer to this request", stream);
        const registers = [0, 1, 2].map((index) => raw[3 + 2 * index]! * 256 + raw[4 + 2 * index]!);
        hold(
          registers.every((value, index) => found.registers[index] === value),
          "read otherwise",
          stream,
        );
      }),
      runs(25_000),
    );
  });

  test("TCP: an answer that is read bears this transaction, unit, function and length", () => {
    const tcp = (transaction: number, ...pdu: number[]) =>
      Uint8Array.from([0, transaction, 0, 0, 0, pdu.length, ...pdu]);
    const frames = [
      tcp(7, 2, 4, 6, 0, 1, 0, 2, 0, 3),
      tcp(6, 2, 4, 6, 0, 9, 0, 9, 0, 9),
      tcp(7, 3, 4, 6, 0, 8, 0, 8, 0, 8),
      tcp(7, 2, 4, 4, 0, 7, 0, 7),
      tcp(7, 2, 0x84, 2),
    ];
    fc.assert(
      fc.property(byteStreams(frames), (stream) => {
        const found = readAll(tcpReader(read, 7), stream);
        if (found === undefined) return;
        const { raw } = found;
        const head = [0, 7, 0, 0, 0, raw.length - 6, read.unit];
        hold(standsIn(raw, stream) && head.every((byte, index) => raw[index] === byte), "no such frame", stream);
        if ("exception" in found) return hold(raw[7] === 0x84, "no exception", stream);
        hold(raw[7] === 4 && raw[8] === 6 && raw.length === 15, "no answer to this request", stream);
      }),
      runs(20_000),
    );
  });
});

describe("gauge console", () => {
  test("a reply that is read stands there whole, of this function and tank, and its sum is right", () => {
    const reply = (code: string, device: number) =>
      encodeReply({ code, device, data: "2611240942011000007463F80004583B0000463F8000" });
    const frames = [reply("201", 1), reply("201", 2), reply("202", 1), encodeNotSupported()];
    const unknown = Buffer.from(encodeNotSupported());
    fc.assert(
      fc.property(byteStreams(frames), (stream) => {
        const found = readAll(consoleReader({ code: "201", device: 1 }, 7), stream);
        if (found === undefined) return;
        hold(standsIn(found.raw, stream), "not in the stream", stream);
        if (found.reply === null) return hold(unknown.indexOf(found.raw) >= 0, "no refusal", stream);
        hold(hasSoundSum(found.raw) && found.reply.code === "201" && found.reply.device === 1, "no such reply", stream);
      }),
      runs(20_000),
    );
  });
});
