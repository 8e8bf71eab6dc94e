import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import {
  type Command,
  type CommandAnswer,
  decodeCommand,
  encodeCommandAnswer,
} from "@forecourt/protocol/commands/message.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { downTopic } from "@forecourt/protocol/topics.ts";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { ConnectedGateway, runCollector, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { afterAnswer, stateNow } from "./state.ts";

const TOKEN = "a-token-for-commands";
const own = new FakeGateway("gw-532801-0001", "532801-0001");
const other = new FakeGateway("gw-532801-0002", "532801-0002");
let collector: TestCollector;

beforeAll(async () => {
  const registry = testRegistry(
    testStation([{ id: own.id, publicKey: own.signer.publicKey }], own.station),
    testStation([{ id: other.id, publicKey: other.signer.publicKey }], other.station),
  );
  collector = await runCollector(registry, {
    machines: [{ name: "test", token: TOKEN, functions: ["commands:issue"] }],
  });
});
afterAll(() => collector.remove());

interface View {
  id: string;
  state: string;
  reason: string | null;
  text: string | null;
}

async function call(method: string, path: string, body?: unknown, token = TOKEN) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(`${collector.http}/api/v1/commands${path}`, init);
  return { status: answer.status, body: (await answer.json()) as View & { items: View[]; detail: string } };
}
const issue = async (command: object, more: object = {}) =>
  (await call("POST", "", { gateway: own.id, command, ...more })).body.id;
const stateOf = async (id: string) => (await call("GET", `/${id}`)).body.state;

/** A gateway that listens to its commands. */
class Listening {
  readonly got: Command[] = [];
  readonly connected: ConnectedGateway;

  private constructor(connected: ConnectedGateway) {
    this.connected = connected;
    connected.client.on("message", (topic, payload) => {
      if (!topic.endsWith("/command")) return;
      const verifier = ed25519Verifier(collector.signer.publicKey);
      const command = decodeCommand(payload, { gateway: connected.gateway.id, verifier });
      if (command.ok) this.got.push(command.value);
    });
  }

  static async connect(gateway = own): Promise<Listening> {
    const listening = new Listening(await ConnectedGateway.connect(collector, gateway));
    await listening.connected.client.subscribeAsync(downTopic(gateway.id, "command"), { qos: 1 });
    return listening;
  }

  async greet(): Promise<void> {
    const { gateway } = this.connected;
    const hello = { gateway: gateway.id, lastHash: "0".repeat(64), lastSeq: 0, type: "hello" };
    await this.connected.ask("hello", Buffer.from(JSON.stringify(hello)));
  }

  async answer(command: string, more: Partial<CommandAnswer> = {}, signer = this.connected.gateway.signer) {
    const { id: gateway } = this.connected.gateway;
    const at = formatTime(Date.now());
    const answer = { command, gateway, outcome: "done" as const, reason: null, at, text: "", ...more };
    await this.connected.send("answer", await encodeCommandAnswer(answer, signer));
  }
}

describe("a command", () => {
  it("is sent at once to a gateway that is there, signed, and its answer is kept", async () => {
    const gateway = await Listening.connect();
    const id = await issue({ name: "send-logs", lines: 2 });
    await until(() => gateway.got.length === 1);
    expect(gateway.got[0]).toMatchObject({ id, gateway: own.id, body: { name: "send-logs", lines: 2 } });
    expect(await stateOf(id)).toBe("issued");
    await gateway.answer(id, { outcome: "accepted" });
    await until(async () => (await stateOf(id)) === "accepted");
    await gateway.answer(id, { text: "one\ntwo" });
    await until(async () => (await stateOf(id)) === "done");
    expect((await call("GET", `/${id}`)).body.text).toBe("one\ntwo");
    await gateway.connected.close();
  });

  it("waits for a gateway that is away, and comes again with each greeting until it is answered", async () => {
    const id = await issue({ name: "read-now", device: "gauge-1" });
    for (let time = 0; time < 2; time += 1) {
      const gateway = await Listening.connect();
      await gateway.greet();
      await until(() => gateway.got.length === 1);
      expect(gateway.got[0]?.id).toBe(id);
      if (time === 1) await gateway.answer(id, { outcome: "refused", reason: "there is no device gauge-1" });
      await until(async () => time === 0 || (await stateOf(id)) === "refused");
      await gateway.connected.close();
    }
  });

  it("is answered by its own gateway alone, with its own key", async () => {
    const id = await issue({ name: "restart" });
    const [stranger, gateway] = [await Listening.connect(other), await Listening.connect()];
    await stranger.answer(id);
    await gateway.answer(id, {}, ed25519Signer(generateKeyPem()));
    await until(() => collector.logged.some(({ event }) => event === "command-answer-refused"));
    expect(await stateOf(id)).toBe("issued");
    await gateway.answer(id, { outcome: "failed", reason: "no" });
    await until(async () => (await stateOf(id)) === "failed");
    await gateway.answer(id);
    await gateway.answer(id, { outcome: "accepted" });
    await gateway.greet();
    expect(await stateOf(id)).toBe("failed");
    await stranger.connected.close();
    await gateway.connected.close();
  });
});

test("without the token nothing is issued and nothing is shown", async () => {
  expect(
    (await call("POST", "", { gateway: own.id, command: { name: "restart" } }, "another-token-entirely")).status,
  ).toBe(401);
  expect((await call("GET", "", undefined, "")).status).toBe(401);
});

test("what cannot be a command is not issued, with the reason", async () => {
  const wrong = async (command: object, more: object = {}) =>
    (await call("POST", "", { gateway: own.id, command, ...more })).status;
  expect(await wrong({ name: "open-all-seals" })).toBe(422);
  expect(await wrong({ name: "resend-range", fromSeq: 9, toSeq: 1 })).toBe(422);
  expect(await wrong({ name: "restart" }, { gateway: "gw-nobody" })).toBe(422);
  expect(await wrong({ name: "restart" }, { lifeMs: 1 })).toBe(400);
  expect(await wrong({ name: "apply-configuration", deadlineMs: 10_000, yaml: "\ud800" })).toBe(422);
});

test("a gateway that answers nothing gets no more than it can take", async () => {
  for (let number = 0; number < 16; number += 1) {
    expect((await call("POST", "", { gateway: other.id, command: { name: "restart" } })).status).toBe(201);
  }
  const one = await call("POST", "", { gateway: other.id, command: { name: "restart" } });
  expect(one).toMatchObject({ status: 422, body: { detail: expect.stringContaining("16 commands") } });
  expect((await call("GET", `?gateway=${other.id}&limit=5`)).body.items).toHaveLength(5);
});

test("an end is an end, and what was never answered expires", () => {
  expect(afterAnswer("issued", "done")).toBe("done");
  expect(afterAnswer("accepted", "rolled-back")).toBe("rolled-back");
  expect(afterAnswer("accepted", "accepted")).toBeUndefined();
  expect(afterAnswer("done", "failed")).toBeUndefined();
  expect(stateNow("issued", 1_000, 1_001)).toBe("expired");
  expect(stateNow("accepted", 1_000, 1_001)).toBe("accepted");
});
