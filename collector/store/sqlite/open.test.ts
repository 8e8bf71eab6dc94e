/** The database's files are their owner's alone. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "./open.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "open-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modes = () =>
  readdirSync(folder).map((name) => `${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`);

test("a new database and the files beside it are read by nobody else", async () => {
  const { raw } = await openDatabase(join(folder, "new.db"));
  expect(modes()).toEqual(["new.db 600", "new.db-shm 600", "new.db-wal 600"]);
  raw.close();
});

test("one that others could read is closed to them at the next start", async () => {
  const file = join(folder, "old.db");
  writeFileSync(file, "");
  chmodSync(file, 0o644);
  const { raw } = await openDatabase(file);
  expect(modes()).toContain("old.db 600");
  raw.close();
});
