/** The registry by API: lists, entries with their versions, changes under a version, files in and out, coverage. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hiddenIn } from "../access/export-mark.ts";
import type { StationEntry } from "../registry/schema.ts";
import { unpack } from "../registry/sheets/archive.ts";
import { sheetLimits } from "../registry/sheets/limits.ts";
import { readXlsx } from "../registry/sheets/xlsx.ts";
import { runCollector, type TestCollector, TOKEN } from "../testing/running.ts";
import { STATION, testRegistry, testStation } from "../testing/stations.ts";

const EAST = "a-token-for-the-east-county";
const LOOKER = "a-token-that-only-looks-at-it";
let collector: TestCollector;

beforeAll(async () => {
  const stations = [testStation(), { ...testStation([], "532822-0001"), county: "勐海县", brand: "中国石化" }];
  collector = await runCollector(testRegistry(...stations), {
    machines: [
      { name: "test", token: TOKEN, functions: ["stations:view", "registry:edit", "exports:take"] },
      {
        name: "east",
        token: EAST,
        functions: ["stations:view", "registry:edit", "exports:take"],
        counties: ["532822"],
      },
      { name: "looker", token: LOOKER, functions: ["stations:view"] },
    ],
  });
});
afterAll(() => collector.remove());

async function ask(path: string, options: RequestInit & { token?: string; headers?: Record<string, string> } = {}) {
  const { token = TOKEN, headers, ...rest } = options;
  const sent = {
    authorization: `Bearer ${token}`,
    ...(typeof rest.body === "string" && { "content-type": "application/json" }),
    ...headers,
  };
  return fetch(`${collector.http}/api/v1/registry${path}`, { ...rest, headers: sent });
}
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
const json = async (answer: Promise<Response>): Promise<any> => (await answer).json();

const put = (entry: object, headers: Record<string, string>, more: object = {}) =>
  ask(`/stations/${(entry as StationEntry).id}`, {
    method: "PUT",
    headers,
    body: JSON.stringify({ entry, why: "核查", by: "张三", ...more }),
  });

const importCsv = (lines: string[], query = "", token = TOKEN) =>
  ask(`/imports?name=x.csv${query}`, {
    method: "POST",
    token,
    headers: { "content-type": "text/csv" },
    body: Buffer.from(`${lines.join("\r\n")}\r\n`, "utf8"),
  });

describe("the list", () => {
  it("is filtered and goes page by page", async () => {
    const first = await json(ask("/stations?limit=1"));
    expect(first).toMatchObject({
      total: 2,
      next: STATION,
      items: [{ id: STATION, nozzles: 2, tanks: 2, version: 1 }],
    });
    expect(await json(ask(`/stations?limit=1&after=${STATION}`))).toMatchObject({
      next: null,
      items: [{ id: "532822-0001" }],
    });
    for (const [query, total] of [
      ["county=勐海县", 1],
      ["county=532801", 1],
      ["brand=中国石化", 1],
      ["gateway=no", 1],
      ["status=closed", 0],
      ["licenceBefore=2030-01-01", 2],
      ["search=测试", 2],
      ["search=0001", 2],
      ["search=nothing", 0],
    ] as const) {
      expect([query, (await json(ask(`/stations?${query}`))).total]).toEqual([query, total]);
    }
  });

  it("holds the stations of one's own counties only", async () => {
    expect((await json(ask("/stations", { token: EAST }))).items).toMatchObject([{ id: "532822-0001" }]);
    expect((await ask(`/stations/${STATION}`, { token: EAST })).status).toBe(404);
    expect((await ask(`/stations/${STATION}/history`, { token: EAST })).status).toBe(404);
  });
});

describe("an entry", () => {
  it("is changed under the version that was read, and keeps its history", async () => {
    const read = await ask(`/stations/${STATION}`);
    const etag = read.headers.get("etag")!;
    // biome-ignore lint/suspicious/noExplicitAny: see above
    const { entry } = (await read.json()) as any;
    expect(etag).toBe('"1"');
    const changed = await put({ ...entry, owner: "江滨公司" }, { "if-match": etag });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, '"2"']);
    expect((await put({ ...entry, owner: "别人" }, { "if-match": etag })).status).toBe(412);
    expect((await put({ ...entry, owner: "别人" }, {})).status).toBe(428);
    expect(await json(ask(`/stations/${STATION}/history?limit=1`))).toMatchObject({
      next: 2,
      items: [{ version: 2, by: "张三", why: "核查", changes: [{ field: "owner", before: null, after: "江滨公司" }] }],
    });
    expect(await json(ask(`/stations/${STATION}/history?limit=1&before=2`))).toMatchObject({
      next: null,
      items: [{ version: 1 }],
    });
  });

  it("is refused with a cure when it cannot be, and needs the function", async () => {
    const entry = testStation([], "532801-0003");
    const wrong = await put({ ...entry, creditCode: "914403001922038217" }, { "if-none-match": "*" });
    expect([wrong.status, wrong.headers.get("content-type")]).toEqual([422, expect.stringContaining("problem+json")]);
    expect(await wrong.json()).toMatchObject({
      detail: expect.stringContaining("914403001922038217"),
      cure: expect.any(String),
    });
    expect((await put({ ...entry, unknown: 1 }, { "if-none-match": "*" })).status).toBe(400);
    expect((await put(entry, { "if-none-match": "*", authorization: `Bearer ${LOOKER}` })).status).toBe(403);
    expect((await put(entry, { "if-none-match": "*", authorization: `Bearer ${EAST}` })).status).toBe(404);
    expect((await put(entry, { "if-none-match": "*" })).status).toBe(201);
    expect((await put(entry, { "if-none-match": "*" })).status).toBe(412);
  });
});

describe("an import", () => {
  const header = "站点编号,站名,县市,统一社会信用代码";
  it("is a dry run first, tells its row errors, and then takes the good rows", async () => {
    const lines = [header, "532801-0101,甲站,景洪市,9144030071526726XG", "532801-0102,乙站,景洪市,914403007152672600"];
    const dry = await json(importCsv(lines));
    expect(dry).toMatchObject({
      dryRun: true,
      applied: false,
      rows: 2,
      good: 1,
      refused: 1,
      stations: { added: ["532801-0101"] },
    });
    expect(dry.errors).toMatchObject([
      { line: 3, table: "stations", value: "914403007152672600", cure: { zh: expect.stringContaining("营业执照") } },
    ]);
    expect((await ask("/stations/532801-0101")).status).toBe(404);
    expect(await json(importCsv(lines, "&dryRun=false&allOrNothing=true&why=普查"))).toMatchObject({ applied: false });
    expect((await importCsv(lines, "&dryRun=false")).status).toBe(422);
    expect(await json(importCsv(lines, "&dryRun=false&why=普查&by=李四"))).toMatchObject({ applied: true });
    expect(await json(ask("/stations/532801-0101"))).toMatchObject({
      version: 1,
      by: "李四",
      why: "普查",
      entry: { nameZh: "甲站" },
    });
  });

  it("reaches no station outside one's counties", async () => {
    const report = await json(
      importCsv([header, "532801-0103,丙站,景洪市,", "532822-0103,丁站,勐海县,"], "&dryRun=false&why=普查", EAST),
    );
    expect([report.stations.added, report.errors.length]).toEqual([["532822-0103"], 1]);
  });

  it("of what is no table, or is too large, is refused", async () => {
    expect((await ask("/imports", { method: "POST", body: JSON.stringify({}) })).status).toBe(400);
    expect((await importCsv(["甲,乙", "1,2"])).status).toBe(200);
    expect((await json(importCsv(["甲,乙", "1,2"]))).errors[0].cure.zh).toContain("模板");
    const large = await ask("/imports", {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body: Buffer.alloc(sheetLimits.fileBytes + 1, "a"),
    });
    expect(large.status).toBe(413);
  });
});

it("an export is what an import reads again, and a template can be had", async () => {
  const answer = await ask("/export?form=xlsx");
  expect(answer.headers.get("content-disposition")).toMatch(/"registry-all-EX[\w-]+\.xlsx"/);
  const read = await readXlsx(new Uint8Array(await answer.arrayBuffer()), sheetLimits);
  expect(read.ok && read.value.map(({ name }) => name)).toEqual([
    "加油站",
    "油罐",
    "加油机",
    "油枪",
    "铅封",
    "网关",
    "罐容表",
    "导出标记",
  ]);
  const own = await (await ask("/export?form=csv&table=stations", { token: EAST })).text();
  expect(own).not.toContain("532801");
  expect((await ask("/export?form=csv")).status).toBe(422);
  expect((await ask("/export?form=xlsx", { token: LOOKER })).status).toBe(403);
  expect(await (await ask("/template?form=csv&table=tanks", { token: LOOKER })).text()).toContain("容量(L)");
});

function unpackedOf(file: Buffer): Buffer[] | undefined {
  const parts = unpack(file, sheetLimits);
  return parts.ok ? [...parts.value.values()] : undefined;
}

it.each([
  ["xlsx", "", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["csv", "&table=stations", "text/csv"],
  ["csv", "&table=tanks", "text/csv"],
])("an exported %s file%s carries its mark, and imports without a change or an error", async (form, table, type) => {
  const exported = await ask(`/export?form=${form}${table}`);
  const body = Buffer.from(await exported.arrayBuffer());
  const id = /(EX[\w-]+)\./.exec(exported.headers.get("content-disposition") ?? "")?.[1];
  const sources = form === "csv" ? [body] : [...(unpackedOf(body) ?? [])];
  expect(sources.map((text) => hiddenIn(text.toString("utf8"))).find((one) => one !== undefined)).toBe(id);
  const report = await json(ask("/imports?dryRun=true", { method: "POST", headers: { "content-type": type }, body }));
  expect(report).toMatchObject({ refused: 0, errorCount: 0, stations: { added: [], changed: [] } });
  expect(report.stations.unchanged.length).toBeGreaterThan(0);
});

it("coverage is told by county", async () => {
  const { counties, total } = await json(ask("/coverage"));
  expect(counties.find((row: { county: string }) => row.county === "勐海县")).toMatchObject({
    withGateway: 0,
    dispensersCovered: 0,
  });
  expect(total.stations).toBe(counties.reduce((sum: number, row: { stations: number }) => sum + row.stations, 0));
});

it("changes are in the audit log, and its head is signed", async () => {
  const { readFileSync } = await import("node:fs");
  expect(readFileSync(`${collector.config.database}.audit-head`, "utf8")).toContain("forecourt-audit-v1");
});
