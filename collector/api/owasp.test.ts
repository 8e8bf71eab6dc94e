/** The usual attacks, tried against a whole collector over the wire. */
import { createServer } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { limits } from "../limits.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { everybody, loginOf, PASSWORD } from "../testing/people.ts";
import { gateway as about, link } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { limitPatience } from "./patience.ts";

const SCRIPT = "<script>alert(1)</script>";
const box = new FakeGateway("gw-532801-0001", "532801-0001");
let collector: TestCollector;
let lead: SignedIn;

beforeAll(async () => {
  const station = {
    ...testStation([{ id: box.id, publicKey: box.signer.publicKey }], box.station),
    nameZh: `站${SCRIPT}`,
    nameEn: '"><img src=x onerror=alert(1)>',
  };
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  collector = await runCollector(testRegistry(station), { people: everybody(), access });
  lead = await signInTo(collector.http, loginOf("platform-lead"));
}, 60_000);
afterAll(() => collector.remove());

const url = (path: string) => `${collector.http}${path}`;
const json = { "content-type": "application/json" };
const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(url("/api/v1/session"), { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(body) });

describe("a request from another site (CSRF)", () => {
  const change = (headers: Record<string, string>) =>
    fetch(url("/api/v1/own/sessions/AAAAAAAAAAAAAAAAAAAAAAAA"), { method: "DELETE", headers });
  it("changes nothing without the session's token, with a wrong one, or from elsewhere", async () => {
    const { cookie, csrf } = lead;
    expect((await change({ cookie })).status).toBe(403);
    expect((await change({ cookie, "x-forecourt-csrf": "x".repeat(csrf.length) })).status).toBe(403);
    expect((await change({ cookie, "x-forecourt-csrf": csrf, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await change({ cookie, "x-forecourt-csrf": csrf, "sec-fetch-site": "same-origin" })).status).toBe(404);
  });

  it("signs nobody in from elsewhere, nor with a form's content types", async () => {
    const body = { login: loginOf("tax-officer"), password: PASSWORD };
    expect((await signIn(body, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await fetch(url("/api/v1/session"), {
        method: "POST",
        headers: { "content-type": type },
        body: JSON.stringify(body),
      });
      expect([type, answer.status >= 400]).toEqual([type, true]);
    }
  });

  it("gets no cookie to work with: it is for this site alone, and no script reads it", async () => {
    const answer = await signIn({ login: loginOf("tax-officer"), password: PASSWORD });
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toMatch(/Domain/);
    const secure = await signIn(
      { login: loginOf("tax-officer"), password: PASSWORD },
      { "x-forwarded-proto": "https" },
    );
    expect(secure.headers.get("set-cookie")).toMatch(/^__Host-forecourt=.*Secure/);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a script in a name (XSS)", () => {
  it("leaves as data of a JSON document that no browser takes for a page, and the page runs no inline script", async () => {
    const answer = await lead.ask("GET", "/api/v1/stations");
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toContain(JSON.stringify(`站${SCRIPT}`).slice(1, -1));
    const policy = (await fetch(url("/"))).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|default-src[^;]*unsafe/);
  });

  it("sent by a device is kept and given back as it was, as text", async () => {
    const connected = await ConnectedGateway.connect(collector, box);
    box.add(link("down", { reason: SCRIPT }), Date.now() - 2_000);
    box.add(about(), Date.now() - 1_000);
    expect((await connected.ask("batch", await box.batch())).type).toBe("receipt");
    await connected.close();
    const answer = await lead.ask("GET", `/api/v1/stations/${box.station}/devices`);
    expect(answer.headers.get("content-type")).toContain("application/json");
    const { dispensers } = (await answer.json()) as { dispensers: { link: { reason: string } }[] };
    expect(dispensers[0]?.link.reason).toBe(SCRIPT);
  });

  it("in a wrong address comes back in no page", async () => {
    const answer = await fetch(url(`/api/v1/${encodeURIComponent(SCRIPT)}`));
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
  });
});

describe("SQL in a value (injection)", () => {
  const EVIL = ["' OR 1=1 --", "'; DROP TABLE account; --", "\u0000", "%' UNION SELECT password FROM account --"];
  it.each(EVIL)("%j finds nothing and breaks nothing", async (evil) => {
    const text = encodeURIComponent(evil);
    for (const path of [`/flags?rule=${text}`, `/flags?subject=${text}`, `/unknown-verdicts?rule=${text}`]) {
      const answer = await lead.ask("GET", `/api/v1${path}`);
      expect([path, answer.status, await answer.json()]).toMatchObject([path, 200, { items: [] }]);
    }
    for (const path of [`/stations/${text}`, `/sales?station=${text}`, `/flags/${text}`]) {
      expect([400, 404]).toContain((await lead.ask("GET", `/api/v1${path}`)).status);
    }
    expect([400, 401]).toContain((await signIn({ login: evil, password: evil })).status);
    expect((await lead.ask("GET", "/api/v1/session")).status).toBe(200);
  });
});

describe("a path that climbs", () => {
  it.each([
    "/..%2f..%2fpackage.json",
    "/%2e%2e/%2e%2e/collector.db",
    "/....//....//etc/passwd",
    "/assets/..%5c..%5ccollector.key",
    "/%00/etc/passwd",
    "//etc/passwd",
  ])("%s gives no file", async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).not.toMatch(/root:|"dependencies"|SQLite format|BEGIN PRIVATE KEY/);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400|403|404|414)/);
    if (answer.startsWith("HTTP/1.1 200")) expect(answer).toMatch(/text\/html/);
  });
});

describe("a body that is too large or never ends", () => {
  it("is refused at its limit, before anybody reads it", async () => {
    const huge = JSON.stringify({ step: "note", reason: "x".repeat(limits.api.bodyBytes) });
    expect((await lead.ask("POST", "/api/v1/flags/none/steps", huge)).status).toBe(413);
    expect((await signIn({ login: "nobody", password: "x".repeat(limits.api.bodyBytes) })).status).toBe(413);
  });

  it("that is deeply nested breaks nothing", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    expect((await lead.ask("POST", "/api/v1/flags/none/steps", deep)).status).toBe(400);
    expect((await fetch(url("/healthz"))).status).toBe(200);
  });

  it("that would poison a prototype is refused", async () => {
    const evil = '{"__proto__": {"functions": ["audit:read"]}, "login": "nobody", "password": "x"}';
    const answer = await fetch(url("/api/v1/session"), { method: "POST", headers: json, body: evil });
    expect(answer.status).toBe(400);
    expect(({} as { functions?: unknown }).functions).toBeUndefined();
  });

  it("compressed is not unpacked: a bomb stays small", async () => {
    const answer = await fetch(url("/api/v1/session"), {
      method: "POST",
      headers: { ...json, "content-encoding": "gzip" },
      body: Buffer.from("1f8b0800000000000003", "hex"),
    });
    expect([400, 415]).toContain(answer.status);
  });
});

describe("a client that dawdles (slow loris)", () => {
  it("is given only so long to finish its head, and its request", () => {
    const server = createServer();
    limitPatience(server);
    expect([server.headersTimeout, server.requestTimeout, server.maxConnections]).toEqual([10_000, 30_000, 4_000]);
  });

  it("does not keep others waiting", async () => {
    const idlers = Array.from({ length: 50 }, () => {
      const socket = connect(collector.httpPort, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
      return socket;
    });
    expect((await fetch(url("/healthz"))).status).toBe(200);
    for (const socket of idlers) socket.destroy();
  });
});

describe("a session", () => {
  it("that was planted in the browser is not the one that signing in opens, and is over (fixation)", async () => {
    const planted = await signInTo(collector.http, loginOf("finance-officer"));
    const answer = await signIn({ login: loginOf("tax-officer"), password: PASSWORD }, { cookie: planted.cookie });
    expect(answer.headers.get("set-cookie")).not.toContain(planted.cookie);
    expect((await planted.ask("GET", "/api/v1/session")).status).toBe(401);
    const invented = { cookie: "forecourt=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
    expect((await fetch(url("/api/v1/session"), { headers: invented })).status).toBe(401);
  });

  it("that was signed out is over, whoever kept the cookie", async () => {
    const person = await signInTo(collector.http, loginOf("finance-officer"));
    expect((await person.ask("DELETE", "/api/v1/session")).status).toBe(204);
    expect((await person.ask("GET", "/api/v1/stations")).status).toBe(401);
  });

  it("does not help a wrong bearer token", async () => {
    const headers = { cookie: lead.cookie, authorization: "Bearer wrong" };
    expect((await fetch(url("/api/v1/stations"), { headers })).status).toBe(401);
  });
});

describe("guessing", () => {
  it("learns nothing about names: the answers are alike (enumeration)", async () => {
    const tell = async (login: string) => {
      const answer = await signIn({ login, password: "Wrong-Horse-9" });
      // What counts down for everybody at this address says nothing about a name.
      const headers = [...answer.headers].filter(([name]) => name !== "date" && !name.startsWith("x-ratelimit"));
      return { status: answer.status, headers, body: await answer.json() };
    };
    const [known, unknown] = [await tell(loginOf("police-officer")), await tell("nobody.here")];
    expect(unknown).toEqual(known);
  });

  it("ends after a while for one address (brute force)", async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= limits.access.signInsPerMinute; attempt += 1) {
      // Another name each time, so that no lock of a name helps.
      statuses.push((await signIn({ login: `nobody-${attempt}`, password: "Wrong-Horse-9" })).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect((await fetch(url("/api/v1/stations"), { headers: SIGNED })).status).toBe(200);
  }, 30_000);
});

/** Sends bytes as they are: what no client library would send. */
function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(collector.httpPort, "127.0.0.1", () => socket.write(request));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}
