/** An agent and a collector over TLS: a broker that is down, an expired certificate, and its renewal while it runs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestAuthority, testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { Program, ROOT, until } from "../rig/program.ts";

const folder = join(ROOT, ".run", "test", "tls");
const GATEWAY = "gw-532801-0009";
const running: Program[] = [];
let authority: TestAuthority;

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
}

async function writeGatewayCertificate(notAfter?: Date): Promise<void> {
  const wish = notAfter === undefined ? {} : { notAfter };
  const { cert, key } = await authority.client({ commonName: GATEWAY, ...wish });
  write("gateway-tls.key", key);
  write("gateway.pem", cert);
}

/** Runs a program and waits for its first line. */
async function firstLine(args: readonly string[], log: string): Promise<string> {
  let line: string | undefined;
  const program = new Program({
    args,
    log: join(folder, log),
    onLine: (text) => {
      line ??= text;
    },
  });
  program.start();
  running.push(program);
  return until(args.join(" "), () => line);
}

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  authority = await testAuthority();
  const server = await authority.server();
  write("ca.pem", authority.cert);
  write("broker.pem", server.cert);
  write("broker.key", server.key);
});
afterAll(async () => {
  for (const program of running) await program.stop();
});

function writeConfigs(of: { publicKey: string; mqtts: number; gatewayKey: string | undefined }): void {
  const gateways = of.gatewayKey === undefined ? [] : [{ id: GATEWAY, publicKey: of.gatewayKey }];
  const station = { id: "532801-0009", nameZh: "站", nameEn: "Station", county: "景洪市", gateways };
  const things = { dispensers: [], tanks: [{ tank: "T1", grade: "92#", capacityL: 30_000 }], seals: [] };
  write("registry.yaml", stringify({ stations: of.gatewayKey === undefined ? [] : [{ ...station, ...things }] }));
  const tls = { certFile: "broker.pem", keyFile: "broker.key", caFile: "ca.pem" };
  const collector = {
    collector: { keyFile: "collector.key" },
    database: "collector.db",
    broker: { tls: { host: "127.0.0.1", port: of.mqtts, ...tls } },
    http: { host: "127.0.0.1", port: 0 },
    noticesToken: "a-token-for-tests-only",
    machines: [{ name: "test", token: "a-token-for-tests-only", functions: ["stations:view"] }],
    registry: "registry.yaml",
  };
  write("collector.yaml", stringify(collector));
  const agent = {
    gateway: { id: GATEWAY, station: "532801-0009", stateDir: "state" },
    collector: {
      brokers: ["mqtts://localhost:1", `mqtts://127.0.0.1:${of.mqtts}`],
      publicKey: of.publicKey,
      tls: { caFile: "ca.pem", certFile: "gateway.pem", keyFile: "gateway-tls.key" },
    },
    lines: [{ line: "gauge", tcp: "127.0.0.1:1" }],
    devices: [{ device: "gauge", line: "gauge", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] }],
    uplink: { reconnectMinMs: 50, reconnectMaxMs: 200 },
  };
  write("agent.yaml", stringify(agent));
}

test("a gateway falls back to its second broker, is refused while its certificate is expired, and gets in once it is renewed", async () => {
  const collectorFile = join(folder, "collector.yaml");
  const agentFile = join(folder, "agent.yaml");
  await writeGatewayCertificate(new Date(Date.now() - 60_000));
  writeConfigs({ publicKey: "-".repeat(60), mqtts: 0, gatewayKey: undefined });
  const publicKey = await firstLine(["collector/main.ts", "key", "--config", collectorFile], "key.log");
  writeConfigs({ publicKey, mqtts: 0, gatewayKey: undefined });
  const gatewayKey = await firstLine(["edge-agent/main.ts", "--config", agentFile, "key"], "key.log");
  writeConfigs({ publicKey, mqtts: 0, gatewayKey });
  const ready = await firstLine(["collector/main.ts", "--config", collectorFile], "collector.log");
  const { mqtts, mqtt, http } = JSON.parse(ready) as { mqtts: number; mqtt?: number; http: number };
  expect(mqtt).toBeUndefined();
  writeConfigs({ publicKey, mqtts, gatewayKey });

  const agent = new Program({ args: ["edge-agent/main.ts", "--config", agentFile], log: join(folder, "agent.log") });
  agent.start();
  running.push(agent);
  await until("the expired certificate is refused", () =>
    readFileSync(join(folder, "collector.log"), "utf8").includes("CERT_HAS_EXPIRED"),
  );
  await writeGatewayCertificate();
  const stored = async () => {
    const answer = await fetch(`http://127.0.0.1:${http}/api/v1/stations/532801-0009/devices`, {
      headers: { authorization: "Bearer a-token-for-tests-only" },
    });
    const { gateways } = (await answer.json()) as { gateways: { state: string; lastSeq: number }[] };
    return gateways.find(({ state, lastSeq }) => state === "live" && lastSeq >= 1);
  };
  expect(await until("the journal arrives", stored)).toBeDefined();
});
