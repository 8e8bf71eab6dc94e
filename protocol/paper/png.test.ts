/** A picture from outside is looked through before it is set on paper, where it could end the process. */
import { crc32, deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPaperPng, isPng } from "./png.ts";

function chunk(name: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function png({ width = 2, height = 2, colour = 6, interlace = 0, pixels = Buffer.alloc(2 * 9) } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colour, 0, 0, interlace], 8);
  const magic = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([
    magic,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("a picture goes on paper", () => {
  test("when it is whole, with transparency or without", () => {
    expect(isPaperPng(png())).toBe(true);
    expect(isPaperPng(png({ colour: 2, pixels: Buffer.alloc(2 * 7) }))).toBe(true);
  });

  test.each([
    ["unpacks to less than it states", png({ pixels: Buffer.alloc(9) })],
    ["unpacks to more than it states", png({ pixels: Buffer.alloc(9_000) })],
    ["has a filter that is none", png({ pixels: Buffer.alloc(2 * 9, 9) })],
    ["states billions of pixels", png({ width: 4_000_000_000, height: 4_000_000_000 })],
    ["is interlaced", png({ interlace: 1 })],
    ["is cut short", png().subarray(0, -13)],
    ["begins as one and is none", Buffer.from("89504e470d0a1a0a00", "hex")],
  ])("but not when it %s", (_what, bytes) => {
    expect(isPng(bytes)).toBe(true);
    expect(isPaperPng(bytes)).toBe(false);
  });

  test("and whatever else comes is no reason to throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(isPaperPng(Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), noise]))).toBeTypeOf("boolean");
      }),
    );
  });
});
