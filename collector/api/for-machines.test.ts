/** What programs and auditors rely on: marks of exports, the audit trail, ETags, metrics, the description's examples. */
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hidden, hiddenIn } from "../access/export-mark.ts";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { everybody, loginOf } from "../testing/people.ts";
import { sale, seal } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector, until } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { csvOf } from "./csv.ts";
import * as schemas from "./schemas.ts";

const box = new FakeGateway("gw-532801-0001", "532801-0001");
let collector: TestCollector;
let market: SignedIn;
let auditor: SignedIn;

beforeAll(async () => {
  const registry = testRegistry(testStation([{ id: box.id, publicKey: box.signer.publicKey }], box.station));
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  collector = await runCollector(registry, { people: everybody(), access });
  const connected = await ConnectedGateway.connect(collector, box);
  box.add(seal(), Date.now() - 5_000);
  for (let n = 0; n < 3; n += 1) box.add(sale({ beforeVolumeCl: 1_000_000 + n * 2_000 }), Date.now() - 4_000 + n);
  box.add(seal({ state: "cut", tamperCount: 1 }), Date.now() - 1_000);
  await connected.ask("batch", await box.batch());
  await connected.close();
  market = await signInTo(collector.http, loginOf("market-officer"));
  auditor = await signInTo(collector.http, loginOf("audit-administrator"));
}, 60_000);
afterAll(() => collector.remove());

const lately = () => {
  const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
  return `from=${at(Date.now() - 3_600_000)}&to=${at(Date.now() + 3_600_000)}`;
};
interface Entry {
  seq: number;
  who: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
}
const entries = async (query = "") => {
  const answer = await auditor.ask("GET", `/api/v1/audit?limit=200${query}`);
  return ((await answer.json()) as { items: Entry[] }).items;
};

describe("an export", () => {
  it("says in words and in hidden characters who took it, and is on record before it leaves", async () => {
    const answer = await market.ask("GET", `/api/v1/exports/sales.csv?station=${box.station}&${lately()}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/csv");
    const text = await answer.text();
    const id = hiddenIn(text);
    expect(text.split("\n")[0]).toContain(`市场监管业务 (${loginOf("market-officer")})`);
    expect(text).toContain(`编号：${id}`);
    expect(text.trim().split("\n")).toHaveLength(2 + 1 + 3);
    const stripped = text.split("\n").slice(2).join("\n");
    expect(hiddenIn(stripped)).toBe(id);
    const [entry] = await entries("&action=export.marked");
    expect(entry).toMatchObject({ subject: id, detail: { name: "sales", rows: 3 } });
  });

  it("holds what its taker may see, and nothing else", async () => {
    const finance = await signInTo(collector.http, loginOf("finance-officer"));
    await until(
      async () => ((await (await market.ask("GET", "/api/v1/flags")).json()) as { items: [] }).items.length > 0,
    );
    const own = await (await market.ask("GET", `/api/v1/exports/flags.csv?${lately()}`)).text();
    const theirs = await (await finance.ask("GET", `/api/v1/exports/flags.csv?${lately()}`)).text();
    expect(own).toContain("铅封");
    expect(theirs.trim().split("\n")).toHaveLength(2 + 1);
    const foreign = await market.ask("GET", `/api/v1/exports/sales.csv?station=532822-0001&${lately()}`);
    expect((await foreign.text()).trim().split("\n")).toHaveLength(2 + 1);
    expect((await market.ask("GET", `/api/v1/exports/sales.csv?station=${box.station}&from=x&to=y`)).status).toBe(400);
  });

  it("runs no formula that a device or a name brought in", () => {
    const text = csvOf([], ["a"], [["=HYPERLINK(1)"], ["+1"], ["@x"], ["-2"], ["fine"]]);
    expect(text.slice(1).trim().split("\n")).toEqual(["a", "'=HYPERLINK(1)", "'+1", "'@x", "'-2", "fine"]);
  });

  it("gives its mark back from the middle of any text, and invents none", () => {
    expect(hiddenIn(`head${hidden("EXabc_-9")}tail`)).toBe("EXabc_-9");
    expect(hiddenIn("nothing here")).toBeUndefined();
  });
});

describe("the audit log over the API", () => {
  it("names sign-ins, looks, refusals and changes, each with person, place and session", async () => {
    await market.ask("GET", `/api/v1/stations/${box.station}`);
    await market.ask("GET", "/api/v1/audit");
    await market.ask("POST", "/api/v1/flags/none/steps", { step: "check" });
    const all = await entries(`&who=${loginOf("market-officer")}`);
    const kinds = all.map(({ action, subject }) => `${action} ${subject}`);
    expect(kinds).toEqual(
      expect.arrayContaining([
        `sign-in ${loginOf("market-officer")}`,
        `look ${box.station}`,
        "denied /api/v1/audit",
        "request none",
      ]),
    );
    const seen = all.find(({ action, subject }) => action === "look" && subject === box.station);
    expect(seen).toMatchObject({ who: `市场监管业务 (${loginOf("market-officer")})`, detail: { status: 200 } });
    expect(JSON.stringify(all)).not.toContain(market.cookie.split("=")[1]);
  });

  it("pages backwards, losing and doubling none, and verifies up to its signed head", async () => {
    const seqs: number[] = [];
    let next: number | null = null;
    do {
      const page: Response = await auditor.ask("GET", `/api/v1/audit?limit=7${next === null ? "" : `&before=${next}`}`);
      const { items, next: after } = (await page.json()) as { items: Entry[]; next: number | null };
      seqs.push(...items.map(({ seq }) => seq));
      next = after;
    } while (next !== null);
    expect(seqs).toEqual(Array.from({ length: seqs[0]! }, (_one, index) => seqs[0]! - index));
    const verified = await (await auditor.ask("GET", "/api/v1/audit/verification")).json();
    expect(verified).toMatchObject({ holds: true, problem: null });
  });
});

it("an answer that has not changed is not sent again", async () => {
  const ask = (headers: Record<string, string> = {}) =>
    fetch(`${collector.http}/api/v1/rules`, { headers: { ...SIGNED, ...headers } });
  const first = await ask();
  const tag = first.headers.get("etag") ?? "";
  expect(tag).toMatch(/^"[\w-]{27}"$/);
  const again = await ask({ "if-none-match": tag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect((await ask({ "if-none-match": '"another"' })).status).toBe(200);
  expect(first.headers.get("cache-control")).toBe("no-store");
});

it("metrics are for machines that may read them", async () => {
  expect((await fetch(`${collector.http}/metrics`)).status).toBe(401);
  const answer = await fetch(`${collector.http}/metrics`, { headers: SIGNED });
  expect(answer.headers.get("content-type")).toContain("text/plain");
  const text = await answer.text();
  expect(text).toContain('forecourt_stations{state="live"} 1');
  expect(text).toMatch(/forecourt_http_requests_total\{method="GET",route="\/api\/v1\/rules",status="200"\} \d/);
});

it("requests are logged as structure, without queries and bodies", () => {
  const refused = collector.logged.find(({ event, status }) => event === "request" && status === 403);
  expect(refused).toMatchObject({ route: "/api/v1/audit", account: loginOf("market-officer"), method: "GET" });
});

describe("the API's description", () => {
  it("says of every route who may use it and how it refuses", async () => {
    const api = (await (await fetch(`${collector.http}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { description?: string; responses: object; security?: object[] }>>;
    };
    const declared = collector.routes.filter(
      ({ url, permission }) => permission !== undefined && url.startsWith("/api/"),
    );
    const silent = declared.filter(({ method, url, permission }) => {
      const path = url.replace(/:(\w+)/g, "{$1}");
      const operation = api.paths[path]?.[method.toLowerCase()];
      const refuses = operation !== undefined && "401" in operation.responses && "403" in operation.responses;
      return method !== "HEAD" && !(refuses && operation?.description?.includes(permission!) && operation.security);
    });
    expect(silent).toEqual([]);
  });

  it("gives every answer its media type, every refusal as problem+json, and an example that fits to every answer in JSON", async () => {
    type Answer = { content?: Record<string, { schema: TSchema; example?: unknown }> };
    const api = (await (await fetch(`${collector.http}/api/v1/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
    };
    expect(api.openapi).toBe("3.1.0");
    const wrong: string[] = [];
    for (const [path, operations] of Object.entries(api.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        for (const [status, { content = {} }] of Object.entries(responses)) {
          const { schema, example } = content["application/json"] ?? {};
          const shown = example ?? (schema as { examples?: unknown[] } | undefined)?.examples?.[0];
          const fits = schema === undefined || (shown !== undefined && Value.Check(schema, shown));
          const isProblem = status.startsWith("2") || Object.keys(content).every((one) => one.includes("problem"));
          if (!fits || !isProblem)
            wrong.push(`${method} ${path} ${status}: ${JSON.stringify(schema && [...Value.Errors(schema, shown)][0])}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("gives examples that are what they are examples of", () => {
    const withExamples = Object.values(schemas).filter((schema) =>
      Array.isArray((schema as { examples?: unknown[] }).examples),
    ) as unknown as (TSchema & { examples: unknown[] })[];
    expect(withExamples.length).toBeGreaterThan(5);
    for (const schema of withExamples) {
      for (const example of schema.examples) expect([...Value.Errors(schema, example)]).toEqual([]);
    }
  });
});
