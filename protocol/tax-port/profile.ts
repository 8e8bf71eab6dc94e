/**
 * Everything that may differ between makers of tax ports, as data: serial settings, frame, command codes,
 * field widths, decimals, timings. Source: tax-port.md 1.10.
 */
import { type Static, Type } from "typebox";

const byte = Type.Integer({ minimum: 0, maximum: 255 });
/** Twelve digits in hundredths stay far below the largest safe integer. */
const width = Type.Integer({ minimum: 1, maximum: 12 });
/** Finer than 0.01 would not fit into centilitres and fen without rounding money. */
const decimals = Type.Integer({ minimum: 0, maximum: 2 });
const milliseconds = Type.Integer({ minimum: 0, maximum: 60_000 });
const closed = { additionalProperties: false };

export const FrameFormatSchema = Type.Object(
  {
    leadByte: byte,
    /** The check byte is the XOR of all bytes from `checkFrom` to the last data byte. */
    checkRule: Type.Literal("xor"),
    checkFrom: Type.Integer({ minimum: 0, maximum: 3 }),
    /** Length byte of the shortest and of the longest legal frame (the bytes after the length byte). */
    leastLength: Type.Integer({ minimum: 3, maximum: 255 }),
    longestLength: Type.Integer({ minimum: 3, maximum: 255 }),
  },
  closed,
);

export const TaxPortProfileSchema = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" }),
    title: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1 }),
    confidence: Type.Enum(["A", "B", "C", "?"]),
    verified: Type.String({ minLength: 1 }),
    serial: Type.Object(
      {
        baudRate: Type.Integer({ minimum: 300, maximum: 115_200 }),
        dataBits: Type.Enum([7, 8]),
        parity: Type.Enum(["none", "even", "odd"]),
        stopBits: Type.Enum([1, 2]),
      },
      closed,
    ),
    frame: FrameFormatSchema,
    commands: Type.Object(
      { information: byte, "last-fuelling": byte, "day-total": byte, "month-total": byte, "grand-total": byte },
      closed,
    ),
    /** Field widths in bytes; one byte is one decimal digit or one character. */
    widths: Type.Object(
      {
        information: Type.Object(
          {
            factorySerial: width,
            gunCode: width,
            taxpayerIdFirstFrame: Type.Integer({ minimum: 1, maximum: 40 }),
            taxpayerIdSecondFrame: Type.Integer({ minimum: 1, maximum: 40 }),
            oilCode: width,
          },
          closed,
        ),
        "last-fuelling": Type.Object({ volume: width, amount: width, unitPrice: width }, closed),
        "day-total": Type.Object({ volume: width, amount: width, unitPrice: width }, closed),
        "month-total": Type.Object({ volume: width, amount: width }, closed),
        "grand-total": Type.Object({ volume: width, amount: width }, closed),
      },
      closed,
    ),
    /** Bytes of unknown meaning that follow the unit price of a last fuelling. */
    lastFuellingTrailingBytes: Type.Integer({ minimum: 0, maximum: 8 }),
    /** Bytes of unknown meaning at the end of the second information frame (a decoder takes what it finds). */
    informationSpareBytes: Type.Integer({ minimum: 0, maximum: 8 }),
    decimals: Type.Object({ volume: decimals, amount: decimals, unitPrice: decimals }, closed),
    timings: Type.Object(
      {
        answerTimeoutMs: milliseconds,
        interQueryGapMs: milliseconds,
        /** How many times a changed total must be read alike before it is believed. */
        confirmReads: Type.Integer({ minimum: 1, maximum: 10 }),
        /** The same for the first total ever seen of a nozzle. */
        firstReads: Type.Integer({ minimum: 1, maximum: 10 }),
        /** A total cannot grow faster than this (0.01 L per second). */
        maxFlowClPerS: Type.Integer({ minimum: 1, maximum: 10_000 }),
      },
      closed,
    ),
    /** Whether the display must be put back by a last-fuelling request after an information request. */
    restoreDisplay: Type.Boolean(),
  },
  closed,
);

export type FrameFormat = Static<typeof FrameFormatSchema>;
export type TaxPortProfile = Static<typeof TaxPortProfileSchema>;
export type CommandName = keyof TaxPortProfile["commands"];

/** The reading command that has `code` in this profile, if any. */
export function commandNamed(profile: TaxPortProfile, code: number): CommandName | undefined {
  const names = Object.keys(profile.commands) as CommandName[];
  return names.find((name) => profile.commands[name] === code);
}

/** The internal units are 0.01 L, 0.01 yuan: what one wire unit with `places` decimals is worth in them. */
export function hundredthsPerWireUnit(places: number): number {
  return 10 ** (2 - places);
}
