import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { ScenarioFile } from "./scenario/schema.ts";
import { scenarioFile } from "./testing/builder.ts";
import { openMaster } from "./testing/serial-master.ts";

const MAIN = join(import.meta.dirname, "main.ts");

interface Line {
  at: string;
  wall: string;
  event: string;
  [key: string]: unknown;
}

const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function start(file: ScenarioFile, flags: string[]) {
  const directory = mkdtempSync(join(tmpdir(), "sim-run-"));
  const scenario = join(directory, "scenario.yaml");
  writeFileSync(scenario, stringify(file, { aliasDuplicateObjects: false }));
  const truthPath = join(directory, "truth.jsonl");
  const common = ["run", scenario, "--lines", join(directory, "lines"), "--truth", truthPath, "--log-level", "silent"];
  const child = spawn(process.execPath, [MAIN, ...common, ...flags], { stdio: "pipe" });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  cleanUps.push(
    () => rmSync(directory, { recursive: true, force: true }),
    () => child.kill("SIGKILL"),
  );
  const places = join(directory, "lines", "lines.json");
  return {
    child,
    exited,
    truth: () => readTruth(truthPath),
    up: async () => {
      await until(() => existsSync(places));
      return JSON.parse(readFileSync(places, "utf8")) as { serial: Record<string, string>; control?: { port: number } };
    },
  };
}

function readTruth(path: string): Line[] {
  const text = readFileSync(path, "utf8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

async function until(condition: () => boolean | Promise<boolean>, withinMs = 8_000): Promise<void> {
  const last = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > last) throw new Error("it never came about");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function call(port: number, method: "GET" | "POST", path: string, body?: unknown) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

const physical = (lines: Line[]) => lines.filter(({ event }) => event !== "start").map(({ wall: _, ...rest }) => rest);

describe("a run", () => {
  test("writes the same truth at different speeds, and ends by itself exactly on time", async () => {
    const file = scenarioFile({ cheats: [{ kind: "bypass-tax-port", nozzle: "N01", at: "5m", count: 2 }] });
    const slow = start(file, ["--speed", "2000", "--for", "60m"]);
    expect(await slow.exited).toBe(0);
    const fast = start(file, ["--speed", "10000", "--for", "60m"]);
    expect(await fast.exited).toBe(0);
    const truth = physical(slow.truth());
    expect(physical(fast.truth())).toEqual(truth);
    expect(truth.filter(({ event }) => event === "sale").length).toBeGreaterThan(10);
    expect(truth.at(-1)).toMatchObject({ at: "2025-08-01T09:00:00.000+08:00", event: "stop" });
  });

  test("ends within two seconds of a SIGTERM, with its summary written and its lines taken away", async () => {
    const run = start(scenarioFile(), ["--speed", "300"]);
    const { serial } = await run.up();
    await until(() => run.truth().some(({ event }) => event === "sale"));
    const asked = Date.now();
    run.child.kill("SIGTERM");
    expect(await run.exited).toBe(0);
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(run.truth()[0]).toMatchObject({ event: "start", scenario: "built", seed: 1 });
    expect(run.truth().at(-1)).toMatchObject({ event: "stop", summary: { nozzles: [{ nozzle: "N01" }, {}] } });
    expect(existsSync(serial["tax-1"]!)).toBe(false);
  });

  test("hangs up on a master when the cable is pulled, and serves it again after plugging", async () => {
    const run = start(scenarioFile({ station: { customersPerHour: 0 } }), ["--control", "0"]);
    const { serial, control } = await run.up();
    const path = serial["tax-1"]!;
    const total = Uint8Array.of(0xbb, 6, 0xff, 0x89, 0, 0, 1, 0x77);
    const before = await openMaster(path);
    expect((await before.ask(total, 30)).answer).toHaveLength(30);
    await before.ask(new Uint8Array(0), 1, 50);
    expect((await call(control!.port, "POST", "/api/lines/tax-1/pull")).status).toBe(200);
    await before.hungUp;
    expect(existsSync(path)).toBe(false);
    await call(control!.port, "POST", "/api/lines/tax-1/plug");
    const after = await openMaster(path);
    expect((await after.ask(total, 30)).answer).toHaveLength(30);
    await after.close();
  });
});

describe("the control API", () => {
  test("drains the station: afterwards the totals are final and account for every sale in the truth", async () => {
    const run = start(scenarioFile({ station: { customersPerHour: 400 } }), ["--speed", "400", "--control", "0"]);
    const { control } = await run.up();
    await until(() => run.truth().filter(({ event }) => event === "sale").length > 3);
    const { body } = await call(control!.port, "POST", "/api/drain");
    const summary = body as unknown as { pumpedCl: number; onWireCl: number; sales: number };
    const sold = run.truth().filter(({ event }) => event === "sale");
    expect(sold).toHaveLength(summary.sales);
    expect(sold.reduce((sum, sale) => sum + Number(sale.volumeCl), 0)).toBe(summary.pumpedCl);
    expect(summary.onWireCl).toBe(summary.pumpedCl);
  });

  test("plants cheats, and refuses wrong ones with a message", async () => {
    const run = start(scenarioFile({ station: { customersPerHour: 0 } }), ["--control", "0"]);
    const { port } = (await run.up()).control!;
    expect(await call(port, "POST", "/api/cheats", { kind: "seal-cut", seal: "S02" })).toMatchObject({ status: 201 });
    const state = await call(port, "GET", "/api/state");
    expect(state.body).toMatchObject({ seals: [{ state: "sealed" }, { seal: "S02", state: "cut", tamperCount: 1 }] });
    expect(run.truth().filter(({ event }) => event === "cheat")).toHaveLength(2);
    const wrong = await call(port, "POST", "/api/cheats", { kind: "seal-cut", seal: "S77" });
    expect(wrong).toMatchObject({ status: 400, body: { error: { message: "seal: S77 does not exist" } } });
    expect((await call(port, "POST", "/api/cheats", { kind: "nonsense" })).status).toBe(400);
    const echo = { kind: "echo", line: "tax-1" };
    expect((await call(port, "POST", "/api/faults", { ...echo, line: "tax-9" })).status).toBe(400);
    expect((await call(port, "POST", "/api/faults", { ...echo, kind: "toString" })).status).toBe(400);
    expect((await call(port, "POST", "/api/faults", echo)).status).toBe(201);
    const end = { kind: "echo", subject: "tax-1" };
    expect((await call(port, "POST", "/api/faults/end", end)).status).toBe(200);
    expect((await call(port, "POST", "/api/faults/end", end)).status).toBe(404);
    expect((await call(port, "POST", "/api/noise", { line: "tax-1", share: 3 })).status).toBe(400);
    expect((await call(port, "POST", "/api/lines/tax-9/pull")).status).toBe(404);
    expect((await call(port, "POST", "/api/noise", { line: "tax-1", share: 0.5 })).status).toBe(200);
    expect(run.truth().at(-1)).toMatchObject({ event: "fault", line: "tax-1", share: 0.5 });
  });

  test("pauses and resumes simulated time", async () => {
    const run = start(scenarioFile(), ["--control", "0", "--speed", "100"]);
    const { port } = (await run.up()).control!;
    const time = async () => String((await call(port, "GET", "/api/state")).body.simulatedTime);
    await call(port, "POST", "/api/pause");
    const paused = await time();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await time()).toBe(paused);
    await call(port, "POST", "/api/resume");
    await until(async () => (await time()) > paused);
  });
});

describe("a delivery notice", () => {
  test("is posted with its token and an expected window in wall time, and again when it was refused", async () => {
    const posts: { authorization: string | undefined; body: Record<string, unknown> }[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        posts.push({ authorization: request.headers.authorization, body: JSON.parse(text) as Record<string, unknown> });
        response.writeHead(posts.length === 1 ? 503 : 201).end("{}");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanUps.push(() => server.close());
    const address = server.address() as { port: number };
    const deliveries = [{ tank: "T1", at: "1m", volumeL: 500, tanker: "云K12345" }];
    const url = `http://127.0.0.1:${address.port}/notices`;
    const run = start(scenarioFile({ deliveries }), [
      "--speed",
      "100",
      "--notices-url",
      url,
      "--notices-token",
      "secret",
    ]);
    await until(() => posts.length === 2 && run.truth().some(({ outcome }) => outcome === "posted"));
    expect(posts[0]).toMatchObject({
      authorization: "Bearer secret",
      body: { station: "532801-0099", tank: "T1", volumeCl: 50_000, tanker: "云K12345" },
    });
    const { expectedFrom, expectedUntil } = posts[0]!.body;
    expect(Math.abs(Date.parse(String(expectedFrom)) - (Date.now() - 5 * 60_000))).toBeLessThan(20_000);
    expect(Math.abs(Date.parse(String(expectedUntil)) - (Date.now() + 60 * 60_000))).toBeLessThan(20_000);
    const outcomes = run
      .truth()
      .filter(({ event }) => event === "notice-post")
      .map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["failed", "posted"]);
  });
});

describe("the command line", () => {
  async function cli(...words: string[]) {
    const child: ChildProcess = spawn(process.execPath, [MAIN, ...words], { stdio: "pipe" });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        said += chunk;
      });
    }
    const [code] = (await once(child, "close")) as [number];
    return { code, said };
  }

  test("explains itself", async () => {
    expect((await cli("--help")).said).toMatch(/run .*\n.*list .*\n.*validate /s);
    expect((await cli("run", "--help")).said).toContain("--control");
    expect((await cli("list")).said).toContain("demo-bypass");
  });

  test("refuses a wrong scenario with its place and exit code 2", async () => {
    const directory = mkdtempSync(join(tmpdir(), "sim-cli-"));
    cleanUps.push(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "wrong.yaml");
    writeFileSync(path, stringify({ ...scenarioFile(), colour: "blue" }));
    const { code, said } = await cli("validate", path);
    expect(code).toBe(2);
    expect(said).toMatch(/wrong\.yaml:\d+:1: colour: there is no setting named colour/);
    expect(await cli("validate", "no-such")).toMatchObject({ code: 2, said: expect.stringContaining("`sim list`") });
    expect((await cli("run", "no-such", "--lines", directory, "--truth", join(directory, "t"))).code).toBe(2);
  });

  test.each([
    ["--speed", "0"],
    ["--speed", "10001"],
    ["--for", "soon"],
    ["--wire", "wet"],
    ["--control", "70000"],
  ])("refuses %s %s", async (flag, value) => {
    const { code, said } = await cli("run", "plain", "--lines", "/tmp/sim-none", "--truth", "/dev/null", flag, value);
    expect(code).not.toBe(0);
    expect(said).toContain(flag);
    expect(said).not.toContain("    at ");
  });
});
