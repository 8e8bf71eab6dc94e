/** Wall displays over the API: opened by a one-time code, seeing what their opener sees, and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { COUNTY, everybody, loginOf } from "../testing/people.ts";
import { runCollector, type TestCollector } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

const FOREIGN = "532822-0001";
let collector: TestCollector;
let officer: SignedIn;

beforeAll(async () => {
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  const stations = [testStation([], `${COUNTY}-0001`), testStation([], FOREIGN)];
  collector = await runCollector(testRegistry(...stations), { people: everybody(), access });
  officer = await signInTo(collector.http, loginOf("commerce-officer"));
}, 60_000);
afterAll(() => collector.remove());

const code = async (who = officer) => {
  const answer = await who.ask("POST", "/api/v1/walls", { name: "指挥大厅" });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { code: string }).code;
};
const bring = (typed: string) =>
  fetch(`${collector.http}/api/v1/wall-session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: typed }),
  });
const open = async (who = officer) => {
  const answer = await bring(await code(who));
  expect(answer.status).toBe(204);
  return (answer.headers.get("set-cookie") ?? "").split(";")[0]!;
};
const asWall = (cookie: string, path: string, method = "GET") =>
  fetch(`${collector.http}/api/v1${path}`, { method, headers: { cookie } });

describe("a code", () => {
  it("opens one screen, once, however it is typed", async () => {
    const typed = (await code()).toLowerCase().replace("-", " ");
    const first = await bring(typed);
    expect(first.status).toBe(204);
    expect(first.headers.get("set-cookie")).toMatch(/^forecourt-wall=.*HttpOnly.*SameSite=Strict/);
    expect((await bring(typed)).status).toBe(401);
    expect((await bring("00000-00000")).status).toBe(401);
  });

  it("cannot be made by who may not have a wall, nor by a wall", async () => {
    const transport = await signInTo(collector.http, loginOf("transport-officer"));
    expect((await transport.ask("POST", "/api/v1/walls", { name: "x" })).status).toBe(403);
    const wall = await open();
    const answer = await fetch(`${collector.http}/api/v1/walls`, {
      method: "POST",
      headers: { cookie: wall, "content-type": "application/json" },
      body: JSON.stringify({ name: "x" }),
    });
    expect(answer.status).toBe(401);
  });
});

describe("a wall", () => {
  it("shows what its opener may see: here one county", async () => {
    const answer = await asWall(await open(), "/wall");
    expect(answer.status).toBe(200);
    const picture = (await answer.json()) as { name: string; stations: { id: string; today: unknown }[] };
    expect(picture.name).toBe("指挥大厅");
    expect(picture.stations.map(({ id }) => id)).toEqual([`${COUNTY}-0001`]);
    expect(picture.stations[0]?.today).not.toBeNull();
  });

  it("is nobody anywhere else", async () => {
    const wall = await open();
    expect((await asWall(wall, "/wall/map")).status).toBe(200);
    for (const path of ["/stations", "/sales", "/flags", "/map", "/session", "/own/sessions", "/live"]) {
      expect((await asWall(wall, path)).status, path).toBe(401);
    }
    const id = ((await (await officer.ask("GET", "/api/v1/walls")).json()) as { items: { id: string }[] }).items[0]!.id;
    expect((await asWall(wall, `/walls/${id}`, "DELETE")).status).toBe(401);
  });

  it("is dark once it was taken back, by who opened it alone", async () => {
    const wall = await open();
    const { items } = (await (await officer.ask("GET", "/api/v1/walls")).json()) as { items: { id: string }[] };
    const lead = await signInTo(collector.http, loginOf("platform-lead"));
    for (const { id } of items) expect((await lead.ask("DELETE", `/api/v1/walls/${id}`)).status).toBe(404);
    expect((await asWall(wall, "/wall")).status).toBe(200);
    for (const { id } of items) expect((await officer.ask("DELETE", `/api/v1/walls/${id}`)).status).toBe(204);
    expect((await asWall(wall, "/wall")).status).toBe(401);
  });

  it("is limited in number, and its life stands in the audit log", async () => {
    for (let made = 0; made < 10; made += 1) await code();
    const over = await officer.ask("POST", "/api/v1/walls", { name: "eleventh" });
    expect(over.status).toBe(409);
    const auditor = await signInTo(collector.http, loginOf("audit-administrator"));
    const told = await (await auditor.ask("GET", "/api/v1/audit?limit=200")).text();
    for (const action of ["wall.prepared", "wall.opened", "wall.ended"]) expect(told).toContain(action);
  });
});
