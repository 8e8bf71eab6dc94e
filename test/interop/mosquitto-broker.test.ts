/**
 * Debian's Mosquitto as the broker, with the configuration that we generate: real gateways come through to a real
 * collector, nobody reaches another's topics, and who was revoked is out.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { Program, ROOT, until } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";
import { hasTool, runTool } from "../rig/tools.ts";

const folder = join(ROOT, ".run", "test", "mosquitto-broker");
const place = (...names: string[]) => join(folder, ...names);
const STATIONS = ["532801-0011", "532801-0012"] as const;
const [A, B] = STATIONS.map((station) => `gw-${station}-a`) as [string, string];
const TOKEN = "a-token-for-tests-only";
const available =
  hasTool("mosquitto", "mosquitto") &&
  hasTool("mosquitto_sub", "mosquitto-clients") &&
  hasTool("mosquitto_pub", "mosquitto-clients");

const running: Program[] = [];
let broker: ChildProcess | undefined;
let port: number;
let http: string;

function node(...args: string[]) {
  return runTool(process.execPath, [join(ROOT, args[0]!), ...args.slice(1)], 60_000);
}

async function made(...args: string[]): Promise<void> {
  const ran = await node("provisioning/main.ts", ...args);
  expect(ran.code, ran.output).toBe(0);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

async function startBroker(): Promise<void> {
  const fd = openSync(place("mosquitto.log"), "a");
  broker = spawn("mosquitto", ["-c", place("mosquitto", "mosquitto.conf")], { stdio: ["ignore", fd, fd] });
  closeSync(fd);
}

async function stopBroker(): Promise<void> {
  if (broker === undefined || broker.exitCode !== null) return;
  const exited = once(broker, "exit");
  broker.kill("SIGTERM");
  await exited;
}

const log = (name: string) => readFileSync(place(name), "utf8");
const refresh = () =>
  // biome-ignore format: a command line
  node("provisioning/main.ts", "broker", "refresh", "--collector", http, "--ca", place("tls", "ca.crt"),
    "--crl", place("mosquitto", "revocations.crl"));

async function startCollector(): Promise<void> {
  const nothing = { dispensers: [], tanks: [{ tank: "T1", grade: "92#", capacityL: 30_000 }], seals: [] };
  const stations = STATIONS.map((id) => ({
    id,
    nameZh: "站",
    nameEn: "S",
    county: "景洪市",
    gateways: [],
    ...nothing,
  }));
  writeFileSync(place("registry.yaml"), stringify({ stations }));
  const config = {
    collector: { keyFile: "collector.key" },
    database: "collector.db",
    broker: {
      external: {
        url: `mqtts://127.0.0.1:${port}`,
        ...{ certFile: "client/collector.crt", keyFile: "client/collector.key", caFile: "tls/ca.crt" },
      },
    },
    http: { host: "127.0.0.1", port: 0 },
    enrolment: {
      ...{ certFile: "ca/authority/authority.crt", keyFile: "ca/authority/authority.key" },
      ...{ rootFile: "ca/root/root.crt", token: TOKEN, brokers: [`mqtts://127.0.0.1:${port}`] },
    },
    machines: [{ name: "test", token: TOKEN, functions: ["stations:view"] }],
    noticesToken: "another-token-for-tests",
    registry: "registry.yaml",
  };
  writeFileSync(place("collector.yaml"), stringify(config));
  const { said } = await startReady<{ http: number }>("the collector is up", {
    args: ["collector/main.ts", "--config", place("collector.yaml")],
    log: place("collector.log"),
    started: (program) => running.push(program),
  });
  http = `http://127.0.0.1:${said.http}`;
}

async function post(path: string, body: unknown): Promise<Record<string, string>> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`${http}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  return text === "" ? {} : (JSON.parse(text) as Record<string, string>);
}

async function startAgent(station: string): Promise<void> {
  const state = place(station);
  const { code } = await post("/enrolment-codes", { station, by: "an official" });
  // biome-ignore format: a command line
  const enrolled = await node("edge-agent/main.ts", "enrol", "--state", state, "--collector", http,
    "--station", station, "--code", code!);
  expect(enrolled.code, enrolled.output).toBe(0);
  const { gateway, collectorPublicKey, brokers } = JSON.parse(readFileSync(join(state, "enrolment.json"), "utf8"));
  const tls = { caFile: `${station}/ca.crt`, certFile: `${station}/gateway.crt`, keyFile: `${station}/gateway.key` };
  const config = {
    gateway: { id: gateway, station, stateDir: station },
    collector: { brokers, publicKey: collectorPublicKey, tls },
    lines: [{ line: "gauge", tcp: "127.0.0.1:1" }],
    devices: [{ device: "gauge", line: "gauge", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] }],
    recorder: { gatewayHeartbeatMs: 1_000 },
    uplink: { reconnectMinMs: 50, reconnectMaxMs: 200, patienceMs: 0 },
  };
  writeFileSync(place(`${station}.yaml`), stringify(config));
  const agent = new Program({
    args: ["edge-agent/main.ts", "--config", place(`${station}.yaml`)],
    log: place(`${station}.log`),
  });
  agent.start();
  running.push(agent);
}

async function storedSeq(station: string): Promise<number> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`${http}/api/v1/stations/${station}/devices`, { headers });
  const { gateways } = (await answer.json()) as { gateways: { lastSeq: number }[] };
  return gateways[0]?.lastSeq ?? 0;
}

/** Waits until something new has arrived since now. */
async function goesOn(station: string): Promise<void> {
  const before = await storedSeq(station);
  await until(`${station} goes on`, async () => (await storedSeq(station)) > before, 30_000);
}

/** The command line of Mosquitto's clients with a gateway's certificate. */
const as = (station: string) =>
  // biome-ignore format: a command line
  ["-h", "127.0.0.1", "-p", String(port), "--cafile", place("tls", "ca.crt"), "--cert", place(station, "gateway.crt"),
    "--key", place(station, "gateway.key")];

describe.skipIf(!available)("Mosquitto as the broker", () => {
  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    port = await freePort();
    writeFileSync(place("passphrase"), "correct horse battery\n");
    const dir = ["--dir", place("ca")];
    await made("ca", "init", ...dir, "--organisation", "测试商务局", "--passphrase-file", place("passphrase"));
    await made("ca", "server", ...dir, "--name", "127.0.0.1", "localhost", "--out", place("tls"));
    await made("ca", "client", ...dir, "--name", "collector", "--out", place("client"));
    // biome-ignore format: a command line
    await made("broker", "mosquitto", "--out", place("mosquitto"), "--tls", place("tls"), "--host", "127.0.0.1",
      "--port", String(port), "--user", userInfo().username);
    await startCollector();
    expect((await refresh()).output).toContain("revoked");
    await startBroker();
    for (const station of STATIONS) await startAgent(station);
  }, 180_000);

  afterAll(async () => {
    for (const program of running.toReversed()) await program.stop();
    await stopBroker();
  });

  it("carries the records of real gateways to the collector, and the receipts back", async () => {
    for (const station of STATIONS)
      await until(`${station} arrives`, async () => (await storedSeq(station)) > 0, 60_000);
    await goesOn(STATIONS[0]);
    // Without receipts an agent sends the same window again and again, and warns of it.
    expect(log(`${STATIONS[0]}.log`)).not.toContain("no receipt");
  }, 90_000);

  it("lets a gateway hear its own topics and no other's", async () => {
    const listen = (topic: string) =>
      // A second box with the certificate of the first: it hears what that one hears.
      runTool("mosquitto_sub", [...as(STATIONS[0]), "-t", topic, "-C", "2", "-W", "6", "-F", "%t"]);
    const [own, others, all] = await Promise.all([
      listen(`forecourt/v1/${A}/down/+`),
      listen(`forecourt/v1/${B}/#`),
      listen("#"),
    ]);
    expect(own.output).toContain(`forecourt/v1/${A}/down/receipt`);
    expect(others.output).not.toContain("forecourt");
    expect(all.output).not.toContain(B);
    expect(all.output).not.toContain("/up/");
  });

  it("drops what a gateway publishes on another's topic", async () => {
    const publish = (gateway: string) =>
      runTool("mosquitto_pub", [
        ...as(STATIONS[0]),
        "-q",
        "1",
        "-V",
        "mqttv5",
        "-t",
        `forecourt/v1/${gateway}/up/batch`,
        "-m",
        "forged",
      ]);
    const before = log("collector.log").length;
    expect((await publish(B)).output).toMatch(/not authori[sz]ed/i);
    await publish(A);
    const refused = () =>
      log("collector.log")
        .slice(before)
        .split("\n")
        .filter((line) => line.includes('"event":"refused"'));
    await until("the collector refuses what came on its own topic", () => refused().length > 0);
    expect(refused().some((line) => line.includes(`"gateway":"${B}"`))).toBe(false);
  });

  it("lets nobody in without a certificate, with one of another authority, or without TLS", async () => {
    const stranger = await (await testAuthority()).client({ commonName: A });
    writeFileSync(place("stranger.crt"), stranger.cert);
    writeFileSync(place("stranger.key"), stranger.key);
    const tcp = ["-h", "127.0.0.1", "-p", String(port), "-t", "#", "-C", "1", "-W", "3", "-u", A];
    const ca = ["--cafile", place("tls", "ca.crt")];
    const attempts = [
      [...tcp, ...ca],
      [...tcp, ...ca, "--cert", place("stranger.crt"), "--key", place("stranger.key")],
      tcp,
    ];
    for (const attempt of attempts) expect((await runTool("mosquitto_sub", attempt)).code).not.toBe(0);
  });

  it("a revoked gateway's records are not taken at once, and with the new list it is not let in; the other goes on", async () => {
    await post(`/gateways/${A}/revocation`, { reason: "stolen" });
    const atRevocation = await storedSeq(STATIONS[0]);
    await until("what it still sends is refused", () => log("collector.log").includes('"code":"unregistered"'));
    expect(await storedSeq(STATIONS[0])).toBe(atRevocation);
    expect((await refresh()).output).toContain("revoked");
    expect((await refresh()).output).toContain("renewed");
    await stopBroker();
    const before = log("mosquitto.log").length;
    await startBroker();
    await goesOn(STATIONS[1]);
    const since = () => log("mosquitto.log").slice(before);
    await until("it is turned away", () => /certificate verify failed|certificate revoked/i.test(since()));
    expect(since()).not.toMatch(new RegExp(`as ${A}`));
    const own = await runTool("mosquitto_pub", [
      ...as(STATIONS[0]),
      "-q",
      "1",
      "-t",
      `forecourt/v1/${A}/up/hello`,
      "-m",
      "x",
    ]);
    expect(own.code).not.toBe(0);
  }, 60_000);
});
