/** A PIN is kept as a hash that only its owner can read, and only the right one opens. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isPin, readPin, setPin } from "./pin.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-pin-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the right PIN opens, any other does not, and the file tells nobody", async () => {
  expect(await setPin(folder, "482913")).toMatchObject({ ok: true });
  const kept = readPin(folder)!;
  expect(await isPin(kept, "482913")).toBe(true);
  for (const wrong of ["482914", "48291", "4829133", "", "4".repeat(1_000)])
    expect(await isPin(kept, wrong)).toBe(false);
  const file = join(folder, "pin.json");
  expect(readFileSync(file, "utf8")).not.toContain("482913");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await setPin(folder, "482913");
  expect(readPin(folder)).not.toEqual(kept);
});

test.each(["12345", "1234567890123", "48291a", "111111", "123456", "345678"])("%s is refused", async (pin) => {
  expect(await setPin(folder, pin)).toMatchObject({ ok: false });
  expect(readPin(folder)).toBeUndefined();
});

test("a file that is damaged opens to nobody", () => {
  writeFileSync(join(folder, "pin.json"), '{"salt": 1}');
  expect(readPin(folder)).toBeUndefined();
});
