/** Commands from the API to a running agent and back: what is asked, and a configuration that cuts the agent off. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { parseCapture } from "@forecourt/edge-agent/capture/format.ts";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { Program, ROOT, until } from "../rig/program.ts";

const folder = join(ROOT, ".run", "test", "commands");
const GATEWAY = "gw-532801-0009";
const TOKEN = "a-token-for-commands";
const DEADLINE_MS = 10_000;
/** The API lets nobody look more often than ten times a second. */
const LOOK_MS = 150;
const collectorFile = join(folder, "collector.yaml");
const agentFile = join(folder, "agent.yaml");
const running: Program[] = [];
let agent: Program;
let http = 0;
/** A gauge that refuses whatever is read: Modbus exception 2 to the transaction and unit that asked. */
const gauge = createServer((socket) => {
  socket.on("data", (asked) => {
    socket.write(Buffer.from([...asked.subarray(0, 2), 0, 0, 0, 3, asked[6] ?? 0, (asked[7] ?? 0) | 0x80, 2]));
  });
  socket.on("error", () => socket.destroy());
});

interface Shown {
  state: string;
  reason: string | null;
  text: string | null;
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

function agentConfig(publicKey: string, mqtt: number, more: object = {}): string {
  return stringify({
    gateway: { id: GATEWAY, station: "532801-0009", stateDir: "state" },
    collector: { brokers: [`mqtt://127.0.0.1:${mqtt}`], publicKey },
    lines: [{ line: "gauge", tcp: `127.0.0.1:${(gauge.address() as AddressInfo).port}` }],
    devices: [{ device: "gauge-1", line: "gauge", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] }],
    uplink: { reconnectMinMs: 50, reconnectMaxMs: 200 },
    ...more,
  });
}

function writeCollector(gatewayKey: string | undefined): void {
  const gateways = [{ id: GATEWAY, publicKey: gatewayKey }];
  const names = { id: "532801-0009", nameZh: "站", nameEn: "Station", county: "景洪市" };
  const things = { dispensers: [], tanks: [{ tank: "T1", grade: "92#", capacityL: 30_000 }], seals: [] };
  const stations = gatewayKey === undefined ? [] : [{ ...names, gateways, ...things }];
  writeFileSync(join(folder, "registry.yaml"), stringify({ stations }));
  const place = { host: "127.0.0.1", port: 0 };
  const files = { collector: { keyFile: "collector.key" }, database: "collector.db", registry: "registry.yaml" };
  const tokens = { noticesToken: "a-token-for-tests-only", commandsToken: TOKEN };
  writeFileSync(collectorFile, stringify({ ...files, broker: { ...place }, http: { ...place }, ...tokens }));
}

async function call(method: string, path: string, body?: object): Promise<Shown & { id: string }> {
  const answer = await fetch(`http://127.0.0.1:${http}/api/v1/commands${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Shown & { id: string };
}

const issue = async (command: object) => (await call("POST", "", { gateway: GATEWAY, command })).id;

/** Waits until a command has ended. */
async function endOf(id: string, deadlineMs = 30_000): Promise<Shown> {
  return until(
    `command ${id} ends`,
    async () => {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const shown = await call("GET", `/${id}`);
      return ["done", "refused", "failed", "rolled-back"].includes(shown.state) && shown;
    },
    deadlineMs,
  );
}

/** What the agent's own journal says of a command. */
function outcomes(id: string): string[] {
  const db = new Database(join(folder, "state", "journal.db"), { readonly: true });
  try {
    const lines = db.prepare<[], { line: string }>("SELECT line FROM entry ORDER BY seq").all();
    const records = lines.map(({ line }) => JSON.parse(line) as JournalRecord);
    return records.flatMap((record) => (record.kind === "command" && record.command === id ? [record.outcome] : []));
  } finally {
    db.close();
  }
}

const configs = { good: "", better: "", cutOff: "" };

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await new Promise<void>((resolve) => gauge.listen(0, "127.0.0.1", resolve));
  writeCollector(undefined);
  const publicKey = await firstLine(["collector/main.ts", "key", "--config", collectorFile], "key.log");
  writeFileSync(agentFile, agentConfig(publicKey, 1));
  writeCollector(await firstLine(["edge-agent/main.ts", "--config", agentFile, "key"], "key.log"));
  const ready = await firstLine(["collector/main.ts", "--config", collectorFile], "collector.log");
  const ports = JSON.parse(ready) as { mqtt: number; http: number };
  http = ports.http;
  configs.good = agentConfig(publicKey, ports.mqtt);
  configs.better = agentConfig(publicKey, ports.mqtt, { recorder: { tankHeartbeatMs: 60_000 } });
  configs.cutOff = agentConfig(publicKey, 1);
  writeFileSync(agentFile, configs.good);
  agent = new Program({ args: ["edge-agent/main.ts", "--config", agentFile], log: join(folder, "agent.log") });
  agent.start();
  running.push(agent);
});
afterAll(async () => {
  for (const program of running) await program.stop();
  gauge.close();
});

test("read now, log lines, resend and restart are carried out, answered and in the journal", async () => {
  const read = await issue({ name: "read-now", device: "gauge-1" });
  expect(await endOf(read)).toMatchObject({ state: "done" });
  expect(await endOf(await issue({ name: "read-now", device: "nothing" }))).toMatchObject({ state: "refused" });
  expect((await endOf(await issue({ name: "send-logs", lines: 100 }))).text).toContain("agent started");
  const resend = await endOf(await issue({ name: "resend-range", fromSeq: 1, toSeq: 2 }));
  expect(resend).toMatchObject({ state: "done", reason: "2 records were sent again" });
  const restart = await issue({ name: "restart" });
  expect(await endOf(restart)).toMatchObject({ state: "done" });
  expect(outcomes(read)).toEqual(["accepted", "done"]);
  expect(outcomes(restart)).toEqual(["accepted", "done"]);
});

test("a line is captured for a while, and the answer brings what passed on it", async () => {
  const id = await issue({ name: "capture-line", line: "gauge", durationMs: 1_500 });
  const busy = await endOf(await issue({ name: "capture-line", line: "gauge", durationMs: 1_000 }));
  expect(busy).toMatchObject({ state: "refused", reason: expect.stringContaining("one at a time") });
  await endOf(await issue({ name: "read-now", device: "gauge-1" }));
  const { state, reason, text } = await endOf(id);
  const file = join(folder, "state", "captures", `capture-${id}.jsonl`);
  expect({ state, text }).toEqual({ state: "done", text: readFileSync(file, "utf8") });
  expect(reason).toContain(`capture-${id}.jsonl`);
  expect(reason).toContain(`${text?.length} bytes, sha256 ${sha256Hex(Buffer.from(text ?? ""))}`);
  const capture = parseCapture(text ?? "");
  expect(capture.ok && capture.value.head).toMatchObject({ gateway: GATEWAY, line: "gauge" });
  const ways = capture.ok ? capture.value.entries.flatMap((entry) => Object.keys(entry)) : [];
  expect(ways).toEqual(expect.arrayContaining(["out", "in"]));
  const nowhere = await endOf(await issue({ name: "capture-line", line: "nowhere", durationMs: 1_000 }));
  expect(nowhere).toMatchObject({ state: "refused" });
  expect(outcomes(id)).toEqual(["accepted", "done"]);
});

test("a configuration that is wrong is refused with its errors, and a good one stays", async () => {
  const wrong = await endOf(await issue({ name: "apply-configuration", yaml: "gateway: 1", deadlineMs: DEADLINE_MS }));
  expect(wrong.state).toBe("refused");
  expect(wrong.text).toContain("gateway");
  // Another key would be another gateway, in a token as in a file.
  const pkcs11 = { module: "/tmp/a-library.so", token: "t", label: "gateway", pinFile: "pin" };
  const { gateway, ...rest } = parse(configs.better) as { gateway: object };
  const yaml = stringify({ gateway: { ...gateway, pkcs11 }, ...rest });
  const rekeyed = await endOf(await issue({ name: "apply-configuration", yaml, deadlineMs: DEADLINE_MS }));
  expect(rekeyed).toMatchObject({ state: "refused", reason: expect.stringContaining("pkcs11") });
  const id = await issue({ name: "apply-configuration", yaml: configs.better, deadlineMs: DEADLINE_MS });
  expect(await endOf(id)).toMatchObject({ state: "done" });
  expect(readFileSync(agentFile, "utf8")).toBe(configs.better);
  expect(outcomes(id)).toEqual(["accepted", "done"]);
});

test("a configuration that cuts the agent off is taken back by itself, although the agent is killed meanwhile", async () => {
  const id = await issue({ name: "apply-configuration", yaml: configs.cutOff, deadlineMs: DEADLINE_MS });
  await until("it is in force", () => readFileSync(agentFile, "utf8") === configs.cutOff);
  await until("it is on trial", () => readFileSync(`${agentFile}.trial`, "utf8").includes('"starts":1'));
  await agent.kill();
  agent.start();
  expect(await endOf(id, 60_000)).toMatchObject({ state: "rolled-back", reason: expect.stringContaining("in time") });
  expect(readFileSync(agentFile, "utf8")).toBe(configs.better);
  expect(outcomes(id)).toEqual(["accepted", "rolled-back"]);
});
