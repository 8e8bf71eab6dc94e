/** Changes by API: two people, their counties, and the answers when something is not theirs to do. */

import { formatTime } from "@forecourt/protocol/time.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { everybody, loginOf } from "../testing/people.ts";
import { runCollector, type TestCollector } from "../testing/running.ts";
import { signInTo } from "../testing/signed-in.ts";
import { STATION, testRegistry } from "../testing/stations.ts";

const FILER = "a-token-of-who-files-it";
const DECIDER = "a-token-of-who-decides-it";
const EAST = "a-token-of-another-county";
const HOUR = 3_600_000;
let collector: TestCollector;

beforeAll(async () => {
  collector = await runCollector(testRegistry(), {
    people: everybody(),
    access: { ...DEFAULT_POLICY, secondFactor: "offered" },
    machines: [
      { name: "filer", token: FILER, functions: ["filings:view", "filings:file", "stations:view"] },
      { name: "decider", token: DECIDER, functions: ["filings:view", "registry:approve"] },
      { name: "east", token: EAST, functions: ["filings:view", "registry:approve"], counties: ["532822"] },
    ],
  });
});
afterAll(() => collector.remove());

async function ask(token: string, path: string, body?: object) {
  const answer = await fetch(`${collector.http}/api/v1/registry/changes${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  return { status: answer.status, body: (await answer.json()) as any };
}
const at = (offsetMs: number) => new Date(Date.now() + offsetMs).toISOString();
const order = (more: object = {}) => {
  const window = { from: at(-HOUR), until: at(HOUR), workOrder: "WX-1", why: "报废旧机" };
  return { station: STATION, kind: "dispenser-scrapped", subject: "tax-1", ...window, by: "张三", ...more };
};

it("a change is filed, decided by another, done, and then stands in the registry's history", async () => {
  const filed = await ask(FILER, "", order());
  expect([filed.status, filed.body.state, filed.body.filed.by]).toEqual([201, "filed", "张三"]);
  const { id } = filed.body;
  expect((await ask(FILER, `/${id}/decision`, { decision: "approve", by: "李四" })).status).toBe(403);
  expect((await ask(DECIDER, `/${id}/decision`, { decision: "approve", by: "张三" })).status).toBe(409);
  expect((await ask(EAST, `/${id}/decision`, { decision: "approve", by: "李四" })).status).toBe(404);
  expect((await ask(FILER, `/${id}/completion`, { at: at(0), by: "张三" })).status).toBe(409);
  expect((await ask(DECIDER, `/${id}/decision`, { decision: "approve", by: "李四" })).body).toMatchObject({
    state: "approved",
    decision: { by: "李四" },
  });
  expect((await ask(FILER, `/${id}/completion`, { at: "never", by: "张三" })).status).toBe(422);
  expect((await ask(FILER, `/${id}/completion`, { at: at(-1_000), by: "张三" })).body.state).toBe("done");
  const history = await fetch(`${collector.http}/api/v1/registry/stations/${STATION}/history`, {
    headers: { authorization: `Bearer ${FILER}` },
  });
  expect(await history.json()).toMatchObject({ items: [{ version: 2, change: id, by: "张三" }, { version: 1 }] });
});

it("changes are listed by station and state, page by page, within one's counties", async () => {
  const seal = { kind: "seal-opened", subject: "S01" };
  const filed = await ask(FILER, "", order({ ...seal, kind: "dispenser-added", subject: "tax-7" }));
  expect([filed.status, filed.body.detail]).toEqual([422, expect.stringContaining("tax-7")]);
  const added = { dispenser: { device: "tax-7", nozzles: [{ nozzle: "N07", grade: "92#", tank: "T1" }] } };
  const ids = [];
  for (const _ of [1, 2])
    ids.push((await ask(FILER, "", order({ kind: "dispenser-added", subject: "tax-7", plan: added }))).body.id);
  const first = await ask(FILER, `?station=${STATION}&state=filed&limit=1`);
  expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
  const next = await ask(FILER, `?state=filed&limit=1&before=${first.body.next}`);
  expect(next.body.items.map(({ id }: { id: string }) => id)).toEqual([ids[0]]);
  expect((await ask(EAST, "")).body.items).toEqual([]);
  expect((await ask(EAST, `/${ids[0]}`)).status).toBe(404);
  expect(
    (await ask(DECIDER, `/${ids[0]}/decision`, { decision: "reject", why: "资料不全", by: "李四" })).body.state,
  ).toBe("rejected");
  expect((await ask(FILER, `/${ids[1]}/withdrawal`, { by: "张三" })).body.state).toBe("withdrawn");
});

it("a person cannot excuse a change by a bare work order; other work orders, and programs, go the old way", async () => {
  const { ask: send } = await signInTo(collector.http, loginOf("commerce-officer"));
  const filing = (change: string, id: string) => {
    const [from, until] = [formatTime(Date.now()), formatTime(Date.now() + HOUR)];
    return { filing: "work-order", id, station: STATION, at: from, change, subject: "station", from, until };
  };
  const refused = await send("POST", "/api/v1/filings", filing("board-replaced", "wo-1"));
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { cure: expect.stringContaining("/registry/changes") },
  ]);
  expect((await send("POST", "/api/v1/filings", filing("station-closed", "wo-2"))).status).toBe(201);
  const byProgram = await fetch(`${collector.http}/api/v1/filings`, {
    method: "POST",
    headers: { authorization: `Bearer ${FILER}`, "content-type": "application/json" },
    body: JSON.stringify(filing("board-replaced", "wo-3")),
  });
  expect(byProgram.status).toBe(201);
});
