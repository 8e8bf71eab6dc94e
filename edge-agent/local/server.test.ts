/** The box's page answers nobody without the PIN, takes changes from its own page alone, and survives whatever is sent. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Box, startBox } from "./box.ts";
import { readPin, setPin } from "./pin.ts";

const PIN = "482913";
let folder: string;
let box: Box;
let now = 0;
const logged: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-local-"));
  await setPin(folder, PIN);
  now = 0;
  logged.length = 0;
  box = await startBox({
    ...{ stateDir: folder, configFile: join(folder, "agent.yaml"), host: "127.0.0.1", port: 0 },
    pin: () => readPin(folder),
    ports: { adapters: join(folder, "none"), board: undefined },
    supervise: () => {
      throw new Error("there is no configuration yet");
    },
    epochMs: () => 1_800_000_000_000 + now,
    monoMs: () => now,
    random: () => 0.5,
    log: (message) => logged.push(message),
  });
});
afterEach(async () => {
  await box.stop("the test is over");
  rmSync(folder, { recursive: true });
});

interface Wish {
  method?: string;
  body?: unknown;
  cookie?: string;
  headers?: Record<string, string>;
}

async function ask(path: string, { method = "GET", body, cookie, headers = {} }: Wish = {}) {
  const isBytes = body instanceof Uint8Array;
  const answer = await fetch(`http://127.0.0.1:${box.port}${path}`, {
    method,
    headers: {
      "x-forecourt-box": "test",
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : undefined;
  return { status: answer.status, json, headers: answer.headers };
}

async function signIn(): Promise<string> {
  const { status, headers } = await ask("/api/session", { method: "POST", body: { pin: PIN } });
  expect(status).toBe(204);
  return headers.getSetCookie()[0]!.split(";")[0]!;
}

describe("without the PIN", () => {
  test("the page's files are there, and nothing else", async () => {
    expect((await ask("/")).status).toBe(200);
    for (const path of ["/api/commission", "/api/live", "/api/network", "/api/commission/report.pdf"]) {
      expect(await ask(path)).toMatchObject({ status: 401, json: { error: { code: "pin" } } });
    }
    expect((await ask("/api/check", { method: "POST" })).status).toBe(401);
    expect((await ask("/../../etc/passwd")).status).toBe(404);
  });

  test("a path that is written otherwise leads to the same route, and is guarded like it", async () => {
    for (const path of ["/%61pi/live", "/%61pi/commission", "/a%70i/network"]) {
      expect(await ask(path)).toMatchObject({ status: 401, json: { error: { code: "pin" } } });
    }
    expect((await ask("/%61pi/check", { method: "POST" })).status).toBe(401);
    const foreign = await ask("/%61pi/session", { method: "DELETE", headers: { origin: "http://evil.example" } });
    expect(foreign.status).toBe(403);
  });

  test("guessing is slowed down for everybody, and the right PIN waits too", async () => {
    for (let slip = 0; slip < 5; slip += 1) {
      expect((await ask("/api/session", { method: "POST", body: { pin: "000000" } })).status).toBe(401);
    }
    const refused = await ask("/api/session", { method: "POST", body: { pin: PIN } });
    expect(refused).toMatchObject({ status: 429, json: { error: { code: "wait" } } });
    expect(refused.headers.get("retry-after")).toBe("30");
    now += 30_000;
    await signIn();
  });

  test("a box that was never given one lets nobody in, and says what to do", async () => {
    rmSync(join(folder, "pin.json"));
    expect((await ask("/")).status).toBe(200);
    for (const pin of ["", "000000", "12345678", PIN]) {
      const refused = await ask("/api/session", { method: "POST", body: { pin } });
      expect(refused).toMatchObject({ status: 403, json: { error: { code: "no-pin" } } });
    }
    await setPin(folder, PIN);
    await signIn();
  });

  test("another one signs out whoever typed the one before", async () => {
    const cookie = await signIn();
    await setPin(folder, "904417");
    expect((await ask("/api/live", { cookie })).status).toBe(401);
    expect((await ask("/api/session", { method: "POST", body: { pin: PIN } })).status).toBe(401);
  });
});

describe("with the PIN", () => {
  test("the cookie is for this site alone, and out of reach of scripts", async () => {
    const { headers } = await ask("/api/session", { method: "POST", body: { pin: PIN } });
    expect(headers.getSetCookie()[0]).toMatch(/HttpOnly/);
    expect(headers.getSetCookie()[0]).toMatch(/SameSite=Strict/);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("a change that another page sends is refused, cookie or not", async () => {
    const cookie = await signIn();
    const body = { tcp: [], thorough: false };
    const foreign = await ask("/api/commission/search", {
      method: "PUT",
      body,
      cookie,
      headers: { origin: "http://evil.example" },
    });
    expect(foreign).toMatchObject({ status: 403, json: { error: { code: "foreign" } } });
    // A form cannot send our header.
    const status = await new Promise((resolve) => {
      const headers = { cookie, "content-type": "text/plain" };
      request({ port: box.port, path: "/api/session", method: "DELETE", headers }, (answer) =>
        resolve(answer.statusCode),
      ).end();
    });
    expect(status).toBe(403);
    expect((await ask("/api/live", { cookie })).status).toBe(200);
  });

  test("signing out ends the session", async () => {
    const cookie = await signIn();
    expect((await ask("/api/session", { method: "DELETE", cookie })).status).toBe(204);
    expect((await ask("/api/live", { cookie })).status).toBe(401);
  });

  test("a step that comes too early, or does not fit, is refused with what to do, and nothing breaks", async () => {
    const cookie = await signIn();
    const put = (step: string, body: unknown) => ask(`/api/commission/${step}`, { method: "PUT", body, cookie });
    expect(await put("lines", { accepted: true })).toMatchObject({ status: 409, json: { error: { code: "order" } } });
    expect(await put("places", { answers: {}, done: true })).toMatchObject({ status: 400 });
    expect(await put("search", { tcp: ["nonsense"], thorough: false })).toMatchObject({ status: 400 });
    expect(await put("enrolment-slip", { slip: "hello" })).toMatchObject({
      status: 409,
      json: { error: { code: "slip" } },
    });
    expect(await put("nowhere", {})).toMatchObject({ status: 404 });
    const site = { power: "mains", network: "mobile", budgetMb: 300, note: "" };
    expect(await put("site", site)).toMatchObject({ status: 200, json: { next: "lines" } });
    expect(await ask("/api/commission", { cookie })).toMatchObject({ json: { state: { site: { answers: site } } } });
    expect(logged.filter((message) => message.includes("failed"))).toEqual([]);
  });

  test("a photo is kept once, and only a photo is", async () => {
    const cookie = await signIn();
    const jpeg = Buffer.from("ffd8ffe000104a46494600", "hex");
    const send = (body: Buffer, type: string) =>
      ask("/api/commission/photos?of=%E9%93%85%E5%B0%81", {
        method: "POST",
        body,
        cookie,
        headers: { "content-type": type },
      });
    for (const _twice of [1, 2]) expect((await send(jpeg, "image/jpeg")).status).toBe(200);
    const { json } = await ask("/api/commission", { cookie });
    expect(json.state.report.photos).toMatchObject([{ of: "铅封", bytes: jpeg.length }]);
    expect((await ask(`/api/commission/photos/${json.state.report.photos[0].name}`, { cookie })).status).toBe(200);
    expect((await send(Buffer.from("#!/bin/sh"), "image/jpeg")).status).toBe(415);
    expect((await send(jpeg, "application/x-sh")).status).toBe(415);
    expect((await ask("/api/commission/photos/..%2Fpin.json", { cookie })).status).toBe(404);
  });

  test("the check says that the installation comes first", async () => {
    const cookie = await signIn();
    expect(await ask("/api/check", { method: "POST", cookie })).toMatchObject({
      status: 200,
      json: [{ check: "configuration", verdict: "fail", cure: { zh: expect.stringContaining("安装步骤") } }],
    });
  });
});
