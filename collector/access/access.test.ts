/** Access as a whole, where something beneath it fails. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { limits } from "../limits.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { openAccess } from "./access.ts";
import { DEFAULT_POLICY } from "./policy.ts";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "access-"));
  store = await openSqliteStore(":memory:");
  vi.useFakeTimers();
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a disk that takes nothing does not end the collector at the next sweep: it is logged, and tried again", () => {
  const tried: string[] = [];
  const logged: unknown[] = [];
  const forgetAttempts = () => {
    tried.push("forget");
    throw new Error("database or disk is full");
  };
  const access = openAccess({
    store: { ...store.access, forgetAttempts },
    requestStore: store.requests,
    wallStore: store.walls,
    policy: DEFAULT_POLICY,
    newId: () => "id",
    log: { warn: () => undefined, error: (line: unknown) => logged.push(line) },
    machines: [],
    sealFile: join(folder, "key"),
    keeper: { sign: async () => undefined },
    now: Date.now,
  });
  vi.advanceTimersByTime(2 * limits.access.sweepMs);
  access.stop();
  expect(tried).toHaveLength(2);
  expect(logged).toMatchObject([{ event: "access-sweep" }, { event: "access-sweep" }]);
});
