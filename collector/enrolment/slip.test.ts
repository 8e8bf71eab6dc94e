/** Whoever holds a telephone before the slip reads what the box needs. */
import { readEnrolmentSlip } from "@forecourt/protocol/enrolment/qr.ts";
import type { StationId } from "@forecourt/protocol/ids.ts";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { slipOf } from "./slip.ts";

const STATION = "532801-0007" as StationId;
const COLLECTOR = "https://collector.example";
/** Pixels a module, and the rows of a terminal's picture have two modules a line. */
const SCALE = 4;

/** The terminal's picture as a camera would see it. */
function seen(blocks: string) {
  const lines = blocks.split("\n").filter((line) => line !== "");
  const [width, rows] = [lines[0]!.length, lines.length * 2];
  const data = new Uint8Array(width * SCALE * rows * SCALE * 4);
  for (let y = 0; y < rows * SCALE; y += 1) {
    for (let x = 0; x < width * SCALE; x += 1) {
      const block = lines[Math.floor(y / SCALE / 2)]![Math.floor(x / SCALE)];
      const isUpper = Math.floor(y / SCALE) % 2 === 0;
      const isLight = block === "█" || block === (isUpper ? "▀" : "▄");
      data.fill(isLight ? 255 : 0, (y * width * SCALE + x) * 4, (y * width * SCALE + x) * 4 + 4);
    }
  }
  return { width: width * SCALE, height: rows * SCALE, data };
}

test("the QR code in the terminal says collector, station and code", () => {
  const { text, blocks, svg } = slipOf(COLLECTOR, STATION, "7K3QM9ZD4X");
  expect(decodeQR(seen(blocks))).toBe(text);
  expect(svg).toMatch(/^<svg[^>]*>.*<\/svg>$/s);
});

test("what it says is read back by the box", () => {
  // A real code: its tenth character checks the others.
  const { text } = slipOf(COLLECTOR, STATION, "0000000000");
  expect(readEnrolmentSlip(text)).toEqual({
    ok: true,
    value: { collector: COLLECTOR, station: STATION, code: "0000000000" },
  });
});
