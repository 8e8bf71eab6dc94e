/** Tables and pictures that are taken away: every form, marked, on record, and only for who may see what is in it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hiddenIn } from "../../access/export-mark.ts";
import { DEFAULT_POLICY } from "../../access/policy.ts";
import { sheetLimits } from "../../registry/sheets/limits.ts";
import { readXlsx } from "../../registry/sheets/xlsx.ts";
import { FakeGateway } from "../../testing/fake-gateway.ts";
import { everybody, loginOf } from "../../testing/people.ts";
import { sale, seal } from "../../testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector, until } from "../../testing/running.ts";
import { type SignedIn, signInTo } from "../../testing/signed-in.ts";
import { testRegistry, testStation } from "../../testing/stations.ts";
import { writeTable } from "./write.ts";

const box = new FakeGateway("gw-532801-0001", "532801-0001");
const PROGRAM = "a-program-for-tests";
let collector: TestCollector;
let market: SignedIn;
let auditor: SignedIn;

beforeAll(async () => {
  const registry = testRegistry(testStation([{ id: box.id, publicKey: box.signer.publicKey }], box.station));
  const machines = [{ name: "program", token: PROGRAM, functions: ["exports:take", "stations:view"] as const }];
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  collector = await runCollector(registry, { people: everybody(), access, machines });
  const connected = await ConnectedGateway.connect(collector, box);
  box.add(seal(), Date.now() - 5_000);
  box.add(sale({ beforeVolumeCl: 1_000_000, volumeCl: 4_321 }), Date.now() - 4_000);
  box.add(seal({ state: "cut", tamperCount: 1 }), Date.now() - 1_000);
  await connected.ask("batch", await box.batch());
  await connected.close();
  market = await signInTo(collector.http, loginOf("market-officer"));
  auditor = await signInTo(collector.http, loginOf("audit-administrator"));
  await until(async () => (await flags()).length > 0);
}, 60_000);
afterAll(() => collector.remove());

const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const days = `from=${today}&to=${today}`;
const flags = async () => {
  const answer = await market.ask("GET", "/api/v1/flags");
  return ((await answer.json()) as { items: { rule: string }[] }).items;
};
const summed = async () => {
  const answer = await market.ask("GET", `/api/v1/statistics/sales?${days}`);
  return ((await answer.json()) as { total: { sales: number } }).total.sales;
};
const take = (path: string) => market.ask("GET", `/api/v1/exports/${path}`);
const marked = async () => {
  const answer = await auditor.ask("GET", "/api/v1/audit?limit=50&action=export.marked");
  return ((await answer.json()) as { items: { subject: string; detail: Record<string, unknown> }[] }).items;
};

describe("a table that is taken away", () => {
  it("is a workbook whose numbers are numbers, with the mark above and in its heading", async () => {
    // Exports are few a minute: what is waited for is asked of the page's route.
    await until(async () => (await summed()) === 1);
    const answer = await take(`statistics.xlsx?${days}&by=station,brand&step=day`);
    const read = await readXlsx(Buffer.from(await answer.arrayBuffer()), sheetLimits);
    if (!read.ok) throw new Error(read.error.message.en);
    const rows = read.value[0]!.rows.map(({ cells }) => cells);
    const id = hiddenIn(rows.flat().join("\n"));
    expect(rows[0]![0]).toContain(`编号：${id}`);
    expect(rows[3]).toContain("43.21");
    expect((await marked())[0]).toMatchObject({ subject: id, detail: { name: "statistics", rows: 1 } });
  });

  it.each(["stations", "devices", "cases", "flags"])("%s: has all three forms", async (name) => {
    for (const form of ["csv", "xlsx", "pdf"]) {
      const answer = await take(`${name}.${form}`);
      expect(answer.status, `${name}.${form}`).toBe(200);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const magic = { csv: "\ufeff导出人", xlsx: "PK", pdf: "%PDF-" }[form]!;
      expect(bytes.subarray(0, Buffer.byteLength(magic)).toString("utf8")).toBe(magic);
    }
  });

  it("holds the flags that the queue shows, narrowed alike", async () => {
    const [{ rule } = { rule: "" }] = await flags();
    const lines = async (query: string) => (await (await take(`flags.csv?${query}`)).text()).trim().split("\n").length;
    const counts = [`rule=${rule}`, "department=market-regulation", "department=tax", "county=nowhere"].map(lines);
    expect(await Promise.all(counts)).toEqual([4, 4, 3, 3]);
  });

  it("is on paper with its mark in what the file says of itself, however long it is", async () => {
    const mark = { id: "EXtest", taker: "某人 (somebody)", words: ["导出人：某人"], atMs: Date.now() };
    const rows = Array.from({ length: 300 }, (_, index) => [index, `第${index}行，较长的说明文字`.repeat(6), null]);
    const paper = (await writeTable(
      { name: "x", title: "表", header: ["序号", "说明", "空"], rows },
      "pdf",
      mark,
    )) as Buffer;
    const text = paper.toString("latin1");
    expect(text).toContain("EXtest");
    expect(Number(/\/Count (\d+)/.exec(text)?.[1])).toBeGreaterThan(5);
  });

  it("is not for who may not see what is in it", async () => {
    const program = { headers: { authorization: `Bearer ${PROGRAM}` } };
    const statuses = [
      "stations.csv",
      "cases.pdf",
      `statistics.xlsx?${days}`,
      `sales.csv?station=${box.station}&${days}`,
    ].map(async (path) => (await fetch(`${collector.http}/api/v1/exports/${path}`, program)).status);
    expect(await Promise.all(statuses)).toEqual([200, 403, 403, 403]);
    expect((await fetch(`${collector.http}/api/v1/exports/cases.pdf`)).status).toBe(401);
  });
});

describe("a picture of a chart", () => {
  it("gets the words and the number of a mark, which is on record", async () => {
    const answer = await market.ask("POST", "/api/v1/exports/pictures", { of: "statistics", title: "按日销量" });
    expect(answer.status).toBe(201);
    const { id, words } = (await answer.json()) as { id: string; words: string[] };
    expect(words[0]).toContain(id);
    expect((await marked())[0]).toMatchObject({ subject: id, detail: { name: "statistics.png", title: "按日销量" } });
  });
});
