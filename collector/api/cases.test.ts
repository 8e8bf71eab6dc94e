/** Cases over the API: from a flag to the end, by the departments whose they are. */
import { proveCase, readCaseFile } from "@forecourt/protocol/evidence/case-file.ts";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { COUNTY, everybody, loginOf } from "../testing/people.ts";
import { seal } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector, until } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { type CaseDetail, CaseDetailSchema } from "./case-schemas.ts";

const box = new FakeGateway(`gw-${COUNTY}-0001`, `${COUNTY}-0001`);
let collector: TestCollector;
let flag = "";
let commerce: SignedIn;
let market: SignedIn;
let tax: SignedIn;

beforeAll(async () => {
  const station = testStation([{ id: box.id, publicKey: box.signer.publicKey }], box.station);
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  collector = await runCollector(testRegistry(station), { people: everybody(), access });
  const connected = await ConnectedGateway.connect(collector, box);
  box.add(seal(), Date.now() - 2_000);
  box.add(seal({ state: "cut", tamperCount: 1 }), Date.now() - 1_000);
  await connected.ask("batch", await box.batch());
  await connected.close();
  await until(async () => {
    const answer = await fetch(`${collector.http}/api/v1/flags`, { headers: SIGNED });
    const { items } = (await answer.json()) as { items: { id: string }[] };
    flag = items[0]?.id ?? "";
    return flag !== "";
  });
  commerce = await signInTo(collector.http, loginOf("platform-lead"));
  market = await signInTo(collector.http, loginOf("market-officer"));
  tax = await signInTo(collector.http, loginOf("tax-officer"));
}, 60_000);
afterAll(() => collector.remove());

async function detail(of: SignedIn, id: string): Promise<CaseDetail> {
  const answer = await of.ask("GET", `/api/v1/cases/${id}`);
  expect(answer.status).toBe(200);
  const one = (await answer.json()) as CaseDetail;
  expect([...Value.Errors(CaseDetailSchema, one)]).toEqual([]);
  return one;
}

async function step(of: SignedIn, id: string, order: object): Promise<Response> {
  const { after } = await detail(commerce, id);
  return of.ask("POST", `/api/v1/cases/${id}/steps`, { after, ...order });
}

/** A box with the smallest picture that a reader of PNG accepts. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("a case", () => {
  let id = "";

  it("is opened from a flag, for the department of its rule", async () => {
    const made = await market.ask("POST", "/api/v1/cases", { flag, title: "铅封被剪", text: "S01 剪断" });
    expect(made.status).toBe(201);
    ({ id } = (await made.json()) as { id: string });
    expect(await detail(market, id)).toMatchObject({
      origin: "flag",
      lead: "market-regulation",
      state: "assigned",
      flags: [flag],
      due: "soon",
    });
    expect((await market.ask("POST", "/api/v1/cases", { flag, title: "再次", text: "x" })).status).toBe(409);
  });

  it("is not there for departments that neither lead nor handle it, until they are invited", async () => {
    expect((await tax.ask("GET", `/api/v1/cases/${id}`)).status).toBe(404);
    expect(await (await tax.ask("GET", "/api/v1/cases")).json()).toMatchObject({ items: [] });
    expect((await step(commerce, id, { step: "assign", department: "market-regulation" })).status).toBe(200);
    expect((await step(market, id, { step: "accept" })).status).toBe(200);
    expect((await step(market, id, { step: "invite", department: "tax" })).status).toBe(200);
    expect((await detail(tax, id)).possible).toEqual(expect.arrayContaining(["comment", "site-visit"]));
    expect((await step(tax, id, { step: "comment", text: "申报数据一致" })).status).toBe(200);
  });

  it("is led by its department alone, and given out and closed by commerce", async () => {
    expect((await step(tax, id, { step: "answer", text: "x", outcome: "dismissed" })).status).toBe(403);
    expect((await step(market, id, { step: "assign", department: "tax" })).status).toBe(403);
    const stale = await market.ask("POST", `/api/v1/cases/${id}/steps`, { after: 1, step: "comment", text: "晚了" });
    expect(stale.status).toBe(409);
  });

  it("keeps photos as what they are, and nothing that only says so", async () => {
    const png = Buffer.from("89504e470d0a1a0a00", "hex");
    const kept = await market.ask("POST", `/api/v1/cases/${id}/files?name=a.png`, png, "image/png");
    expect(kept.status).toBe(201);
    const { id: file } = (await kept.json()) as { id: string };
    const read = await market.ask("GET", `/api/v1/cases/${id}/files/${file}`);
    expect(read.headers.get("content-disposition")).toContain("attachment");
    expect(Buffer.from(await read.arrayBuffer()).equals(png)).toBe(true);
    const html = Buffer.from("<script>");
    expect((await market.ask("POST", `/api/v1/cases/${id}/files?name=a.png`, html, "image/png")).status).toBe(422);
    expect((await market.ask("POST", `/api/v1/cases/${id}/files?name=a.html`, html, "text/html")).status).toBe(415);
  });

  it("takes its flag along to the result", async () => {
    const detailOf = await detail(market, id);
    for (const { id: task } of detailOf.tasks) {
      const { after } = await detail(market, id);
      expect((await market.ask("POST", `/api/v1/cases/${id}/tasks/${task}`, { after })).status, task).toBe(200);
    }
    expect((await step(market, id, { step: "answer", text: "属实", outcome: "confirmed" })).status).toBe(200);
    // Who looked at the flag is on record, but not among its steps.
    await market.ask("GET", `/api/v1/flags/${flag}`);
    await until(async () => {
      const log = await fetch(`${collector.http}/api/v1/audit?subject=${flag}`, { headers: SIGNED });
      const { items } = (await log.json()) as { items: { action: string }[] };
      return items.some(({ action }) => action === "look");
    });
    const life = await fetch(`${collector.http}/api/v1/flags/${flag}/life`, { headers: SIGNED });
    expect(await life.json()).toMatchObject({ life: "confirmed", steps: [{ step: "check" }, { step: "confirm" }] });
    expect((await step(commerce, id, { step: "feed-back", text: "已反馈" })).status).toBe(200);
    expect((await step(commerce, id, { step: "close" })).status).toBe(200);
    expect(await detail(commerce, id)).toMatchObject({ state: "closed", outcome: "confirmed", dueAt: null });
  });
});

describe("papers of a case", () => {
  let id = "";

  it("are a form for the visit, with what to check and the station's equipment", async () => {
    const body = {
      station: box.station,
      nature: "violation",
      title: "私改税控口",
      text: "举报",
      lead: "market-regulation",
    };
    const made = await commerce.ask("POST", "/api/v1/cases", body);
    ({ id } = (await made.json()) as { id: string });
    expect((await step(commerce, id, { step: "assign", department: "market-regulation" })).status).toBe(200);
    expect((await step(market, id, { step: "accept" })).status).toBe(200);
    expect(await detail(market, id)).toMatchObject({ unit: "market-regulation county" });
    const form = await market.ask("GET", `/api/v1/cases/${id}/visit-form`);
    expect([form.status, form.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    expect(
      Buffer.from(await form.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
    expect((await tax.ask("GET", `/api/v1/cases/${id}/visit-form`)).status).toBe(404);
  });

  it("are a special report, of a major case only, written by its lead and kept with it", async () => {
    const text = { facts: "现场发现改装", cause: "逃避计量", handling: "封存设备", advice: "移送公安" };
    const write = (of: SignedIn) => of.ask("POST", `/api/v1/cases/${id}/report`, text);
    expect((await write(market)).status).toBe(422);
    expect((await step(market, id, { step: "mark-major", text: "跨县团伙" })).status).toBe(200);
    expect((await market.ask("POST", `/api/v1/cases/${id}/files?name=a.png`, PIXEL, "image/png")).status).toBe(201);
    expect((await step(market, id, { step: "invite", department: "tax" })).status).toBe(200);
    expect((await write(tax)).status).toBe(403);
    const written = await write(market);
    expect(written.status).toBe(201);
    const file = (await written.json()) as { id: string; name: string; type: string };
    expect(file).toMatchObject({ type: "application/pdf", name: expect.stringContaining("专项报告") });
    const { events, files } = await detail(market, id);
    expect(events.at(-1)).toMatchObject({ step: "special-report" });
    expect(files).toHaveLength(2);
  });

  it("are an evidence file that proves itself, and no longer does when a word of it is changed", async () => {
    const flagged = await commerce.ask("GET", "/api/v1/cases?open=false");
    const { items } = (await flagged.json()) as { items: { id: string }[] };
    const answer = await market.ask("GET", `/api/v1/cases/${items[0]!.id}/evidence`);
    expect(answer.headers.get("content-disposition")).toContain("evidence.json");
    const text = await answer.text();
    const read = readCaseFile(text);
    if (!read.ok) throw new Error(read.error.message);
    const trusted = new Map([
      ["collector", collector.signer.publicKey],
      [box.id, box.signer.publicKey],
    ]);
    const proved = proveCase(read.value, trusted);
    expect(proved).toMatchObject({ ok: true, value: { unproved: [], flags: [{ flag }] } });
    expect(proved.ok && proved.value.flags[0]!.records.length).toBeGreaterThan(0);
    const changed = readCaseFile(text.replace("属实", "不实"));
    expect(changed.ok && proveCase(changed.value, trusted)).toMatchObject({ ok: false, error: { code: "key" } });
    expect(proveCase(read.value, new Map([["collector", box.signer.publicKey]]))).toMatchObject({ ok: false });
    // Whoever may take no exports takes no raw records either.
    const police = await signInTo(collector.http, loginOf("police-officer"));
    expect((await police.ask("GET", `/api/v1/cases/${id}/evidence`)).status).toBe(403);
  });
});

it("a problem is followed by whoever reported it, though commerce has yet to give it out", async () => {
  const order = { station: `${COUNTY}-0001`, nature: "coordination", title: "卸油区停车", text: "夜间" };
  const made = (await (await tax.ask("POST", "/api/v1/cases", order)).json()) as { id: string };
  expect(await detail(tax, made.id)).toMatchObject({ state: "reported", possible: [] });
  expect((await market.ask("GET", `/api/v1/cases/${made.id}`)).status).toBe(404);
  const listed = async (of: SignedIn) =>
    ((await (await of.ask("GET", "/api/v1/cases")).json()) as { items: { id: string }[] }).items.map((one) => one.id);
  expect([(await listed(tax)).includes(made.id), (await listed(market)).includes(made.id)]).toEqual([true, false]);
});
