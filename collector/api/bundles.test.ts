import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCollector, type TestCollector } from "../testing/running.ts";
import { testRegistry } from "../testing/stations.ts";
import { rangeOf } from "./file-part.ts";

const NAME = "forecourt-agent_1.2.0_amd64.pack";
const folder = mkdtempSync(join(tmpdir(), "bundles-"));
let collector: TestCollector;

beforeAll(async () => {
  writeFileSync(join(folder, NAME), "0123456789");
  writeFileSync(join(folder, "secret.key"), "secret");
  collector = await runCollector(testRegistry(), { updates: { bundles: folder, address: "http://c/api/v1/bundles" } });
});
afterAll(async () => {
  await collector.remove();
  rmSync(folder, { recursive: true });
});

const get = (file: string, range?: string) =>
  fetch(`${collector.http}/api/v1/bundles/${file}`, range === undefined ? {} : { headers: { range } });

test("a gateway fetches a bundle whole or in parts, without signing in", async () => {
  expect(await (await get(NAME)).text()).toBe("0123456789");
  const part = await get(NAME, "bytes=3-5");
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 3-5/10", "345"]);
  expect((await get(NAME, "bytes=10-12")).status).toBe(416);
});

test.each(["secret.key", "..%2Fsecret.key", "forecourt-agent_9.9.9_amd64.pack", "forecourt-agent_..%2F_amd64.pack"])(
  "%s is no bundle",
  async (file) => {
    expect([400, 404]).toContain((await get(file)).status);
  },
);

test.each([
  [undefined, undefined],
  ["bytes=0-0", { from: 0, to: 0 }],
  ["bytes=4-", { from: 4, to: 9 }],
  ["bytes=4-400", { from: 4, to: 9 }],
  ["bytes=10-", "beyond"],
  ["bytes=5-4", "beyond"],
  ["bytes=-5", undefined],
])("the range %s of ten bytes is %j", (header, range) => {
  expect(rangeOf(header, 10)).toEqual(range);
});
