/** A whole collector on free ports and a temporary folder, and a gateway that speaks MQTT to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CollectorAnswer, decodeAnswerMessage } from "@forecourt/protocol/batch/answer.ts";
import { connectPassword } from "@forecourt/protocol/batch/connect.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { downTopic, type UpChannel, upTopic } from "@forecourt/protocol/topics.ts";
import mqtt from "mqtt";
import { pino } from "pino";
import { type FirstStart, firstStart } from "../access/first-start.ts";
import { FUNCTION_NAMES } from "../access/functions.ts";
import { Passwords } from "../access/passwords.ts";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { loadRoles } from "../access/roles.ts";
import { type RunningCollector, startCollector } from "../collector.ts";
import type { Config } from "../config/config.ts";
import type { Registry } from "../registry/registry.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { FakeGateway } from "./fake-gateway.ts";

export const LOOPBACK = { host: "127.0.0.1", port: 0 };
export const TOKEN = "a-token-for-tests-only";
/** Headers of a request by a machine that may do everything. */
export const SIGNED = { authorization: `Bearer ${TOKEN}` };

export interface TestCollector extends RunningCollector {
  config: Config;
  signer: Signer;
  /** what was logged, a JSON object each */
  logged: Record<string, unknown>[];
  http: string;
  remove(): Promise<void>;
}

/** @param people who can sign in: the first start of an empty database */
export async function runCollector(
  registry: Registry,
  { people, ...changes }: Partial<Config> & { people?: FirstStart } = {},
): Promise<TestCollector> {
  const folder = mkdtempSync(join(tmpdir(), "collector-"));
  const config: Config = {
    keyFile: join(folder, "collector.key"),
    database: join(folder, "collector.db"),
    broker: { plain: LOOPBACK, tls: undefined, maxPacketBytes: 1_048_576, observers: [] },
    http: { host: "127.0.0.1", port: 0 },
    enrolment: undefined,
    updates: undefined,
    machines: [{ name: "test", token: TOKEN, functions: FUNCTION_NAMES }],
    access: DEFAULT_POLICY,
    registry,
    rules: {},
    ...changes,
  };
  if (people !== undefined) await makePeople(config, people);
  const logged: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) });
  const signer = ed25519Signer(generateKeyPem());
  const running = await startCollector(config, { signer, log, now: Date.now });
  return {
    ...running,
    config,
    signer,
    logged,
    http: `http://127.0.0.1:${running.httpPort}`,
    remove: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function makePeople({ database, access: policy }: Config, people: FirstStart): Promise<void> {
  const store = await openSqliteStore(database);
  const parts = { store: store.access, roles: loadRoles(), policy, passwords: new Passwords(), now: Date.now };
  const made = await firstStart(people, parts);
  await store.close();
  if (!made.ok) throw new Error(made.error);
}

/** What a gateway must know of a collector, in this process or another. */
export interface Reachable {
  mqttPort: number | undefined;
  signer: { publicKey: string };
}

/** A gateway that is connected, with every answer that it got. */
export class ConnectedGateway {
  readonly client: mqtt.MqttClient;
  readonly gateway: FakeGateway;
  readonly answers: CollectorAnswer[] = [];

  private constructor(client: mqtt.MqttClient, gateway: FakeGateway) {
    this.client = client;
    this.gateway = gateway;
  }

  static async connect(collector: Reachable, gateway: FakeGateway): Promise<ConnectedGateway> {
    const { publicKey } = collector.signer;
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${collector.mqttPort}`, {
      username: gateway.id,
      password: await connectPassword(gateway.id, publicKey, gateway.signer),
      reconnectPeriod: 0,
    });
    const connected = new ConnectedGateway(client, gateway);
    const verifier = ed25519Verifier(publicKey);
    client.on("message", (_topic, payload) => {
      const answer = decodeAnswerMessage(payload, verifier);
      if (answer.ok) connected.answers.push(answer.value);
    });
    client.on("error", () => undefined);
    await client.subscribeAsync(downTopic(gateway.id, "receipt"), { qos: 1 });
    return connected;
  }

  async send(channel: UpChannel, payload: Buffer): Promise<void> {
    await this.client.publishAsync(upTopic(this.gateway.id, channel), payload, { qos: 1 });
  }

  /** Sends, and waits for the next answer. */
  async ask(channel: UpChannel, payload: Buffer): Promise<CollectorAnswer> {
    const before = this.answers.length;
    await this.send(channel, payload);
    await until(() => this.answers.length > before);
    return this.answers[before]!;
  }

  async close(): Promise<void> {
    await this.client.endAsync(true);
  }
}

/** Waits until a condition of a real process holds. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("the condition did not come to hold in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
