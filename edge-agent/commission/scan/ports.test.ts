/** Ports are found by names that stay; the kernel's console and ports without hardware are left alone. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serialPorts } from "./ports.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-ports-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function tty(name: string, type: string): void {
  mkdirSync(join(folder, "tty", name), { recursive: true });
  writeFileSync(join(folder, "tty", name, "type"), `${type}\n`);
}

test("adapters come first, then the board's own ports, in the order of their numbers", () => {
  mkdirSync(join(folder, "by-id"));
  for (const name of ["usb-10", "usb-2"]) symlinkSync("/dev/null", join(folder, "by-id", name));
  tty("ttyS10", "4");
  tty("ttyS2", "4");
  expect(serialPorts({ adapters: join(folder, "by-id"), board: join(folder, "tty") })).toEqual([
    join(folder, "by-id", "usb-2"),
    join(folder, "by-id", "usb-10"),
    "/dev/ttyS2",
    "/dev/ttyS10",
  ]);
});

test("the console, virtual terminals and ports without hardware are no ports", () => {
  tty("ttyS0", "4");
  tty("ttyS1", "0");
  tty("tty1", "4");
  mkdirSync(join(folder, "tty", "console"));
  writeFileSync(join(folder, "tty", "console", "active"), "tty0 ttyS0\n");
  expect(serialPorts({ adapters: join(folder, "nowhere"), board: join(folder, "tty") })).toEqual([]);
});
