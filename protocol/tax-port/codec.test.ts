import fc from "fast-check";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../hex.ts";
import { decodeAnswer, encodeAnswer, framesExpected } from "./answers.ts";
import { anyAnswer, anyRequest } from "./arbitraries.test-support.ts";
import { guessDialect, nozzleCountHint, profiles } from "./dialects.ts";
import type { TaxPortError } from "./errors.ts";
import { checkByte, decodeFrame, encodeFrame, type Frame } from "./frame.ts";
import { type TaxPortProfile, TaxPortProfileSchema } from "./profile.ts";
import { decodeRequest, encodeRequest } from "./requests.ts";

const everyProfile = Object.values(profiles);
const runs = { numRuns: 2000 };

function frameOf(raw: Uint8Array): Frame {
  const frame = decodeFrame(raw);
  if (!frame.ok) throw new Error(frame.error.message);
  return frame.value;
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** An answer frame with status 1 and these characters, check byte right. */
function answerFrame(command: number, text: string, status = 1): Frame {
  return frameOf(encodeFrame({ command, payload: Uint8Array.from([status, ...ascii(text)]) }));
}

function errorOf(frames: Frame[], profile: TaxPortProfile = profiles["28-byte"]): TaxPortError {
  const answer = decodeAnswer(frames, profile);
  if (answer.ok) throw new Error(`decoded: ${JSON.stringify(answer.value)}`);
  return answer.error;
}

describe.each(everyProfile)("the $name dialect", (profile) => {
  test("fits the profile schema", () => {
    expect(Value.Errors(TaxPortProfileSchema, profile)).toEqual([]);
  });

  test("writes and reads back every request", () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(decodeRequest(frameOf(encodeRequest(request, profile)), profile)).toEqual({ ok: true, value: request });
      }),
      runs,
    );
  });

  test("writes and reads back every answer", () => {
    fc.assert(
      fc.property(anyAnswer(profile), (answer) => {
        const frames = encodeAnswer(answer, profile).map(frameOf);
        expect(framesExpected(frames[0]!)).toBe(frames.length);
        expect(decodeAnswer(frames, profile)).toEqual({ ok: true, value: answer });
      }),
      runs,
    );
  });

  test("sends no frame longer than its own longest legal length", () => {
    fc.assert(
      fc.property(anyAnswer(profile), (answer) => {
        for (const raw of encodeAnswer(answer, profile))
          expect(raw[1]).toBeLessThanOrEqual(profile.frame.longestLength);
      }),
    );
  });

  test("never throws on a well-formed frame with any payload", () => {
    const command = fc.oneof(fc.constantFrom(...Object.values(profile.commands)), fc.integer({ min: 0, max: 255 }));
    const frameNo = fc.oneof(fc.constantFrom(0xff, 0x82, 0x01, 0x80, 0x00), fc.integer({ min: 0, max: 255 }));
    const frame = fc
      .record({ command, frameNo, payload: fc.uint8Array({ maxLength: 40 }) })
      .map((parts) => frameOf(encodeFrame(parts)));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 3 }), (frames) => {
        decodeAnswer(frames, profile);
        for (const one of frames) decodeRequest(one, profile);
      }),
      runs,
    );
  });
});

describe("a frame", () => {
  test("has the XOR of frame number to last data byte as its check byte", () => {
    expect(checkByte(fromHex("FF 89 00 00 01"))).toBe(0x77);
    expect(toHex(encodeFrame({ command: 0x89, payload: fromHex("00 00 01") }))).toBe("BB06FF8900000177");
  });

  test.each([
    ["AA 04 FF 83 00 7C", "lead-byte", "lead byte is 0xAA, expected 0xBB"],
    ["BB 05 FF 83 00 7C", "length", "length byte announces 7 bytes in all, there are 6"],
    ["BB 04 FF 83 00 7D", "check-byte", "check byte is 0x7D, expected 0x7C"],
    ["BB 02 FF FF", "length", "a frame has at least 5 bytes, this has 4"],
  ])("%s is refused: %s", (hex, code, message) => {
    expect(decodeFrame(fromHex(hex))).toMatchObject({ ok: false, error: { code, message } });
  });

  test("that does not fit is a bug of the caller", () => {
    expect(() => encodeFrame({ command: 256, payload: new Uint8Array() })).toThrow(RangeError);
    expect(() => encodeFrame({ command: 1, payload: new Uint8Array(253) })).toThrow(RangeError);
  });
});

describe("an answer that cannot be believed", () => {
  test("names the field, the byte and the place of a non-digit", () => {
    const error = errorOf([answerFrame(0x89, "00000012A456000000000000")]);
    expect(error).toMatchObject({ code: "not-digits", field: "volume", offset: 13 });
    expect(error.message).toBe("field volume is not decimal digits: byte 0x41 at offset 13");
  });

  test("of another dialect names both lengths and the dialect that fits", () => {
    const thirty = answerFrame(0x86, "150942003050023485077000");
    expect(errorOf([thirty])).toMatchObject({
      code: "length",
      message: "last-fuelling answer is 28 bytes long in the 28-byte dialect, this one is 30",
      cure: 'set the dialect of this port to "30-byte"',
    });
    const large = answerFrame(0x86, "1509420012005000924385000770");
    expect(errorOf([large], profiles["30-byte"]).cure).toBe('set the dialect of this port to "large-flow"');
  });

  test.each([
    ["hour 24", 0x86, "1524420030500234850770", "hour", "field hour is 24 at offset 7, expected 0 to 23"],
    ["minute 60", 0x86, "1509600030500234850770", "minute", "field minute is 60 at offset 9, expected 0 to 59"],
    ["day 0", 0x86, "0009420030500234850770", "dayOfMonth", "field dayOfMonth is 0 at offset 5, expected 1 to 31"],
    ["month 13", 0x88, "20251300012345670009506166", "month", "field month is 13 at offset 9, expected 1 to 12"],
    ["30 February", 0x87, "2025023000000000000000000000", "day", "field day is 30 at offset 11, expected 1 to 28"],
  ])("because of %s says so", (_name, command, text, field, message) => {
    expect(errorOf([answerFrame(command, text)])).toMatchObject({ code: "range", field, message });
  });

  test("is refused when frames are missing, surplus or in the wrong order", () => {
    const answer = {
      command: "information",
      initialised: true,
      factorySerial: "A123456789",
      gunCode: "01",
      taxpayerId: "91532801MA6K0000XX00",
      oilCode: "1020",
      deviceTime: "2025-08-15T09:42",
      spare: new Uint8Array(),
    } as const;
    const [first, second] = encodeAnswer(answer, profiles["30-byte"]).map(frameOf);
    for (const frames of [[], [first!], [second!], [second!, first!], [first!, first!], [first!, second!, second!]]) {
      expect(errorOf(frames).code).toBe("frame-sequence");
    }
    const total = answerFrame(0x89, "000012345678000098765432");
    expect(errorOf([first!, total]).code).toBe("frame-sequence");
  });

  test("is refused when the status contradicts the number of frames", () => {
    expect(errorOf([answerFrame(0x83, "4001900001", 1)])).toMatchObject({ code: "range", field: "status", offset: 4 });
  });

  test("with an unknown command is left alone", () => {
    expect(errorOf([answerFrame(0xf3, "123")])).toMatchObject({ code: "unknown-command", offset: 3 });
  });
});

describe("an answer that is unusual but right", () => {
  test("a last fuelling with status 0 may have day 0", () => {
    const answer = decodeAnswer([answerFrame(0x86, "0000000000000000000000", 0)], profiles["28-byte"]);
    expect(answer).toMatchObject({ ok: true, value: { status: 0, dayOfMonth: 0, volumeCl: 0 } });
  });

  test("a gun code of raw numbers is kept in hexadecimal", () => {
    const first = fromHex("8283 01 41313233343536373839 0102 39313533323830314D41364B30303030585830");
    const second = fromHex("0183 30 31303230 323032353038313530393432");
    const frames = [first, second].map((body) =>
      frameOf(encodeFrame({ frameNo: body[0]!, command: body[1]!, payload: body.slice(2) })),
    );
    expect(decodeAnswer(frames, profiles["30-byte"])).toMatchObject({ ok: true, value: { gunCode: "0x0102" } });
  });

  test("quantities with fewer decimals come out in the same units", () => {
    const profile = { ...profiles["28-byte"], decimals: { volume: 1, amount: 2, unitPrice: 0 } };
    const answer = decodeAnswer([answerFrame(0x86, "1509420003050234850007")], profile);
    expect(answer).toMatchObject({ ok: true, value: { volumeCl: 3050, amountFen: 23485, unitPriceFen: 700 } });
  });
});

describe("a request", () => {
  test("with a space-padded month and day is read, and written zero-padded", () => {
    const raw = encodeFrame({ command: 0x87, payload: Uint8Array.from([0, ...ascii("2025 8 1"), 1]) });
    const request = decodeRequest(frameOf(raw));
    if (!request.ok) throw new Error(request.error.message);
    expect(request.value).toMatchObject({ date: "2025-08-01" });
    expect(toHex(encodeRequest(request.value))).toBe("BB0DFF8700323032353038303101" + "75");
  });

  test.each([
    ["grand total of mode 3", 0x89, [0, 3, 1], "range", "mode"],
    ["month 00", 0x88, [0, ...ascii("202500"), 1], "range", "month"],
    ["last fuelling without return method", 0x86, [0], "length", undefined],
    ["write command", 0x8a, [0], "unknown-command", undefined],
  ])("%s is refused", (_name, command, payload, code, field) => {
    const result = decodeRequest(frameOf(encodeFrame({ command, payload: Uint8Array.from(payload) })));
    expect(result).toMatchObject({ ok: false, error: field ? { code, field } : { code } });
  });

  test("with an impossible date is a bug of the caller", () => {
    const request = { command: "day-total", nozzleIndex: 0, date: "2025-02-30", returnMethod: 1 } as const;
    expect(() => encodeRequest(request)).toThrow(RangeError);
  });
});

describe("an answer that cannot be written is a bug of the caller", () => {
  const total = { command: "grand-total", status: 1, volumeCl: 0, amountFen: 0 } as const;
  test.each([
    ["too many digits", { ...total, volumeCl: 1e12 }],
    ["a fraction", { ...total, volumeCl: 0.5 }],
    ["a negative amount", { ...total, amountFen: -1 }],
    ["a short factory serial", { command: "information", initialised: false, factorySerial: "A1" } as const],
  ])("%s", (_name, answer) => {
    expect(() => encodeAnswer(answer, profiles["28-byte"])).toThrow(RangeError);
  });
});

describe("a factory serial", () => {
  test.each([
    ["A123456789", "30-byte", 1],
    ["B123456789", "30-byte", 2],
    ["D123456789", "30-byte", 4],
    ["F123456789", "30-byte", 6],
    ["H123456789", "30-byte", 8],
    ["C123456789", "30-byte", undefined],
    ["0175599999", "28-byte", undefined],
    ["0175600000", "28-byte", 1],
    ["2007699999", "28-byte", 1],
    ["2007700000", "28-byte", 2],
    ["4001900000", "28-byte", 4],
    ["-", undefined, undefined],
    ["", undefined, undefined],
  ])("%s points to dialect %s and %s nozzles", (serial, dialect, nozzles) => {
    expect(guessDialect(serial)).toBe(dialect);
    expect(nozzleCountHint(serial)).toBe(nozzles);
  });
});
