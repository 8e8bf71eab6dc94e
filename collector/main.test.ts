import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeAnswerMessage } from "@forecourt/protocol/batch/answer.ts";
import { connectPassword } from "@forecourt/protocol/batch/connect.ts";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import { downTopic, upTopic } from "@forecourt/protocol/topics.ts";
import mqtt from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectorItself } from "./access/reader.ts";
import { openSqliteStore } from "./store/sqlite/sqlite-store.ts";
import { FakeGateway } from "./testing/fake-gateway.ts";
import { NOON_MS, sale, seal, total } from "./testing/records.ts";
import { until } from "./testing/running.ts";
import { testStation } from "./testing/stations.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const source = new FakeGateway("gw-532801-0001", "532801-0001");
let folder: string;
let configFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "collector-"));
  configFile = join(folder, "collector.yaml");
  const stations = [testStation([{ id: source.id, publicKey: source.signer.publicKey }])];
  writeFileSync(join(folder, "registry.yaml"), JSON.stringify({ stations }));
  writeFileSync(configFile, CONFIG);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = `collector: { keyFile: ./collector.key }
database: ./collector.db
broker: { host: 127.0.0.1, port: 0 }
http: { host: 127.0.0.1, port: 0 }
noticesToken: a-token-for-tests-only
registry: ./registry.yaml
rules: { "tax-port.silent": { silentMs: 5000 } }
`;

const command = (...args: string[]) =>
  spawnSync(process.execPath, [MAIN, ...args, "--config", configFile], { encoding: "utf8" });

interface Ready {
  http: number;
  mqtt: number;
  publicKey: string;
}

async function start(): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = spawn(process.execPath, [MAIN, "--config", configFile], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  await until(() => text.includes("\n"), 15_000);
  return { child, ready: JSON.parse(text) as Ready };
}

/** Sends batches as fast as they are taken, and gives the last seq that was receipted. */
async function pour(ready: Ready, from: number, isEnough: (receipted: number) => boolean): Promise<number> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ready.mqtt}`, {
    username: source.id,
    password: await connectPassword(source.id, ready.publicKey, source.signer),
    reconnectPeriod: 0,
  });
  client.on("error", () => undefined);
  let receipted = from;
  client.on("message", (_topic, payload) => {
    const answer = decodeAnswerMessage(payload, ed25519Verifier(ready.publicKey));
    if (answer.ok && answer.value.type === "receipt") receipted = answer.value.seq;
  });
  await client.subscribeAsync(downTopic(source.id, "receipt"), { qos: 1 });
  for (let sent = from; sent < source.seq; sent += 10) {
    client.publish(upTopic(source.id, "batch"), await source.batch(sent + 1, Math.min(sent + 10, source.seq)), {
      qos: 0,
    });
    // Below what the inbox queues for one gateway: beyond that it would not answer.
    await until(() => sent - receipted < 100 || isEnough(receipted));
    if (isEnough(receipted)) break;
  }
  await until(() => isEnough(receipted));
  client.end(true);
  return receipted;
}

const exited = (child: ChildProcess) =>
  new Promise<{ code: number | null }>((resolve) => child.on("exit", (code) => resolve({ code })));

/** Seven starts of a process on a busy machine. */
const STARTS_TAKE_MS = 120_000;

describe("the collector as a process", { timeout: STARTS_TAKE_MS }, () => {
  it("makes its key once, readable by nobody else, and prints the public half", () => {
    const first = command("key");
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^[A-Za-z0-9+/]+=*\n$/);
    expect(statSync(join(folder, "collector.key")).mode & 0o777).toBe(0o600);
    expect(command("key").stdout).toBe(first.stdout);
  });

  it("exits 2 and names file, line, field and cure when its configuration is wrong", () => {
    writeFileSync(
      configFile,
      CONFIG.replace("port: 0 }\nhttp", "port: 99999 }\nhttp").replace("silentMs", "silenceMs"),
    );
    const wrong = command("run");
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain(`${configFile}:3:`);
    expect(wrong.stderr).toContain("broker.port");
    writeFileSync(configFile, CONFIG.replace("silentMs", "silenceMs"));
    const unknown = command("run");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toMatch(
      /collector\.yaml:7:\d+: rules\.tax-port\.silent\.silenceMs: .*expected one of silentMs/,
    );
    writeFileSync(configFile, CONFIG.replace("database:", "databse:"));
    expect(command("run").stderr).toMatch(/databse: is not a known field/);
    writeFileSync(configFile, CONFIG.replace("./registry", "./missing"));
    expect(command("run").stderr).toContain("missing.yaml");
  });

  it("stops on SIGTERM with exit code 0", async () => {
    const { child, ready } = await start();
    expect((await fetch(`http://127.0.0.1:${ready.http}/healthz`)).status).toBe(200);
    const end = exited(child);
    child.kill("SIGTERM");
    expect(await end).toEqual({ code: 0 });
  });

  it("loses and doubles nothing when it is killed again and again, and a re-run gives the same flags", async () => {
    for (let number = 0; source.seq < 600; number += 1) {
      const atMs = NOON_MS + number * 1_000;
      if (number % 100 === 99) source.add(total(500, { cause: "decreased" }), atMs);
      else if (number % 50 === 20)
        source.add(seal({ state: number % 100 === 20 ? "cut" : "sealed", tamperCount: number }), atMs);
      else source.add(sale({ beforeVolumeCl: 1_000_000 + number * 2_000 }), atMs);
    }
    let receipted = 0;
    for (const share of [0.15, 0.4, 0.7, 1]) {
      const { child, ready } = await start();
      const end = exited(child);
      receipted = await pour(ready, receipted, (seq) => seq >= source.seq * share);
      child.kill("SIGKILL");
      await end;
      const store = await openSqliteStore(join(folder, "collector.db"));
      const position = await store.ingest.position(source.id);
      await store.close();
      expect(position.seq).toBeGreaterThanOrEqual(receipted);
      receipted = position.seq;
    }
    const { child } = await start();
    const end = exited(child);
    child.kill("SIGTERM");
    await end;
    const store = await openSqliteStore(join(folder, "collector.db"));
    const reader = collectorItself;
    const stored = await store.queries.records(reader, [{ gateway: source.id, fromSeq: 1, toSeq: 9_999 }], 9_999);
    expect(stored.map((row) => row.line)).toEqual(source.lines);
    expect(stored.map((row) => Buffer.from(row.hash))).toEqual(source.hashes.slice(1));
    const flags = await store.queries.flags(reader, {}, { limit: 100 });
    expect(flags.map((flag) => flag.rule)).toEqual(expect.arrayContaining(["seal.opened", "tax-port.total-reset"]));
    await store.close();
    // A flag that rests on silence has no record that could prove it.
    const proved = flags.find(({ evidence }) => evidence.length > 0);
    const file = join(folder, "flag.json");
    const exported = command("evidence", "export", proved!.id, "--out", file);
    expect(exported.stdout).toMatch(/\d+ records in \d+ signed batches/);
    const key = `${source.id}=${source.signer.publicKey}`;
    const verify = [MAIN, "evidence", "verify", file, "--key", key];
    const verified = spawnSync(process.execPath, verify, { encoding: "utf8" });
    expect(verified.stderr).toContain("signed with the key that you gave");
    for (const line of verified.stdout.trim().split("\n")) expect(source.lines).toContain(line);
    const rerun = command("rerun");
    expect(JSON.parse(rerun.stdout)).toMatchObject({ flags: flags.length, differences: [] });
    expect(rerun.status).toBe(0);
  });
});
