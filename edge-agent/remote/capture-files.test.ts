import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ActionResult } from "./actions.ts";
import { CaptureFiles, type CaptureFilesOptions, type CaptureLine } from "./capture-files.ts";

const MB = 1024 * 1024;

let folder: string;
let ends: [string, ActionResult][];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "captures-"));
  ends = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const captures = (capture: CaptureLine, more: Partial<CaptureFilesOptions> = {}) =>
  new CaptureFiles({
    folder: join(folder, "captures"),
    capture,
    diskFreeBytes: () => 1_000 * MB,
    minFreeBytes: 200 * MB,
    ended: async (id, result) => void ends.push([id, result]),
    ...more,
  });
const order = (id = "command-0001") => ({ id, line: "rs485-1", durationMs: 1_000 });
const three: CaptureLine = async (_line, { write }) => {
  for (const text of ["a\n", "b\n", "c\n"]) write(text);
  return { entries: 3 };
};
/** A capture that lasts until it is ended from outside. */
const endless: CaptureLine = (_line, { signal, write }) => {
  write("head\n");
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ entries: 0 })));
};
const settled = () => new Promise((resolve) => setImmediate(resolve));
const kept = () => readdirSync(join(folder, "captures")).sort();

describe("a capture", () => {
  test("is accepted, and its end says the file, its size and SHA-256, and brings what is in it", async () => {
    const files = captures(three);
    expect(files.begin(order())).toEqual({ outcome: "accepted", reason: null });
    await settled();
    const sha256 = createHash("sha256").update("a\nb\nc\n").digest("hex");
    const reason = `captures/capture-command-0001.jsonl: 3 entries, 6 bytes, sha256 ${sha256}`;
    expect(ends).toEqual([["command-0001", { outcome: "done", reason, text: "a\nb\nc\n" }]]);
    expect(readFileSync(join(folder, "captures", kept()[0]!), "utf8")).toBe("a\nb\nc\n");
    expect(files.text("command-0001")).toBe("a\nb\nc\n");
  });

  test("that is longer than an answer holds lies in its file alone", async () => {
    const files = captures(async (_line, { write }) => {
      write("x".repeat(MB));
      return { entries: 1 };
    });
    files.begin(order());
    await settled();
    expect(ends[0]?.[1].text).toBeUndefined();
    expect(ends[0]?.[1].reason).toContain(`${MB} bytes`);
  });

  test("may say no more than a record of a command holds, whatever its id", async () => {
    const long = { ...order("-".repeat(40)), line: "l".repeat(32) };
    const stopped = captures(async (_line, { maxBytes, write }) => {
      write("x".repeat(maxBytes));
      return { entries: 10_000_000 };
    });
    stopped.begin(long);
    await stopped.stop();
    expect(ends[0]?.[1].reason?.length).toBeLessThanOrEqual(200);
  });

  test("ends when the agent stops, and that is said before it has stopped", async () => {
    const files = captures(endless);
    files.begin(order());
    await files.stop();
    expect(ends).toMatchObject([["command-0001", { outcome: "done", reason: expect.stringContaining("stopped") }]]);
  });

  test("that fails says so, and the next one begins", async () => {
    const files = captures(() => Promise.reject(new Error("the line is gone")));
    files.begin(order());
    await settled();
    expect(ends).toMatchObject([["command-0001", { outcome: "failed", reason: expect.stringContaining("gone") }]]);
    expect(files.begin(order("command-0002"))).toMatchObject({ outcome: "accepted" });
  });
});

describe("the disk", () => {
  test("holds three captures, the newest", async () => {
    const files = captures(three);
    for (let number = 1; number <= 5; number += 1) {
      files.begin(order(`command-000${number}`));
      await settled();
    }
    expect(kept()).toEqual([3, 4, 5].map((number) => `capture-command-000${number}.jsonl`));
    expect(files.text("command-0001")).toBeUndefined();
  });

  test("keeps the room that the journal needs", () => {
    const files = captures(three, { diskFreeBytes: () => 205 * MB });
    expect(files.begin(order())).toMatchObject({ outcome: "refused", reason: expect.stringContaining("no room") });
    expect(existsSync(join(folder, "captures"))).toBe(false);
  });
});

describe("a capture is refused", () => {
  test("on a line that is not read, and leaves no file", () => {
    expect(captures(() => undefined).begin(order())).toMatchObject({ outcome: "refused" });
    expect(kept()).toEqual([]);
  });

  test("while another is running", async () => {
    const files = captures(endless);
    files.begin(order());
    expect(files.begin(order("command-0002"))).toMatchObject({ outcome: "refused" });
    await files.stop();
    expect(kept()).toEqual(["capture-command-0001.jsonl"]);
  });

  test("while the line is captured by other means, and leaves no file", async () => {
    captures(async () => undefined).begin(order());
    await settled();
    expect(ends).toMatchObject([["command-0001", { outcome: "refused" }]]);
    expect(kept()).toEqual([]);
  });
});
