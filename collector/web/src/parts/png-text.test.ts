/** Words inside a PNG file. */
import { deflateSync, crc32 as reference } from "node:zlib";
import { describe, expect, it } from "vitest";
import { broken } from "./picture.ts";
import { crc32, withText } from "./png-text.ts";

describe("words inside a picture", () => {
  it("stand in chunks with the right check sum, before what was there", () => {
    const png = smallest();
    const file = withText(png, { Source: "EXabc", Comment: "导出人：某人" });
    const chunks = chunksOf(file);
    expect(chunks.map(({ name }) => name)).toEqual(["IHDR", "iTXt", "iTXt", "IDAT", "IEND"]);
    expect(chunks.every(({ isRight }) => isRight)).toBe(true);
    expect(chunks[1]!.text).toBe("Source\0\0\0\0\0EXabc");
    expect(chunks[2]!.text).toContain("导出人：某人");
  });

  it("have the check sum that everybody else works out", () => {
    for (const text of ["", "a", "IEND", "汉字".repeat(99)]) {
      expect(crc32(new TextEncoder().encode(text))).toBe(reference(text));
    }
  });

  it("are broken into lines where the room ends, and lose no character", () => {
    const lines = broken("一二三四五六七", 3, (text) => text.length);
    expect(lines).toEqual(["一二三", "四五六", "七"]);
  });
});

function smallest(): Uint8Array {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(reference(body));
    return Buffer.concat([length, body, sum]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const data = deflateSync(Buffer.from([0, 255]));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function chunksOf(png: Uint8Array): { name: string; text: string; isRight: boolean }[] {
  const bytes = Buffer.from(png);
  const chunks = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    const isRight = bytes.readUInt32BE(at + 8 + length) === reference(body);
    chunks.push({ name: body.toString("latin1", 0, 4), text: body.toString("utf8", 4), isRight });
    at += 12 + length;
  }
  return chunks;
}
