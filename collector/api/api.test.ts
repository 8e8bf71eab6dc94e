import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUNCTION_NAMES } from "../access/functions.ts";
import { catalogue } from "../rules/catalogue.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { gateway, identity, link, sale, seal, tank } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector, TOKEN, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import * as schemas from "./schemas.ts";

const source = new FakeGateway("gw-532801-0001", "532801-0001");
const silent = new FakeGateway("gw-532801-0002", "532801-0002");
const ELSEWHERE = "a-token-of-another-county";
let collector: TestCollector;
let connected: ConnectedGateway;
const start = Date.now() - 10_000;

beforeAll(async () => {
  collector = await runCollector(
    testRegistry(
      testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station),
      testStation([{ id: silent.id, publicKey: silent.signer.publicKey }], silent.station),
    ),
    {
      machines: [
        { name: "test", token: TOKEN, functions: FUNCTION_NAMES },
        { name: "elsewhere", token: ELSEWHERE, functions: FUNCTION_NAMES, counties: ["532822"] },
      ],
    },
  );
  connected = await ConnectedGateway.connect(collector, source);
  source.add(link("up"), start);
  source.add(identity(), start + 1);
  source.add(tank(1_000_000), start + 2);
  source.add(seal(), start + 3);
  for (let n = 0; n < 5; n += 1) source.add(sale({ beforeVolumeCl: 1_000_000 + n * 2_000 }), start + 10 + n);
  source.add(seal({ state: "cut", tamperCount: 1 }), start + 20);
  source.add(gateway(), start + 21);
  await connected.ask("batch", await source.batch());
  await until(async () => ((await get("/flags")).items as unknown[]).length > 0);
});
afterAll(async () => {
  await connected.close();
  await collector.remove();
});

interface Answer {
  [name: string]: unknown;
}
async function get(path: string): Promise<Answer> {
  const response = await fetch(`${collector.http}/api/v1${path}`, { headers: SIGNED });
  expect(response.status, path).toBe(200);
  return (await response.json()) as Answer;
}
function expectShape(schema: TSchema, value: unknown): void {
  expect([...Value.Errors(schema, value)]).toEqual([]);
}
function expectShapes(schema: TSchema, values: unknown): void {
  for (const value of values as unknown[]) expectShape(schema, value);
}

describe("the API", () => {
  it("lists stations with state, today's sales and open flags", async () => {
    const { items } = await get("/stations");
    expectShapes(schemas.StationSummarySchema, items);
    expect(items).toMatchObject([
      { id: "532801-0001", state: "live", today: { sales: 5, volumeCl: 10_000 }, openFlags: { high: 1 } },
      { id: "532801-0002", state: "never", lastRecordAt: null, today: { sales: 0 } },
    ]);
  });

  it("shows one station with dispensers, tanks, seals and gateways", async () => {
    const detail = await get("/stations/532801-0001");
    expectShape(schemas.StationDetailSchema, detail);
    expect(detail).toMatchObject({
      dispensers: [
        {
          device: "tax-1",
          link: { state: "up" },
          identity: { factorySerial: "4001900123" },
          nozzles: [
            { nozzle: "N01", totalVolumeCl: 1_010_000, lastSale: { seq: 9 } },
            { nozzle: "N02", lastSale: null },
          ],
        },
      ],
      tanks: [
        { tank: "T1", latest: { volumeCl: 1_000_000 } },
        { tank: "T2", latest: null },
      ],
      seals: [
        { seal: "S01", state: "cut", place: "board-box" },
        { seal: "S02", state: "unknown" },
      ],
      gateways: [{ id: source.id, state: "live", lastSeq: 11, version: "0.1.0" }],
    });
    expect(Object.keys(await get("/stations/532801-0001/devices"))).toEqual(["dispensers", "gateways"]);
  });

  it("pages through sales, newest first, losing and doubling none", async () => {
    const seqs: number[] = [];
    let next = "";
    do {
      const page = await get(`/sales?station=532801-0001&limit=2${next === "" ? "" : `&before=${next}`}`);
      expectShapes(schemas.SaleSchema, page.items);
      seqs.push(...(page.items as { seq: number }[]).map((one) => one.seq));
      next = (page.next as string | null) ?? "";
    } while (next !== "");
    expect(seqs).toEqual([9, 8, 7, 6, 5]);
    expect((await get("/sales?nozzle=N02")).items).toEqual([]);
    expect((await get("/sales?limit=3")).items).toHaveLength(3);
  });

  it("gives tank levels and seals", async () => {
    const { items } = await get("/tank-levels?station=532801-0001&tank=T1");
    expectShapes(schemas.TankLevelSchema, items);
    expect(items).toHaveLength(1);
    const seals = (await get("/seals?station=532801-0001")).items;
    expectShapes(schemas.SealStatusSchema, seals);
    expect(seals).toHaveLength(2);
  });

  it("shows a flag with the records that prove it, each chained to the one before", async () => {
    const { items } = await get("/flags?station=532801-0001&state=open");
    expectShapes(schemas.FlagSchema, items);
    const [flag] = items as { id: string }[];
    const detail = await get(`/flags/${flag?.id}`);
    expectShape(schemas.FlagDetailSchema, detail);
    expect(detail).toMatchObject({ flag: { rule: "seal.opened", subject: "S01" }, truncated: false });
    const records = detail.records as { seq: number; line: string; hash: string; previousHash: string }[];
    expect(records.map((one) => one.seq)).toEqual([4, 10]);
    expect(records[1]).toMatchObject({ line: source.lines[9], previousHash: source.hashes[9]?.toString("hex") });
    expectShape(schemas.ProofRecordSchema, await get(`/records/${source.id}/1`));
  });

  it("shows and does nothing for a reader of another county, as if the station did not exist", async () => {
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${collector.http}/api/v1${path}`, { ...init, headers: { authorization: `Bearer ${ELSEWHERE}` } });
    const [flag] = (await get("/flags")).items as { id: string }[];
    const station = source.station;
    for (const path of ["/stations", "/sales", `/sales?station=${station}`, "/seals", "/flags", "/unknown-verdicts"]) {
      expect([path, await (await ask(path)).json()]).toMatchObject([path, { items: [] }]);
    }
    for (const path of [
      `/stations/${station}`,
      `/stations/${station}/devices`,
      `/stations/${station}/equipment`,
      `/stations/${station}/commands`,
      `/stations/${station}/filings`,
      `/stations/${station}/provisional`,
      `/flags/${flag?.id}`,
      `/flags/${flag?.id}/life`,
      `/records/${source.id}/1`,
    ]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
    for (const list of [`/tank-levels?station=${station}`, `/deliveries?station=${station}`]) {
      expect([list, await (await ask(list)).json()]).toMatchObject([list, { items: [] }]);
    }
    const step = { method: "POST", body: JSON.stringify({ step: "acknowledge", by: "somebody" }) };
    const headers = { authorization: `Bearer ${ELSEWHERE}`, "content-type": "application/json" };
    const acted = await fetch(`${collector.http}/api/v1/flags/${flag?.id}/steps`, { ...step, headers });
    expect(acted.status).toBe(404);
  });

  it("states the rules with their parameters", async () => {
    const { items } = await get("/rules");
    expectShapes(schemas.RuleSchema, items);
    expect(items).toHaveLength(catalogue.length);
  });

  it("refuses with a problem that names a cure", async () => {
    for (const [path, status] of [
      ["/api/v1/stations/532801-9999", 404],
      ["/api/v1/stations/nonsense", 400],
      ["/api/v1/sales?limit=0", 400],
      ["/api/v1/sales?before=x", 400],
      ["/api/v1/sales?from=2026-13-45T00:00:00Z", 400],
      ["/api/v1/flags/none", 404],
      ["/api/v1/nothing", 404],
      [`/api/v1/records/${source.id}/999`, 404],
    ] as const) {
      const response = await fetch(collector.http + path, { headers: SIGNED });
      expect(response.status, path).toBe(status);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expectShape(schemas.ProblemSchema, await response.json());
    }
  });

  it("takes a delivery notice from who holds the token, for a tank that exists", async () => {
    const body = {
      station: "532801-0001",
      tank: "T1",
      volumeCl: 500_000,
      expectedFrom: "2026-03-02T12:00:00.000+08:00",
      expectedUntil: "2026-03-02T13:00:00.000+08:00",
      tanker: "云K12345",
    };
    const post = (changes: object, token = TOKEN) =>
      fetch(`${collector.http}/api/v1/delivery-notices`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ ...body, ...changes }),
      });
    const taken = await post({});
    expect(taken.status).toBe(201);
    expect(await taken.json()).toEqual({ id: expect.any(String) as string });
    expect((await post({}, "wrong")).status).toBe(401);
    expect((await post({ tank: "T9" })).status).toBe(422);
    expect((await post({ expectedUntil: body.expectedFrom })).status).toBe(422);
    expect((await post({ extra: 1 })).status).toBe(400);
  });

  it("takes a filing once, refuses what is none, and lists what was filed", async () => {
    const order = {
      filing: "work-order",
      id: "wo-1",
      station: "532801-0001",
      at: "2026-03-01T09:00:00.000+08:00",
      change: "board-replaced",
      subject: "tax-1",
      from: "2026-03-02T09:00:00.000+08:00",
      until: "2026-03-02T18:00:00.000+08:00",
    };
    const post = (changes: object, token = TOKEN) =>
      fetch(`${collector.http}/api/v1/filings`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ ...order, ...changes }),
      });
    expect((await post({})).status).toBe(201);
    expect((await post({})).status).toBe(200);
    expect((await post({}, "wrong")).status).toBe(401);
    expect((await post({ change: "nothing" })).status).toBe(400);
    expect((await post({ id: "wo-2", subject: "tax-9" })).status).toBe(422);
    expect((await post({ id: "wo-3", until: order.from })).status).toBe(400);
    const { items } = await get("/stations/532801-0001/filings");
    expectShapes(schemas.FilingViewSchema, items);
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: "wo-1", change: "board-replaced", from: order.from, until: order.until }),
        expect.objectContaining({ filing: "waybill", tank: "T1", grade: "92#" }),
      ]),
    );
  });

  it("describes itself as OpenAPI 3.1 and keeps the page to its own host", async () => {
    const api = await get("/openapi.json");
    expect(api.openapi).toBe("3.1.0");
    expect(Object.keys(api.paths as object)).toEqual(
      expect.arrayContaining(["/api/v1/stations/{id}", "/api/v1/flags"]),
    );
    expect(JSON.stringify(api)).not.toContain("$id");
    const page = await fetch(`${collector.http}/flags`);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect((await fetch(`${collector.http}/readyz`)).status).toBe(200);
  });

  it("tells an open page of a sale, a tank, a flag and the station as they come", async () => {
    const abort = new AbortController();
    const response = await fetch(`${collector.http}/api/v1/live?station=532801-0001`, {
      signal: abort.signal,
      headers: SIGNED,
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    let text = "";
    const reading = (async () => {
      for await (const chunk of response.body!) text += Buffer.from(chunk).toString("utf8");
    })().catch(() => undefined);
    await until(() => text.includes("event: hello"));
    const before = source.seq;
    source.add(sale({ beforeVolumeCl: 1_010_000 }), Date.now());
    source.add(tank(990_000), Date.now());
    source.add(seal({ seal: "S02", state: "open" }), Date.now());
    await connected.ask("batch", await source.batch(before + 1));
    for (const name of ["sale", "tank", "seal", "flag", "station"])
      await until(() => text.includes(`event: ${name}\n`));
    expect(text).toContain("retry: 2000");
    const line = text.split("\n").find((one) => one.startsWith("data: ") && one.includes('"beforeVolumeCl"'));
    expect(line).toBeUndefined();
    const event = text
      .split("event: sale\n")[1]
      ?.split("\n")
      .find((one) => one.startsWith("data: "));
    expectShape(schemas.SaleSchema, JSON.parse(event!.slice("data: ".length)));
    abort.abort();
    await reading;
  });
});
