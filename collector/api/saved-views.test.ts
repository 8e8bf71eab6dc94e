/** Views that people keep: for themselves, for their unit, and for nobody else. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { limits } from "../limits.ts";
import { everybody, loginOf } from "../testing/people.ts";
import { runCollector, type TestCollector } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

let collector: TestCollector;
let market: SignedIn;
let tax: SignedIn;

beforeAll(async () => {
  const registry = testRegistry(testStation([], "532801-0001"));
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  collector = await runCollector(registry, { people: everybody(), access });
  market = await signInTo(collector.http, loginOf("market-officer"));
  tax = await signInTo(collector.http, loginOf("tax-officer"));
}, 60_000);
afterAll(() => collector.remove());

interface View {
  id: string;
  name: string;
  query: string;
  shared: boolean;
  mine: boolean;
}
const keep = (who: SignedIn, of: object) =>
  who.ask("POST", "/api/v1/views", { page: "flags", name: "夜间", query: "severity=high", shared: false, ...of });
const views = async (who: SignedIn, page = "flags") =>
  ((await (await who.ask("GET", `/api/v1/views?page=${page}`)).json()) as { items: View[] }).items;

it("shows a view to who kept it, and when it is shared, to the unit alone", async () => {
  expect((await keep(market, {})).status).toBe(201);
  expect((await keep(market, { name: "本单位", shared: true })).status).toBe(201);
  expect(await views(market)).toMatchObject([
    { name: "夜间", query: "severity=high", shared: false, mine: true },
    { name: "本单位", shared: true, mine: true },
  ]);
  expect(await views(market, "statistics")).toEqual([]);
  expect(await views(tax)).toEqual([]);
});

it("lets nobody remove what another keeps", async () => {
  const [first] = await views(market);
  expect((await tax.ask("DELETE", `/api/v1/views/${first!.id}`)).status).toBe(404);
  expect((await market.ask("DELETE", `/api/v1/views/${first!.id}`)).status).toBe(204);
  expect(await views(market)).toHaveLength(1);
});

it("takes neither markup for a query, nor more views than anybody needs, nor a page that is not seen", async () => {
  expect((await keep(tax, { query: "x=<script>" })).status).toBe(400);
  expect((await keep(tax, { name: "  " })).status).toBe(400);
  const auditor = await signInTo(collector.http, loginOf("audit-administrator"));
  expect((await keep(auditor, {})).status).toBe(403);
  for (let kept = 0; kept < limits.api.viewsOfAccount; kept += 1) await keep(tax, { name: `视图${kept}` });
  expect((await keep(tax, {})).status).toBe(422);
});
