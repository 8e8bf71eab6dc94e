/** Statistics over the API, of a collector that takes batches in. */
import { localDate } from "@forecourt/protocol/time.ts";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUNCTION_NAMES } from "../access/functions.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { sale, tank } from "../testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector, TOKEN, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { OutlierSchema, type SaleStatistics, SaleStatisticsSchema, TankHourSchema } from "./statistics-schemas.ts";

const source = new FakeGateway("gw-532801-0001", "532801-0001");
const start = Date.now() - 10_000;
const ELSEWHERE = "a-token-of-another-county";
const today = localDate(start);
let collector: TestCollector;
let connected: ConnectedGateway;

beforeAll(async () => {
  collector = await runCollector(
    testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station)),
    {
      machines: [
        { name: "all", token: TOKEN, functions: FUNCTION_NAMES },
        { name: "elsewhere", token: ELSEWHERE, functions: FUNCTION_NAMES, counties: ["532822"] },
      ],
    },
  );
  connected = await ConnectedGateway.connect(collector, source);
  source.add(tank(1_000_000), start);
  for (let n = 0; n < 4; n += 1) source.add(sale({ beforeVolumeCl: 1_000_000 + n * 2_000 }), start + 10 + n);
  source.add(sale({ nozzle: "N02", volumeCl: 500, beforeVolumeCl: 9_000, quality: "unconfirmed", reason: "x" }), start);
  await connected.ask("batch", await source.batch());
  await until(async () => (await sales("")).total.sales === 5);
});
afterAll(async () => {
  await connected.close();
  await collector.remove();
});

const ask = (path: string, token = TOKEN) =>
  fetch(`${collector.http}/api/v1/statistics/${path}`, { headers: { authorization: `Bearer ${token}` } });
async function sales(query: string): Promise<SaleStatistics> {
  const response = await ask(`sales?from=${today}&to=${today}${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as SaleStatistics;
}

describe("statistics", () => {
  it("sum sales by what is asked for", async () => {
    const found = await sales("&step=day&by=county,grade");
    expect([...Value.Errors(SaleStatisticsSchema, found)]).toEqual([]);
    expect(found.total).toMatchObject({ sales: 5, volumeCl: 8_500 });
    expect(found.items).toMatchObject([
      {
        at: today,
        county: "景洪市",
        station: null,
        grade: "92#",
        nozzle: null,
        sales: 4,
        volumeCl: 8_000,
        untrustedSales: 0,
      },
      { at: today, county: "景洪市", grade: "95#", sales: 1, volumeCl: 500, untrustedSales: 1, untrustedVolumeCl: 500 },
    ]);
    const nozzles = await sales("&by=nozzle&station=532801-0001&step=month");
    expect(nozzles.items).toMatchObject([
      { at: today.slice(0, 7), nozzle: "N01", volumeCl: 8_000 },
      { nozzle: "N02", volumeCl: 500 },
    ]);
    expect((await sales("&county=x")).items).toEqual([]);
    expect((await sales("&step=year&grade=95%23")).items).toMatchObject([{ at: today.slice(0, 4), volumeCl: 500 }]);
  });

  it("tell tank levels by the hour", async () => {
    const response = await ask(`tanks?from=${today}&to=${today}&station=532801-0001`);
    const { items } = (await response.json()) as { items: unknown[] };
    expect([...Value.Errors(TankHourSchema, items[0])]).toEqual([]);
    expect(items).toMatchObject([{ tank: "T1", readings: 1, levelUm: 1_200_000, volumeCl: 1_000_000 }]);
  });

  it("compare a span with the one before", async () => {
    const { items } = (await (await ask(`outliers?from=${today}&to=${today}`)).json()) as { items: unknown[] };
    expect([...Value.Errors(OutlierSchema, items[0])]).toEqual([]);
    expect(items).toEqual([
      { station: "532801-0001", volumeCl: 8_500, beforeCl: 0, changePermille: null, scoreMilli: null },
    ]);
  });

  it("leave as a file with the mark of who took it, and nothing of another county", async () => {
    const take = (token: string) =>
      fetch(`${collector.http}/api/v1/exports/statistics.csv?from=${today}&to=${today}&step=day&by=grade`, {
        headers: { authorization: `Bearer ${token}` },
      });
    const taken = await take(TOKEN);
    expect([taken.status, taken.headers.get("content-disposition")]).toEqual([
      200,
      expect.stringMatching(/statistics-EX/),
    ]);
    const lines = (await taken.text()).trim().split(/\r?\n/);
    expect(lines[0]).toContain("EX");
    expect(lines.slice(-2)).toEqual([expect.stringContaining("92#,4,80,"), expect.stringContaining("95#,1,5,")]);
    expect(await (await take(ELSEWHERE)).text()).not.toContain("92#");
    expect((await fetch(`${collector.http}/api/v1/exports/statistics.csv?from=x&to=y`)).status).toBe(401);
  });

  it("tell nothing of another county's stations", async () => {
    const span = `from=${today}&to=${today}`;
    for (const path of [`sales?${span}`, `tanks?${span}&station=532801-0001`, `outliers?${span}`]) {
      expect(await (await ask(path, ELSEWHERE)).json(), path).toMatchObject({ items: [] });
    }
  });

  it("refuse days that do not exist and answers that nobody could read", async () => {
    for (const query of [
      "from=2026-02-30&to=2026-03-01",
      "from=2026-03-02&to=2026-03-01",
      "from=2000-01-01&to=2026-03-01",
      "from=2026-01-01&to=2026-06-01&step=hour",
      "from=2026-03-01&to=2026-03-01&by=nozzle",
      "from=2026-03-01&to=2026-03-01&by=owner",
      "from=1&to=2",
    ]) {
      expect((await ask(`sales?${query}`)).status, query).toBe(400);
    }
  });
});
