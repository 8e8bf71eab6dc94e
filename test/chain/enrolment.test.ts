/**
 * From a one-time code to a trusted box, as processes: authority, collector, enrolment, records over TLS, a renewal of
 * a certificate that has half ended, and a revocation that takes effect on the live connection.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { Program, ROOT, until } from "../rig/program.ts";
import { runTool } from "../rig/tools.ts";

const folder = join(ROOT, ".run", "test", "enrolment");
const STATION = "532801-0009";
const TOKEN = "a-token-for-tests-only";
const running: Program[] = [];
const place = (...names: string[]) => join(folder, ...names);

async function node(...args: string[]): Promise<{ code: number | null; output: string }> {
  return runTool(
    process.execPath,
    args.map((arg) => (arg.endsWith("main.ts") ? join(ROOT, arg) : arg)),
    60_000,
  );
}

function start(log: string, ...args: string[]): { program: Program; lines: string[] } {
  const lines: string[] = [];
  const program = new Program({ args, log: place(log), onLine: (line) => lines.push(line) });
  program.start();
  running.push(program);
  return { program, lines };
}

interface Site {
  http: string;
  mqtts: number;
}

/** An authority, a server certificate, and a collector that enrols. */
async function startCollector(): Promise<Site> {
  writeFileSync(place("passphrase"), "correct horse battery\n");
  const ca = ["provisioning/main.ts", "ca"];
  const dir = ["--dir", place("ca")];
  const made = await node(
    ...ca,
    "init",
    ...dir,
    "--organisation",
    "测试商务局",
    "--passphrase-file",
    place("passphrase"),
  );
  expect(made.output).toContain("authority.crt");
  const server = await node(...ca, "server", ...dir, "--name", "127.0.0.1", "localhost", "--out", place("tls"));
  expect(server.code).toBe(0);
  const station = { id: STATION, nameZh: "站", nameEn: "Station", county: "景洪市", gateways: [] };
  const tanks = [{ tank: "T1", grade: "92#", capacityL: 30_000 }];
  writeFileSync(place("registry.yaml"), stringify({ stations: [{ ...station, dispensers: [], tanks, seals: [] }] }));
  const config = {
    collector: { keyFile: "collector.key" },
    database: "collector.db",
    broker: {
      tls: { host: "127.0.0.1", port: 0, certFile: "tls/server.crt", keyFile: "tls/server.key", caFile: "tls/ca.crt" },
    },
    http: { host: "127.0.0.1", port: 0 },
    enrolment: {
      certFile: "ca/authority/authority.crt",
      keyFile: "ca/authority/authority.key",
      rootFile: "ca/root/root.crt",
      token: TOKEN,
      brokers: [],
      certificateDays: 1,
    },
    noticesToken: "another-token-for-tests",
    machines: [{ name: "test", token: TOKEN, functions: ["stations:view"] }],
    registry: "registry.yaml",
  };
  writeFileSync(place("collector.yaml"), stringify(config));
  const { lines } = start("collector.log", "collector/main.ts", "--config", place("collector.yaml"));
  const ready = await until("the collector is up", () => lines[0]);
  const { http, mqtts } = JSON.parse(ready) as { http: number; mqtts: number };
  return { http: `http://127.0.0.1:${http}`, mqtts };
}

function writeAgentConfig({ http, mqtts }: Site, gateway: string, publicKey: string): string {
  const tls = { caFile: "box/ca.crt", certFile: "box/gateway.crt", keyFile: "box/gateway.key" };
  const config = {
    gateway: { id: gateway, station: STATION, stateDir: "box" },
    collector: { brokers: [`mqtts://127.0.0.1:${mqtts}`], publicKey, tls, renewal: http },
    lines: [{ line: "gauge", tcp: "127.0.0.1:1" }],
    devices: [{ device: "gauge", line: "gauge", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] }],
    uplink: { reconnectMinMs: 50, reconnectMaxMs: 200 },
  };
  writeFileSync(place("agent.yaml"), stringify(config));
  return place("agent.yaml");
}

async function post(url: string, body: unknown): Promise<{ status: number; body: Record<string, string> }> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, string>) };
}

let site: Site;
beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  site = await startCollector();
}, 120_000);
afterAll(async () => {
  for (const program of running) await program.stop();
});

test("a box enrols with a code, brings its records over TLS, renews its certificate, and is out once it is revoked", async () => {
  const enrol = (code: string) =>
    // biome-ignore format: a command line
    node("edge-agent/main.ts", "enrol", "--state", place("box"), "--collector", site.http, "--station", STATION, "--code", code);

  const wrong = await enrol("7K3QM-9ZD4X");
  expect(wrong.code).toBe(1);
  expect(wrong.output).toMatch(/one of the ten characters is wrong|there is no such code/);

  const issued = await post(`${site.http}/api/v1/enrolment-codes`, { station: STATION, by: "an official" });
  expect(issued.status).toBe(201);
  const enrolled = await enrol(issued.body.code!);
  expect(enrolled.output).toContain(`enrolled as gw-${STATION}-a`);
  expect((await enrol(issued.body.code!)).output).toContain("enrolled already");

  const gateway = `gw-${STATION}-a`;
  const enrolment = JSON.parse(readFileSync(place("box", "enrolment.json"), "utf8")) as { collectorPublicKey: string };
  // The certificate lasts a day and is dated back by one: half of its life has passed, so it is renewed at once.
  const before = readFileSync(place("box", "gateway.crt"), "utf8");
  const config = writeAgentConfig(site, gateway, enrolment.collectorPublicKey);
  expect(parse(readFileSync(config, "utf8"))).toBeDefined();
  start("agent.log", "edge-agent/main.ts", "--config", config);
  const live = async () => {
    const answer = await fetch(`${site.http}/api/v1/stations/${STATION}/devices`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    const { gateways } = (await answer.json()) as { gateways: { id: string; state: string; lastSeq: number }[] };
    return gateways.find(({ id, state, lastSeq }) => id === gateway && state === "live" && lastSeq >= 1);
  };
  expect(await until("the journal arrives", live)).toBeDefined();
  await until("the certificate is renewed", () => readFileSync(place("box", "gateway.crt"), "utf8") !== before, 60_000);

  const revoked = await post(`${site.http}/api/v1/gateways/${gateway}/revocation`, { reason: "tried in a test" });
  expect(revoked.status).toBe(204);
  const log = () => readFileSync(place("collector.log"), "utf8");
  await until("the connection is closed", () => log().includes('"event":"disconnected"'), 10_000);
  await until("and it does not come in again", () => log().includes('"event":"sign-in-refused"'), 10_000);
});
