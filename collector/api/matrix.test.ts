/**
 * Every role at every route, in its own county and in another: allowed or denied as the table of roles says. Routes are
 * those that the server has, so a new one is tried as soon as it exists.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeclaredRoute } from "../access/guard.ts";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { loadRoles, type Role } from "../access/roles.ts";
import { testEnrolment } from "../testing/enrolment.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { COUNTY, everybody, loginOf } from "../testing/people.ts";
import { sale, seal } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector, until } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

const OWN = `${COUNTY}-0001`;
const FOREIGN = "532822-0001";
const boxes = [OWN, FOREIGN].map((station) => new FakeGateway(`gw-${station}`, station));
const roles = loadRoles();
const people = new Map<string, SignedIn>();
const flags = new Map<string, string>();
let collector: TestCollector;
let bundles: string;

beforeAll(async () => {
  const stations = boxes.map(({ id, station, signer }) => testStation([{ id, publicKey: signer.publicKey }], station));
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  bundles = mkdtempSync(join(tmpdir(), "bundles-"));
  collector = await runCollector(testRegistry(...stations), {
    ...{ people: everybody(), access, enrolment: await testEnrolment() },
    updates: { bundles, address: "http://c/api/v1/bundles" },
  });
  for (const box of boxes) {
    const connected = await ConnectedGateway.connect(collector, box);
    box.add(seal(), Date.now() - 3_000);
    box.add(sale({ beforeVolumeCl: 1_000_000 }), Date.now() - 2_000);
    box.add(seal({ state: "cut", tamperCount: 1 }), Date.now() - 1_000);
    await connected.ask("batch", await box.batch());
    await connected.close();
    await until(async () => {
      const answer = await fetch(`${collector.http}/api/v1/flags?station=${box.station}`, { headers: SIGNED });
      const { items } = (await answer.json()) as { items: { id: string }[] };
      if (items[0] !== undefined) flags.set(box.station, items[0].id);
      return items.length > 0;
    });
  }
  for (const { id } of roles) people.set(id, await signInTo(collector.http, loginOf(id)));
}, 60_000);
afterAll(async () => {
  await collector.remove();
  rmSync(bundles, { recursive: true });
});

it("tries every route that there can be: those of enrolment and of programs too", () => {
  const urls = tried().map(({ url }) => url);
  expect(urls).toContain("/api/v1/gateways/:id/revocation");
  expect(collector.routes.map(({ url }) => url)).toContain("/api/v1/bundles/:file");
});

/** Everything but what signs the person out who tries. */
const tried = () =>
  collector.routes.filter(
    ({ method, url, permission }) => permission !== undefined && method !== "HEAD" && url !== "/api/v1/session",
  );
const mayUse = ({ grants }: Role, { permission }: DeclaredRoute) =>
  permission === "own:account" || (permission !== undefined && Object.hasOwn(grants, permission));

/** The route's address about things of a station. What names something else, or nothing that is there, stays so. */
function addressOf(url: string, station: string): string {
  return url
    .replace("/stations/:id", `/stations/${station}`)
    .replace("/flags/:id", `/flags/${flags.get(station)}`)
    .replace("/gateways/:id", `/gateways/gw-${station}`)
    .replace("/records/:gateway/:seq", `/records/gw-${station}/1`)
    .replace(":login", "nobody.at-all")
    .replace(":day", "2031-01-01")
    .replace(":year", "2031")
    .replace(/:[a-zA-Z]+/g, "nothing-of-the-kind-here");
}

/** The status, and for lists and things what was told; a stream is left as soon as it begins. */
async function outcomeOf(role: Role, method: string, address: string): Promise<{ status: number; told: string }> {
  const body = method === "POST" || method === "PUT" ? {} : undefined;
  const answer = await people.get(role.id)!.ask(method, address, body);
  const isStream = answer.headers.get("content-type")?.includes("event-stream");
  if (isStream) await answer.body?.cancel();
  return { status: answer.status, told: isStream ? "" : await answer.text() };
}

const DENIED = [401, 403];
const isOfCounty = ({ levels }: Role) => levels.includes("county");

describe.each(roles)("$nameZh $id", (role) => {
  it("may use exactly the routes of its functions", async () => {
    const wrong: string[] = [];
    for (const route of tried()) {
      const { status } = await outcomeOf(role, route.method, addressOf(route.url, OWN));
      const isDenied = DENIED.includes(status);
      if (isDenied === mayUse(role, route)) wrong.push(`${route.method} ${route.url} ${route.permission}: ${status}`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it(`is told ${isOfCounty(role) ? "nothing" : "also"} of another county's station`, async () => {
    const leaks: string[] = [];
    let heard = 0;
    const reads = tried().filter((route) => route.method === "GET" && mayUse(role, route));
    for (const { url } of reads) {
      const about = addressOf(url, FOREIGN);
      for (const address of [about, `${about}?station=${FOREIGN}`]) {
        const { status, told } = await outcomeOf(role, "GET", address);
        const names = (told.match(new RegExp(FOREIGN, "g")) ?? []).length;
        heard += names;
        // A refusal repeats the id that was asked for.
        if (isOfCounty(role) && status === 200 && (names > 0 || about.includes(FOREIGN))) leaks.push(address);
      }
    }
    expect(leaks).toEqual([]);
    if (!isOfCounty(role) && Object.hasOwn(role.grants, "stations:view")) expect(heard).toBeGreaterThan(0);
  }, 60_000);
});

it("leaves public only what has to be", () => {
  // The page itself is public too, where it has been built.
  const ofPage = ["/", "/*"];
  const open = collector.routes.filter(
    ({ permission, method, url }) => permission === undefined && method !== "HEAD" && !ofPage.includes(url),
  );
  expect(open.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
    // Programs are signed; who fetches one has no account.
    "GET /api/v1/bundles/:file",
    "GET /api/v1/openapi.json",
    "GET /api/v1/revocations.crl",
    "GET /healthz",
    "GET /readyz",
    // A box signs its report itself.
    "POST /api/v1/acceptance-reports",
    // A box has a code, then a certificate.
    "POST /api/v1/enrol",
    "POST /api/v1/renew",
    "POST /api/v1/session",
    // A screen brings a one-time code.
    "POST /api/v1/wall-session",
  ]);
});

describe("a person of a county", () => {
  const market = () => people.get("market-officer")!;
  it("cannot act on a flag of another, though the function is theirs", async () => {
    const act = (station: string) =>
      market().ask("POST", `/api/v1/flags/${flags.get(station)}/steps`, { step: "acknowledge" });
    expect((await act(FOREIGN)).status).toBe(404);
    expect((await act(OWN)).status).toBe(200);
  });

  it("cannot file anything about another", async () => {
    const notice = (station: string) =>
      market().ask("POST", "/api/v1/delivery-notices", {
        ...{ station, tank: "T1", volumeCl: 500_000, tanker: "云K12345" },
        expectedFrom: "2026-03-02T12:00:00.000+08:00",
        expectedUntil: "2026-03-02T13:00:00.000+08:00",
      });
    expect([(await notice(FOREIGN)).status, (await notice(OWN)).status]).toEqual([422, 201]);
  });
});

it("a single sale is shown beside its nozzle only to who may see sales", async () => {
  const lastSale = async (role: string) => {
    const answer = await people.get(role)!.ask("GET", `/api/v1/stations/${OWN}`);
    const { dispensers } = (await answer.json()) as { dispensers: { nozzles: { lastSale: unknown }[] }[] };
    return dispensers[0]?.nozzles[0]?.lastSale;
  };
  expect(await lastSale("market-officer")).toMatchObject({ seq: 2 });
  expect(await lastSale("police-officer")).toBeNull();
});

it("sums of today and open flags are told by who may see sums, and whose flags they are", async () => {
  const summary = async (role: string) => {
    const answer = await people.get(role)!.ask("GET", `/api/v1/stations/${OWN}`);
    return ((await answer.json()) as { station: { today: unknown; openFlags: { high: number } } }).station;
  };
  expect(await summary("market-officer")).toMatchObject({ today: { sales: 1 }, openFlags: { high: 1 } });
  expect(await summary("transport-officer")).toMatchObject({ today: null, openFlags: { high: 0 } });
});

it("a record of sales by its number is for who may see sales; what proves a flag is for who sees the flag", async () => {
  const status = async (role: string, seq: number) =>
    (await people.get(role)!.ask("GET", `/api/v1/records/gw-${OWN}/${seq}`)).status;
  expect([await status("market-officer", 2), await status("emergency-officer", 2)]).toEqual([200, 404]);
  expect([await status("emergency-officer", 1), await status("tax-officer", 3)]).toEqual([200, 200]);
});

it("a flag of another department can be seen by some, and handled by none of them", async () => {
  const commerce = people.get("platform-lead")!;
  const flag = flags.get(OWN);
  expect((await commerce.ask("GET", `/api/v1/flags/${flag}`)).status).toBe(200);
  expect((await commerce.ask("POST", `/api/v1/flags/${flag}/steps`, { step: "check" })).status).toBe(403);
  expect((await people.get("finance-officer")!.ask("GET", `/api/v1/flags/${flag}`)).status).toBe(404);
});
