import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chart, command, delivery, device, health } from "../testing/equipment.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { sale, seal } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import * as schemas from "./equipment-schemas.ts";

const source = new FakeGateway("gw-532801-0001", "532801-0001");
const station = source.station;
const start = Date.now() - 3_600_000;
let collector: TestCollector;

beforeAll(async () => {
  collector = await runCollector(testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }])));
  const connected = await ConnectedGateway.connect(collector, source);
  for (let number = 0; number < 5; number += 1) {
    const tank = number % 2 === 0 ? "T1" : "T2";
    source.add(delivery(start + number * 60_000, { tank, volumeCl: 500_000 + number }), start + number * 60_000);
  }
  source.add(device(), start);
  source.add(device({ cause: "changed", serial: "B-12" }), start + 1);
  source.add(chart(), start + 2);
  source.add(health(), start + 3);
  source.add(health({ mains: "lost", batteryPercent: 60 }), start + 4);
  source.add(command(), start + 5);
  source.add(command({ outcome: "done" }), start + 6);
  source.add(command({ command: "cmd-2", outcome: "refused", reason: "busy" }), start + 7);
  // No price, so that the rule about money cannot tell; and seals that are open, so that there are flags.
  for (const nozzle of ["N01", "N02"]) {
    source.add(sale({ nozzle, unitPriceFen: null, lastFuelling: null }), start + 8);
  }
  for (const name of ["S01", "S02"]) source.add(seal({ seal: name, state: "cut", tamperCount: 1 }), start + 9);
  await connected.ask("batch", await source.batch());
  await connected.close();
  await until(async () => ((await get("/unknown-verdicts")).items as unknown[]).length > 1);
});
afterAll(() => collector.remove());

async function get(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${collector.http}/api/v1${path}`, { headers: SIGNED });
  expect(response.status, path).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}
const statusOf = async (path: string) => (await fetch(`${collector.http}/api/v1${path}`, { headers: SIGNED })).status;
function expectShapes(schema: TSchema, values: unknown): void {
  for (const value of values as unknown[]) expect([...Value.Errors(schema, value)]).toEqual([]);
}
/** Every item of a list, page by page. */
async function pages(path: string, limit: number): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  let next: string | null = null;
  do {
    const before: string = next === null ? "" : `&before=${encodeURIComponent(next)}`;
    const page = await get(`${path}${path.includes("?") ? "&" : "?"}limit=${limit}${before}`);
    all.push(...(page.items as Record<string, unknown>[]));
    next = page.next as string | null;
  } while (next !== null);
  return all;
}

describe("deliveries and equipment", () => {
  it("pages through deliveries, the last ended first, losing and doubling none", async () => {
    const all = await pages(`/deliveries?station=${station}`, 2);
    expectShapes(schemas.DeliverySchema, all);
    expect(all.map((one) => one.volumeCl)).toEqual([500_004, 500_003, 500_002, 500_001, 500_000]);
    expect(all[0]).toMatchObject({ tank: "T1", start: { volumeCl: 1_000_000 }, end: { volumeCl: 1_500_000 } });
  });

  it("narrows deliveries to a tank and a span, and refuses what is no span", async () => {
    expect((await pages(`/deliveries?station=${station}&tank=T2`, 50)).map((one) => one.seq)).toEqual([4, 2]);
    const from = encodeURIComponent(new Date(start + 120_000).toISOString());
    expect((await pages(`/deliveries?station=${station}&from=${from}`, 50)).map((one) => one.seq)).toEqual([5, 4, 3]);
    expect(await statusOf(`/deliveries?station=${station}&before=x`)).toBe(400);
    expect(await statusOf("/deliveries")).toBe(400);
  });

  it("shows the newest identity of each device, chart of each tank and health of each gateway", async () => {
    const found = await get(`/stations/${station}/equipment`);
    expectShapes(schemas.EquipmentSchema, [found]);
    expect(found).toMatchObject({
      devices: [{ device: "gauge-1", serial: "B-12", seq: 7, gateway: source.id }],
      charts: [{ tank: "T1", points: [{ levelUm: 0 }, { volumeCl: 3_000_000 }] }],
      health: [{ mains: "lost", batteryPercent: 60 }],
    });
    expect(JSON.stringify(found)).not.toContain('"raw"');
    expect(await statusOf("/stations/532801-9999/equipment")).toBe(404);
  });

  it("shows what became of each command", async () => {
    const { items } = await get(`/stations/${station}/commands`);
    expectShapes(schemas.CommandSchema, items);
    expect(items).toMatchObject([
      { command: "cmd-2", outcome: "refused", reason: "busy" },
      { command: "cmd-1", outcome: "done" },
    ]);
  });
});

describe("unknown verdicts and flags", () => {
  it("pages through unknown verdicts, the latest first, and narrows them to a rule", async () => {
    const all = await pages("/unknown-verdicts", 1);
    expectShapes(schemas.UnknownVerdictSchema, all);
    expect(new Set(all.map((one) => `${one.rule} ${one.subject}`)).size).toBe(all.length);
    const money = await pages(`/unknown-verdicts?station=${station}&rule=tax-port.amount-mismatch`, 1);
    expect(money.map((one) => one.subject).sort()).toEqual(["N01", "N02"]);
    expect(await statusOf("/unknown-verdicts?before=x")).toBe(400);
  });

  it("narrows flags in the database by severity, subject and time, so that paging reaches them all", async () => {
    await until(async () => (await pages("/flags?rule=seal.opened", 1)).length === 2);
    const one = await pages("/flags?subject=S02&severity=high", 1);
    expect(one).toMatchObject([{ rule: "seal.opened", subject: "S02", severity: "high" }]);
    expect(await pages("/flags?rule=seal.opened&severity=notice", 1)).toEqual([]);
    const to = encodeURIComponent(new Date(start - 1).toISOString());
    expect(await pages(`/flags?to=${to}`, 1)).toEqual([]);
    expect(await statusOf("/flags?from=2026-13-45T00:00:00Z")).toBe(400);
  });
});
