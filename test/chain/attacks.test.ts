/**
 * What a thief tries, against our programs as they run: somebody in the middle with another authority, at enrolment and
 * at the broker; a way around TLS; and a box whose disk was cloned.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { Program, ROOT, until } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";
import { hasTool, runTool } from "../rig/tools.ts";

const folder = join(ROOT, ".run", "test", "attacks");
const place = (...names: string[]) => join(folder, ...names);
const STATION = "532801-0021";
/** Where the box has its key in a token. */
const TOKEN_STATION = "532801-0022";
const GATEWAY = `gw-${STATION}-a`;
const TOKEN = "a-token-for-tests-only";
const running: Program[] = [];
let https: number;
let mqtts: number;
let code: string;

function node(...args: string[]) {
  return runTool(process.execPath, [join(ROOT, args[0]!), ...args.slice(1)], 60_000);
}

async function made(...args: string[]): Promise<string> {
  const ran = await node(...args);
  expect(ran.code, ran.output).toBe(0);
  return ran.output;
}

const log = (name: string) => readFileSync(place(name), "utf8");

async function startCollector(): Promise<void> {
  const things = { dispensers: [], tanks: [{ tank: "T1", grade: "92#", capacityL: 30_000 }], seals: [] };
  const station = { nameZh: "站", nameEn: "Station", county: "景洪市", gateways: [], ...things };
  const stations = [STATION, TOKEN_STATION].map((id) => ({ id, ...station }));
  writeFileSync(place("registry.yaml"), stringify({ stations }));
  const pair = { certFile: "tls/server.crt", keyFile: "tls/server.key" };
  const config = {
    collector: { keyFile: "collector.key" },
    database: "collector.db",
    broker: { tls: { host: "127.0.0.1", port: 0, ...pair, caFile: "tls/ca.crt" } },
    http: { host: "127.0.0.1", port: 0, tls: pair },
    enrolment: {
      ...{ certFile: "ca/authority/authority.crt", keyFile: "ca/authority/authority.key" },
      ...{ rootFile: "ca/root/root.crt", token: "a-third-token-for-tests", brokers: [] },
      address: "https://127.0.0.1:8443",
    },
    machines: [{ name: "test", token: TOKEN, functions: ["stations:view", "flags:view"] }],
    noticesToken: "another-token-for-tests",
    registry: "registry.yaml",
  };
  writeFileSync(place("collector.yaml"), stringify(config));
  const { said: ports } = await startReady<{ http: number; mqtts: number }>("the collector is up", {
    args: ["collector/main.ts", "--config", place("collector.yaml")],
    log: place("collector.log"),
    started: (program) => running.push(program),
  });
  https = ports.http;
  mqtts = ports.mqtts;
}

/** Asks the API over TLS. */
function ask(path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const options: RequestOptions = { host: "127.0.0.1", port: https, path: `/api/v1${path}`, agent: false, headers };
  return new Promise((resolve, reject) => {
    get({ ...options, ca: readFileSync(place("tls", "ca.crt")) }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      response.on("end", () => resolve(JSON.parse(text)));
    }).on("error", reject);
  });
}

const enrol = (ca: string, address = `https://127.0.0.1:${https}`) =>
  // biome-ignore format: a command line
  node("edge-agent/main.ts", "enrol", "--state", place("box"), "--collector", address, "--station", STATION,
    "--code", code, "--ca", ca);

/** Starts an agent on a state folder. @returns how its log is called */
function startAgent(name: string, state: string, broker: string, pkcs11?: object): string {
  const { collectorPublicKey, gateway, station } = JSON.parse(readFileSync(place(state, "enrolment.json"), "utf8"));
  const keyFile = `${state}/${pkcs11 === undefined ? "gateway" : "connection"}.key`;
  const tls = { caFile: `${state}/ca.crt`, certFile: `${state}/gateway.crt`, keyFile };
  const config = {
    gateway: { id: gateway, station, stateDir: state, ...(pkcs11 !== undefined && { pkcs11 }) },
    collector: { brokers: [broker], publicKey: collectorPublicKey, tls },
    lines: [{ line: "gauge", tcp: "127.0.0.1:1" }],
    devices: [{ device: "gauge", line: "gauge", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] }],
    recorder: { gatewayHeartbeatMs: 1_000 },
    uplink: { reconnectMinMs: 50, reconnectMaxMs: 200, patienceMs: 0 },
  };
  writeFileSync(place(`${name}.yaml`), stringify(config));
  const program = new Program({
    args: ["edge-agent/main.ts", "--config", place(`${name}.yaml`)],
    log: place(`${name}.log`),
  });
  program.start();
  running.push(program);
  return `${name}.log`;
}

async function storedSeq(station = STATION): Promise<number> {
  const { gateways } = (await ask(`/stations/${station}/devices`)) as { gateways: { lastSeq: number }[] };
  return gateways[0]?.lastSeq ?? 0;
}

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(place("passphrase"), "correct horse battery\n");
  const [ca, dir] = ["provisioning/main.ts", ["--dir", place("ca")]] as const;
  await made(ca, "ca", "init", ...dir, "--organisation", "测试商务局", "--passphrase-file", place("passphrase"));
  await made(ca, "ca", "server", ...dir, "--name", "127.0.0.1", "localhost", "--out", place("tls"));
  await startCollector();
}, 120_000);
afterAll(async () => {
  for (const program of running.toReversed()) await program.stop();
});

test("a code is issued at the command line, with a QR code that is for its owner alone", async () => {
  // biome-ignore format: a command line
  const said = await made("collector/main.ts", "enrolment", "code", "--config", place("collector.yaml"),
    "--station", STATION, "--by", "张三", "--svg", place("code.svg"));
  expect(said).toContain(`for ${GATEWAY} at ${STATION}`);
  expect(said).toContain("forecourt:enrol?collector=https%3A%2F%2F127.0.0.1%3A8443");
  expect(readFileSync(place("code.svg"), "utf8")).toMatch(/^<svg/);
  code = /^([0-9A-Z]{5}-[0-9A-Z]{5})/m.exec(said)![1]!;
  const unknown = await node(
    "collector/main.ts",
    "enrolment",
    "code",
    "--config",
    place("collector.yaml"),
    "--station",
    "000000-0000",
    "--by",
    "x",
  );
  expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining("there is no station") });
}, 60_000);

test("at enrolment, somebody in the middle with another authority gets nothing, and the code stays good", async () => {
  const foreign = await testAuthority("Somebody in the middle");
  writeFileSync(place("foreign-ca.pem"), foreign.cert);
  const { cert, key } = await foreign.server();
  const seen: string[] = [];
  const middle = createServer({ cert, key }, (socket) =>
    socket.on("data", (data: Buffer) => seen.push(data.toString())),
  );
  middle.on("tlsClientError", () => undefined);
  await listening(middle);
  const { port } = middle.address() as AddressInfo;
  const caught = await enrol(place("tls", "ca.crt"), `https://127.0.0.1:${port}`);
  expect(caught).toMatchObject({ code: 1, output: expect.stringMatching(/self-signed|unable to verify/) });
  expect(seen).toEqual([]);
  middle.close();
  // The other way round: the box was given another authority than the collector's.
  expect((await enrol(place("foreign-ca.pem"))).code).toBe(1);
  const enrolled = await enrol(place("tls", "ca.crt"));
  expect(enrolled.output).toContain(`enrolled as ${GATEWAY}`);
}, 60_000);

test("a broker with a certificate of another authority hears nothing of a box", async () => {
  const { cert, key } = await (await testAuthority("Another broker")).server();
  const seen: Buffer[] = [];
  let tried = 0;
  const middle = createServer({ cert, key, minVersion: "TLSv1.3" }, (socket) =>
    socket.on("data", (data: Buffer) => seen.push(data)),
  );
  middle.on("connection", () => {
    tried += 1;
  });
  middle.on("tlsClientError", () => undefined);
  await listening(middle);
  startAgent("lured", "box", `mqtts://127.0.0.1:${(middle.address() as AddressInfo).port}`);
  await until("it has tried", () => tried >= 3);
  expect(seen).toEqual([]);
  expect(log("lured.log")).toMatch(/self-signed|unable to verify/);
  await running.pop()?.stop();
  middle.close();
}, 60_000);

test("there is no way around TLS: the port without it does not exist, and plain MQTT gets no answer on the other", async () => {
  startAgent("plain", "box", `mqtt://127.0.0.1:${mqtts}`);
  await until("the collector refuses it", () => log("collector.log").includes('"event":"tls-refused"'));
  expect(await storedSeq()).toBe(0);
  await running.pop()?.stop();
}, 60_000);

const flags = async () => {
  const { items } = (await ask(`/flags?station=${STATION}`)) as { items: Flag[] };
  return items.filter(({ rule }) => rule === "gateway.key-copied");
};
interface Flag {
  rule: string;
  subject: string;
  findings: number;
  figures: Record<string, unknown>;
}

test("a copied key is flagged as soon as another box greets with it and the true one goes on", async () => {
  startAgent("true", "box", `mqtts://127.0.0.1:${mqtts}`);
  await until("the true box is heard", async () => (await storedSeq()) > 0);
  mkdirSync(place("thief"));
  for (const file of ["gateway.key", "gateway.crt", "ca.crt", "enrolment.json"]) {
    cpSync(place("box", file), place("thief", file));
  }
  startAgent("thief", "thief", `mqtts://127.0.0.1:${mqtts}`);
  const [flag] = await until("the copied key is flagged", async () =>
    (await flags()).length > 0 ? flags() : undefined,
  );
  expect(flag).toMatchObject({ subject: GATEWAY, figures: { sign: expect.stringMatching(/other-hash|behind|fork/) } });
  await running.pop()?.stop();
}, 90_000);

test("so is a cloned disk: two boxes with one past and two presents", async () => {
  const before = (await flags())[0]!.findings;
  await running.pop()?.stop();
  cpSync(place("box"), place("clone"), { recursive: true });
  startAgent("clone", "clone", `mqtts://127.0.0.1:${mqtts}`);
  startAgent("again", "box", `mqtts://127.0.0.1:${mqtts}`);
  await until("the clone is found", async () => (await flags())[0]!.findings > before, 60_000);
}, 90_000);

const MODULE = "/usr/lib/softhsm/libsofthsm2.so";
const hasToken = hasTool("softhsm2-util", "softhsm2") && hasTool("pkcs11-tool", "opensc") && existsSync(MODULE);

test.skipIf(!hasToken)(
  "a box with its key in a token is believed, and whoever copies its disk can sign nothing",
  async () => {
    mkdirSync(place("tokens"));
    writeFileSync(place("softhsm2.conf"), `directories.tokendir = ${place("tokens")}\nlog.level = ERROR\n`);
    writeFileSync(place("pin"), "123456\n", { mode: 0o600 });
    process.env.SOFTHSM2_CONF = place("softhsm2.conf");
    // biome-ignore format: a command line
    await runTool("softhsm2-util", ["--init-token", "--free", "--label", "forecourt", "--pin", "123456", "--so-pin", "87654321"]);
    // biome-ignore format: a command line
    const issued = await made("collector/main.ts", "enrolment", "code", "--config", place("collector.yaml"),
    "--station", TOKEN_STATION, "--by", "张三");
    // biome-ignore format: a command line
    await made("edge-agent/main.ts", "enrol", "--state", place("secured"), "--collector", `https://127.0.0.1:${https}`,
    "--station", TOKEN_STATION, "--code", /^([0-9A-Z]{5}-[0-9A-Z]{5})/m.exec(issued)![1]!, "--ca", place("tls", "ca.crt"),
    "--pkcs11-module", MODULE, "--pkcs11-token", "forecourt", "--pkcs11-pin-file", place("pin"));
    expect(existsSync(place("secured", "gateway.key"))).toBe(false);
    const pkcs11 = { module: MODULE, token: "forecourt", pinFile: "pin" };
    startAgent("secured", "secured", `mqtts://127.0.0.1:${mqtts}`, pkcs11);
    await until("its records arrive", async () => (await storedSeq(TOKEN_STATION)) > 0, 60_000);
    await running.pop()?.stop();

    process.env.SOFTHSM2_CONF = place("nothing.conf");
    cpSync(place("secured"), place("copied"), { recursive: true });
    const before = await storedSeq(TOKEN_STATION);
    startAgent("copied", "copied", `mqtts://127.0.0.1:${mqtts}`, pkcs11);
    await until("it has tried", () => (log("copied.log").match(/no password/g) ?? []).length >= 3);
    expect(await storedSeq(TOKEN_STATION)).toBe(before);
  },
  120_000,
);

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
}
