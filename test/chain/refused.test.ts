/** What a collector must refuse, at a running collector and its own broker: each with a reason, logged, and it goes on. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { FakeGateway } from "@forecourt/collector/testing/fake-gateway.ts";
import { NOON_MS, sale, tank } from "@forecourt/collector/testing/records.ts";
import { ConnectedGateway } from "@forecourt/collector/testing/running.ts";
import { testStation } from "@forecourt/collector/testing/stations.ts";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { type Program, ROOT } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";

const folder = join(ROOT, ".run", "test", "refused");
const log = join(folder, "collector.log");
const honest = new FakeGateway("gw-532801-0001", "532801-0001");
const hostile = new FakeGateway("gw-532801-0002", "532801-0002");
const HUNDRED_MB = 100 * 1024 * 1024;
/** What a collector may use: the packet of 100 MB is never in its memory. */
const MOST_RSS_MB = 400;
let program: Program;
let collector: { mqttPort: number; signer: { publicKey: string }; httpPort: number };

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const stations = [honest, hostile].map(({ id, station, signer }) =>
    testStation([{ id, publicKey: signer.publicKey }], station),
  );
  writeFileSync(join(folder, "registry.yaml"), stringify({ stations }));
  const config = join(folder, "collector.yaml");
  writeFileSync(
    config,
    stringify({
      collector: { keyFile: "./collector.key" },
      database: "./collector.db",
      broker: { host: "127.0.0.1", port: 0 },
      http: { host: "127.0.0.1", port: 0 },
      noticesToken: "a-token-for-tests-only",
      machines: [{ name: "test", token: "a-token-for-tests-only", functions: ["stations:view", "sales:view"] }],
      registry: "./registry.yaml",
    }),
  );
  const { said } = await startReady<{ mqtt: number; http: number; publicKey: string }>("the collector is up", {
    args: ["collector/main.ts", "--config", config],
    log,
    started: (one) => {
      program = one;
    },
  });
  const { mqtt, http, publicKey } = said;
  collector = { mqttPort: mqtt, httpPort: http, signer: { publicKey } };
});
afterAll(async () => {
  expect(await program.stop()).toBe(0);
});

/** What the collector logged of one kind, newest last. */
function logged(event: string): Record<string, unknown>[] {
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event);
}

/** An honest gateway's next sale is still taken and acknowledged. */
async function expectServes(): Promise<void> {
  const gateway = await ConnectedGateway.connect(collector, honest);
  honest.add(sale({ beforeVolumeCl: 1_000_000 + honest.seq * 2_000 }), NOON_MS + honest.seq);
  const answer = await gateway.ask("batch", await honest.batch(honest.seq, honest.seq));
  expect(answer).toMatchObject({ type: "receipt", seq: honest.seq });
  await gateway.close();
}

/** Sends a message that must be refused. @returns the reason as the gateway was told it */
async function refusal(payload: Buffer): Promise<string> {
  const before = logged("refused").length;
  const gateway = await ConnectedGateway.connect(collector, hostile);
  const answer = await gateway.ask("batch", payload);
  await gateway.close();
  if (answer.type !== "refusal") throw new Error(`answered with a ${answer.type}`);
  const line = logged("refused").slice(before);
  expect(line).toMatchObject([{ gateway: hostile.id, code: answer.code, cure: expect.any(String) as string }]);
  expect(answer.message.length).toBeGreaterThan(10);
  return answer.code;
}

it("refuses a forged signature, a broken chain, a second story and random bytes, and goes on", async () => {
  hostile.add(tank(1_000_000), NOON_MS);
  hostile.add(tank(999_000), NOON_MS + 1_000);
  expect(await refusal(await hostile.batch(1, 2, { signer: ed25519Signer(generateKeyPem()) }))).toBe("signature");
  expect(await refusal(randomBytes(2_000))).toBe("envelope");
  const gateway = await ConnectedGateway.connect(collector, hostile);
  expect(await gateway.ask("batch", await hostile.batch(1, 1))).toMatchObject({ type: "receipt", seq: 1 });
  await gateway.close();
  const liar = new FakeGateway(hostile.id, hostile.station, hostile.signer);
  for (let number = 0; number < 2; number += 1) liar.add(tank(500_000 + number), NOON_MS);
  expect(await refusal(await liar.batch(2, 2))).toBe("chain");
  expect(await refusal(await liar.batch(1, 2))).toBe("fork");
  await expectServes();
});

it("asks again for what is missing before a wrong seq, refuses a record at a wrong place, and goes on", async () => {
  for (let number = 0; number < 3; number += 1) hostile.add(tank(900_000 + number), NOON_MS + 2_000 + number);
  const gateway = await ConnectedGateway.connect(collector, hostile);
  expect(await gateway.ask("batch", await hostile.batch(4, 5))).toMatchObject({ type: "resend", fromSeq: 2 });
  await gateway.close();
  expect(logged("gap")).toHaveLength(1);
  const misplaced = new FakeGateway(hostile.id, hostile.station, hostile.signer);
  misplaced.addLine(hostile.lines[0]!);
  misplaced.addLine(hostile.lines[4]!);
  expect(await refusal(await misplaced.batch(2, 2))).toBe("schema");
  await expectServes();
});

it("closes who publishes on a foreign station's topic, and goes on", async () => {
  const gateway = await ConnectedGateway.connect(collector, hostile);
  const closed = new Promise<void>((resolve) => gateway.client.on("close", () => resolve()));
  gateway.client.publish(`forecourt/v1/${honest.id}/up/batch`, await honest.batch(1, 1), { qos: 1 });
  await closed;
  await gateway.close();
  expect(logged("publish-refused").at(-1)).toMatchObject({ who: hostile.id, reason: expect.any(String) as string });
  await expectServes();
});

it("closes a connection at the header of a 100 MB packet, keeps none of it, and goes on", async () => {
  const gateway = await ConnectedGateway.connect(collector, hostile);
  const closed = new Promise<void>((resolve) => gateway.client.on("close", () => resolve()));
  gateway.client.publish(`forecourt/v1/${hostile.id}/up/batch`, Buffer.alloc(HUNDRED_MB), { qos: 1 });
  await closed;
  await gateway.close();
  expect(logged("packet-refused").at(-1)?.reason).toMatch(/a packet claims 1048\d+ bytes/);
  const status = readFileSync(`/proc/${program.pid}/status`, "utf8");
  expect(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(MOST_RSS_MB);
  await expectServes();
});

it("survives random bytes instead of MQTT and of HTTP, and goes on", async () => {
  for (const port of [collector.mqttPort, collector.httpPort]) {
    for (let round = 0; round < 10; round += 1) {
      const socket = connect(port, "127.0.0.1");
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.on("error", () => undefined);
      socket.resume();
      socket.end(randomBytes(2_000));
      await closed;
    }
  }
  expect(program.isRunning).toBe(true);
  await expectServes();
  const records = await fetch(`http://127.0.0.1:${collector.httpPort}/api/v1/records/${honest.id}/${honest.seq}`, {
    headers: { authorization: "Bearer a-token-for-tests-only" },
  });
  expect(records.status).toBe(200);
});
