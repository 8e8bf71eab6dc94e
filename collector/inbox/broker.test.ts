import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { encodeHello } from "@forecourt/protocol/batch/answer.ts";
import { connectPassword } from "@forecourt/protocol/batch/connect.ts";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { hash } from "@node-rs/argon2";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { NOON_MS, sale, tank } from "../testing/records.ts";
import { ConnectedGateway, LOOPBACK, runCollector, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

const PASSWORD = "look-but-do-not-touch";
let collector: TestCollector;
const own = new FakeGateway("gw-532801-0001", "532801-0001");
const other = new FakeGateway("gw-532801-0002", "532801-0002");

beforeAll(async () => {
  const registry = testRegistry(
    testStation([{ id: own.id, publicKey: own.signer.publicKey }], own.station),
    testStation([{ id: other.id, publicKey: other.signer.publicKey }], other.station),
  );
  const observers = [{ username: "ops", passwordArgon2: await hash(PASSWORD) }];
  const broker = { plain: LOOPBACK, tls: undefined, maxPacketBytes: 1_048_576, observers };
  collector = await runCollector(registry, { broker });
});
afterAll(() => collector.remove());

const connectOptions = async (gateway: FakeGateway, username = gateway.id as string) => ({
  username,
  password: await connectPassword(gateway.id, collector.signer.publicKey, gateway.signer),
  reconnectPeriod: 0,
});
const url = () => `mqtt://127.0.0.1:${collector.mqttPort}`;
const logged = (event: string) => collector.logged.filter((line) => line.event === event);

/** The collector still does its work for an honest gateway. */
async function expectAlive(): Promise<void> {
  const gateway = await ConnectedGateway.connect(collector, own);
  const before = own.seq;
  own.add(sale({ beforeVolumeCl: 1_000_000 + before * 2_000 }), NOON_MS + before);
  const answer = await gateway.ask("batch", await own.batch(before + 1));
  expect(answer).toMatchObject({ type: "receipt", seq: own.seq, hash: own.hashes[own.seq]?.toString("hex") });
  await gateway.close();
}

describe("the broker", () => {
  it("gives a signed receipt for a batch and for a greeting", async () => {
    await expectAlive();
    const gateway = await ConnectedGateway.connect(collector, own);
    const hello = encodeHello({
      type: "hello",
      gateway: own.id,
      lastSeq: own.seq,
      lastHash: own.hashes[own.seq]!.toString("hex"),
    });
    expect(await gateway.ask("hello", hello)).toMatchObject({ type: "receipt", seq: own.seq });
    await gateway.close();
  });

  it("turns away a wrong password, an unknown user and a foreign key", async () => {
    const wrong = { username: own.id, password: "wrong", reconnectPeriod: 0 };
    await expect(mqtt.connectAsync(url(), wrong)).rejects.toThrow(/Bad username|Not authorized/i);
    await expect(mqtt.connectAsync(url(), { ...wrong, username: "nobody" })).rejects.toThrow();
    await expect(mqtt.connectAsync(url(), await connectOptions(other, own.id))).rejects.toThrow();
    expect(logged("sign-in-refused").length).toBeGreaterThanOrEqual(3);
  });

  it("closes a gateway that publishes on a foreign station's topic, and says why in the log", async () => {
    const client = await mqtt.connectAsync(url(), await connectOptions(own));
    const closed = new Promise<void>((resolve) => client.on("close", () => resolve()));
    client.on("error", () => undefined);
    client.publish(`forecourt/v1/${other.id}/up/batch`, "x", { qos: 1 });
    await closed;
    expect(logged("publish-refused").at(-1)).toMatchObject({ who: own.id, topic: `forecourt/v1/${other.id}/up/batch` });
    client.end(true);
    await expectAlive();
  });

  it("does not let a gateway listen to another one", async () => {
    const client = await mqtt.connectAsync(url(), await connectOptions(own));
    await expect(client.subscribeAsync(`forecourt/v1/${other.id}/down/receipt`)).rejects.toThrow();
    await expect(client.subscribeAsync("#")).rejects.toThrow();
    await client.endAsync(true);
  });

  it("lets an observer read everything and publish nothing", async () => {
    const observer = await mqtt.connectAsync(url(), { username: "ops", password: PASSWORD, reconnectPeriod: 0 });
    observer.on("error", () => undefined);
    const topics: string[] = [];
    observer.on("message", (topic) => topics.push(topic));
    await observer.subscribeAsync("forecourt/v1/#");
    await expectAlive();
    await until(() => topics.includes(`forecourt/v1/${own.id}/up/batch`));
    const closed = new Promise<void>((resolve) => observer.on("close", () => resolve()));
    observer.publish(`forecourt/v1/${own.id}/up/batch`, "x", { qos: 1 });
    await closed;
    observer.end(true);
  });

  it("takes no retained message and no last will", async () => {
    const client = await mqtt.connectAsync(url(), await connectOptions(own));
    client.on("error", () => undefined);
    const closed = new Promise<void>((resolve) => client.on("close", () => resolve()));
    client.publish(`forecourt/v1/${own.id}/up/batch`, "x", { qos: 1, retain: true });
    await closed;
    client.end(true);
    const will = {
      topic: `forecourt/v1/${own.id}/up/batch`,
      payload: Buffer.from("x"),
      qos: 0 as const,
      retain: false,
    };
    const willed = mqtt.connect(url(), { ...(await connectOptions(own)), will });
    let connected = false;
    willed.on("connect", () => {
      connected = true;
    });
    willed.on("error", () => undefined);
    await new Promise<void>((resolve) => willed.on("close", () => resolve()));
    willed.end(true);
    expect(connected).toBe(false);
  });

  it("closes the connection at the header of a 100 MB packet, without keeping its bytes", async () => {
    const client = await mqtt.connectAsync(url(), await connectOptions(own));
    client.on("error", () => undefined);
    const closed = new Promise<void>((resolve) => client.on("close", () => resolve()));
    const before = process.memoryUsage().rss;
    client.publish(`forecourt/v1/${own.id}/up/batch`, Buffer.alloc(100 * 1024 * 1024), { qos: 1 });
    await closed;
    client.end(true);
    expect(logged("packet-refused").at(-1)?.reason).toMatch(/a packet claims 1048\d+ bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    await expectAlive();
  });

  it("survives random bytes instead of MQTT", async () => {
    for (let round = 0; round < 20; round += 1) {
      const socket = connect(collector.mqttPort ?? 0, "127.0.0.1");
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.on("error", () => undefined);
      socket.end(randomBytes(2_000));
      await closed;
    }
    await expectAlive();
  });

  it("refuses a batch signed by somebody else, random bytes and a foreign station's batch, each with a reason", async () => {
    const gateway = await ConnectedGateway.connect(collector, other);
    other.add(tank(1_000_000), NOON_MS);
    const forged = await other.batch(1, 1, { signer: ed25519Signer(generateKeyPem()) });
    expect(await gateway.ask("batch", forged)).toMatchObject({ type: "refusal", code: "signature" });
    expect(await gateway.ask("batch", randomBytes(500))).toMatchObject({ type: "refusal", code: "envelope" });
    expect(await gateway.ask("batch", await other.batch(1, 1, { station: own.station }))).toMatchObject({
      code: "station",
    });
    expect(await gateway.ask("batch", await own.batch(1, 1))).toMatchObject({ type: "refusal", code: "gateway" });
    expect(await gateway.ask("hello", Buffer.from("{}"))).toMatchObject({ type: "refusal", code: "hello" });
    expect(logged("refused").length).toBeGreaterThanOrEqual(5);
    expect(await gateway.ask("batch", await other.batch())).toMatchObject({ type: "receipt", seq: 1 });
    await gateway.close();
    await expectAlive();
  });
});
