import { encodeCommandAnswer } from "@forecourt/protocol/commands/message.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FUNCTION_NAMES } from "../access/functions.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { identity } from "../testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { candidatesOf, orderUpdate, seenOf } from "./over-api.ts";

const token = "a-token-for-roll-outs";
const gateway = new FakeGateway("gw-532801-0001", "532801-0001");
const never = new FakeGateway("gw-532801-0002", "532801-0002");
let collector: TestCollector;
let connected: ConnectedGateway;

beforeAll(async () => {
  const stations = [gateway, never].map(({ id, station, signer }) =>
    testStation([{ id, publicKey: signer.publicKey }], station),
  );
  const machines = [{ name: "roll-out", token, functions: FUNCTION_NAMES }];
  collector = await runCollector(testRegistry(...stations), { machines });
  connected = await ConnectedGateway.connect(collector, gateway);
  gateway.add(identity(), Date.now());
  await connected.ask("batch", await gateway.batch());
});
afterAll(async () => {
  await connected.close();
  await collector.remove();
});

test("a gateway that was heard is ordered to update, and what it answers is seen", async () => {
  const api = { url: collector.http, token };
  const [candidate, ...others] = await candidatesOf(api);
  expect(candidate).toMatchObject({ gateway: gateway.id, station: gateway.station });
  expect(others).toEqual([]);
  const member = {
    gateway: gateway.id,
    station: gateway.station,
    ring: 0,
    command: null,
    unreadableBefore: 0,
    outcome: null,
  };
  const from = "http://127.0.0.1/api/v1/bundles";
  const command = { name: "update", version: "1.2.0", from, allowOlder: false, trialMs: 60_000 };
  const entered = await orderUpdate(api, member, command);
  const look = async () => (await seenOf(api, [{ ...member, ...entered }])).get(gateway.id);
  expect(await look()).toMatchObject({ outcome: "open", isSilent: false });
  const answer = { command: entered.command ?? "", gateway: gateway.id, outcome: "rolled-back" as const };
  const at = formatTime(Date.now());
  const message = await encodeCommandAnswer({ ...answer, reason: "not read: tax-1", at, text: "" }, gateway.signer);
  await connected.send("answer", message);
  await until(async () => (await look())?.outcome === "rolled-back");
});
