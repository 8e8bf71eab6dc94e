import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../hex.ts";
import { encodeAnswer } from "./answers.ts";
import { anyAnswer } from "./arbitraries.test-support.ts";
import { profiles } from "./dialects.ts";
import { encodeFrame } from "./frame.ts";
import { FrameStream, type StreamItem } from "./stream.ts";

const profile = profiles["28-byte"];
const runs = { numRuns: 3000 };
const total = fromHex("BB 1C FF 89 01 30 30 30 30 31 32 33 34 35 36 37 38 30 30 30 30 39 38 37 36 35 34 33 32 7F");

const anyFrame = anyAnswer(profile).map((answer) => encodeAnswer(answer, profile)[0]!);
const loud = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 255 }) }, fc.constantFrom(0xbb, 0x03, 0x1c));
const noise = fc.array(loud, { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes));
const quiet = fc
  .array(
    fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0xbb),
    { maxLength: 60 },
  )
  .map((bytes) => Uint8Array.from(bytes));
/** Noise, frames and broken frames in any order. */
const traffic = fc
  .array(
    fc.oneof(
      noise,
      anyFrame,
      anyFrame.map((frame) => frame.slice(0, -3)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => join(parts));

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function bytesOf(item: StreamItem): Uint8Array {
  return item.kind === "frame" ? item.frame.raw : item.bytes;
}

/** Pushes `bytes` in pieces cut at `cuts`, checks the bound on the way, and flushes. */
function run(bytes: Uint8Array, cuts: readonly number[] = []): StreamItem[] {
  const stream = new FrameStream(profile);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const items: StreamItem[] = [];
  let from = 0;
  for (const to of [...places, bytes.length]) {
    items.push(...stream.push(bytes.subarray(from, to)));
    expect(stream.pending).toBeLessThan(profile.frame.longestLength + 2);
    from = to;
  }
  items.push(...stream.flush());
  expect(stream.pending).toBe(0);
  return items;
}

function framesIn(items: readonly StreamItem[]): string[] {
  return items.flatMap((item) => (item.kind === "frame" ? [toHex(item.frame.raw)] : []));
}

const cuts = fc.array(fc.nat(400), { maxLength: 12 });

test("no byte is lost, doubled or reordered, whatever comes and however it is cut", () => {
  fc.assert(
    fc.property(traffic, cuts, (bytes, places) => {
      expect(toHex(join(run(bytes, places).map(bytesOf)))).toBe(toHex(bytes));
    }),
    runs,
  );
});

test("the frames found do not depend on how the bytes are cut", () => {
  fc.assert(
    fc.property(traffic, cuts, (bytes, places) => {
      expect(framesIn(run(bytes, places))).toEqual(framesIn(run(bytes)));
    }),
    runs,
  );
});

test("a frame amid noise without a lead byte is always found", () => {
  fc.assert(
    fc.property(quiet, anyFrame, quiet, cuts, (before, frame, after, places) => {
      expect(framesIn(run(join([before, frame, after]), places))).toEqual([toHex(frame)]);
    }),
    runs,
  );
});

test("a frame after any noise is found unless the noise itself made a valid frame that runs into it", () => {
  fc.assert(
    fc.property(noise, anyFrame, cuts, (before, frame, places) => {
      const items = run(join([before, frame]), places);
      const start = before.length;
      let at = 0;
      const overlapped = items.some((item) => {
        const from = at;
        at += bytesOf(item).length;
        return item.kind === "frame" && from < start && at > start;
      });
      expect(overlapped || framesIn(items).includes(toHex(frame))).toBe(true);
    }),
    runs,
  );
});

test("a frame with one wrong byte is never taken for a frame", () => {
  fc.assert(
    fc.property(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, place, flip) => {
      const broken = frame.slice();
      broken[place % frame.length]! ^= flip;
      expect(framesIn(run(broken))).not.toContain(toHex(frame));
      expect(run(broken).some((item) => bytesOf(item).length === frame.length && item.kind === "frame")).toBe(false);
    }),
    runs,
  );
});

test("back-to-back frames come out one by one", () => {
  expect(framesIn(run(join([total, total, total])))).toEqual([toHex(total), toHex(total), toHex(total)]);
});

test("a length byte beyond the longest or below the least frame is noise at once", () => {
  for (const length of [0x00, 0x02, 0x24, 0xff]) {
    const stream = new FrameStream(profile);
    const items = stream.push(join([Uint8Array.of(0xbb, length), total]));
    expect(framesIn(items)).toEqual([toHex(total)]);
    expect(items[0]).toMatchObject({ kind: "noise", reason: "length-byte" });
  }
});

test("a plausible length byte whose bytes never come holds a true frame back only until the flush", () => {
  const stream = new FrameStream(profile);
  expect(stream.push(join([Uint8Array.of(0xbb, 0x23), total]))).toEqual([]);
  const items = stream.flush();
  expect(framesIn(items)).toEqual([toHex(total)]);
  expect(items[0]).toEqual({ kind: "noise", bytes: Uint8Array.of(0xbb), reason: "incomplete" });
});

test("after a bad check byte one byte is given up, so that a frame inside is found", () => {
  const items = run(join([Uint8Array.of(0xbb, 0x08, 0xff), total]));
  expect(framesIn(items)).toEqual([toHex(total)]);
});

test("a profile with another lead byte has its own frames", () => {
  const format = { ...profile.frame, leadByte: 0xaa };
  const raw = encodeFrame({ command: 0x89, payload: Uint8Array.of(0, 0, 1) }, format);
  expect(framesIn(new FrameStream({ ...profile, frame: format }).push(raw))).toEqual([toHex(raw)]);
  expect(framesIn(new FrameStream(profile).push(raw))).toEqual([]);
});
