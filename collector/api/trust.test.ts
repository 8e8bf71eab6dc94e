/** From a code for a new station to a live one, over HTTP and MQTT; and who may look at what was filed. */
import { encodeReport } from "@forecourt/protocol/acceptance/message.ts";
import { encodeHello } from "@forecourt/protocol/batch/answer.ts";
import { testReport } from "@forecourt/protocol/testing/acceptance.ts";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { gateway, sale } from "../testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector, TOKEN, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { GatewayHistorySchema, LifeSchema, ReportViewSchema } from "./trust-views.ts";

const source = new FakeGateway("gw-532801-0001", "532801-0001");
const CLERK = "a-token-of-a-clerk-elsewhere";
let collector: TestCollector;
let connected: ConnectedGateway;

beforeAll(async () => {
  const functions = ["stations:view", "gateways:enrol", "registry:approve", "flags:view", "commands:issue"] as const;
  collector = await runCollector(
    testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station)),
    {
      machines: [
        { name: "official", token: TOKEN, functions },
        { name: "elsewhere", token: CLERK, functions, counties: ["532901"] },
      ],
    },
  );
  connected = await ConnectedGateway.connect(collector, source);
});
afterAll(async () => {
  await connected.close();
  await collector.remove();
});

async function call(method: "GET" | "POST", path: string, body?: unknown, token = TOKEN) {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const headers = { authorization: `Bearer ${token}`, ...type };
  const answer = await fetch(`${collector.http}/api/v1${path}`, {
    ...{ method, headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** As a box does: nothing but the signed bytes. */
async function file(envelope: Buffer) {
  const headers = { "content-type": "application/octet-stream" };
  const body = new Uint8Array(envelope);
  const answer = await fetch(`${collector.http}/api/v1/acceptance-reports`, { method: "POST", headers, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function signedReport(): Promise<Buffer> {
  const sales = source.lines.slice(0, 2).map((line, index) => {
    const { volumeCl, amountFen } = JSON.parse(line) as { volumeCl: number; amountFen: number };
    return { seq: index + 1, hash: source.hashes[index + 1]!.toString("hex"), volumeCl, amountFen };
  });
  const { signer, id, station } = source;
  const report = await testReport({ gateway: id, station, signer, collector: collector.signer, sales });
  const encoded = await encodeReport(report, signer);
  if (!encoded.ok) throw new Error(encoded.error.message);
  return encoded.value;
}

test("a prepared station turns live with the report of its box, which is shown as it was filed", async () => {
  const prepared = await call("POST", "/stations/532801-0001/life", { life: "prepared", by: "an official" });
  expect(prepared).toMatchObject({ status: 200, body: { life: "prepared", by: "an official" } });
  source.add(sale({ nozzle: "N01" }), Date.now());
  source.add(sale({ nozzle: "N02" }), Date.now());
  source.add(gateway({ event: "heartbeat" }), Date.now());
  await connected.ask("batch", await source.batch());

  const envelope = await signedReport();
  const filed = await file(envelope);
  expect(filed).toMatchObject({ status: 201, body: { id: "report-0001", life: "live" } });
  expect([...Value.Errors(ReportViewSchema, filed.body)]).toEqual([]);
  expect((await file(envelope)).status).toBe(200);

  const life = await call("GET", "/stations/532801-0001/life");
  expect([...Value.Errors(LifeSchema, life.body)]).toEqual([]);
  expect(life.body).toMatchObject({ life: "live", by: "岩温", report: "report-0001" });
  const one = await call("GET", "/acceptance-reports/report-0001");
  expect(one.body).toMatchObject({
    envelope: envelope.toString("base64"),
    report: { format: "forecourt-acceptance-v1" },
  });
});

test("a gateway's history says who installed it, what it ran, and who approved it; another configuration is flagged", async () => {
  const approved = await call("POST", `/gateways/${source.id}/approvals`, {
    ...{ configSha256: "c".repeat(64), by: "张三", reason: "a new gauge" },
  });
  expect(approved.status).toBe(201);
  const history = await call("GET", `/gateways/${source.id}/history`);
  expect([...Value.Errors(GatewayHistorySchema, history.body)]).toEqual([]);
  expect(history.body).toMatchObject({
    installed: [{ id: "report-0001", technician: "岩温" }],
    programs: [
      {
        ...{ version: "0.1.0", configSha256: "0".repeat(64), firstSeq: 3, command: null },
        ...{ approvedBy: "岩温", basis: "acceptance report report-0001", versionApprovedBy: "岩温" },
      },
    ],
    approvals: [
      { by: "张三", basis: "a new gauge" },
      { by: "岩温", basis: "acceptance report report-0001" },
    ],
  });
  // The box goes on with what was approved before: five minutes of its clock are enough.
  const from = source.seq + 1;
  for (let beat = 0; beat < 7; beat += 1) source.add(gateway({ event: "heartbeat" }), Date.now() + beat * 60_000);
  await connected.ask("batch", await source.batch(from));
  await until(async () => {
    const { body } = await call("GET", "/flags?station=532801-0001");
    return (body.items as { rule: string }[]).some(({ rule }) => rule === "gateway.not-as-approved");
  });
});

test("a configuration that was ordered names who ordered it, once the gateway says that it runs it", async () => {
  const order = { name: "apply-configuration", yaml: "gateway: {}", deadlineMs: 60_000 };
  const issued = await call("POST", "/commands", { gateway: source.id, command: order, by: "李四" });
  expect(issued.status).toBe(201);
  const { id } = issued.body as { id: string };
  const from = source.seq + 1;
  const done = { kind: "command", command: id, name: order.name, reason: null, configSha256: null } as const;
  source.add({ ...done, outcome: "accepted" }, Date.now());
  source.add(gateway({ event: "start", configSha256: "d".repeat(64) }), Date.now());
  source.add({ ...done, outcome: "done" }, Date.now());
  await connected.ask("batch", await source.batch(from));
  const { body } = await call("GET", `/gateways/${source.id}/history`);
  expect([...Value.Errors(GatewayHistorySchema, body)]).toEqual([]);
  expect((body.programs as unknown[]).at(-1)).toMatchObject({
    ...{ configSha256: "d".repeat(64), command: id, approvedBy: "李四", basis: `command ${id}` },
  });
});

test("an official of another county sees and sets nothing, and a stranger is not let in", async () => {
  expect((await call("GET", "/acceptance-reports", undefined, CLERK)).body).toEqual({ items: [] });
  const paths = ["/acceptance-reports/report-0001", "/stations/532801-0001/life", `/gateways/${source.id}/history`];
  for (const path of paths) expect((await call("GET", path, undefined, CLERK)).status, path).toBe(404);
  const change = { life: "prepared", by: "x" };
  expect((await call("POST", "/stations/532801-0001/life", change, CLERK)).status).toBe(404);
  expect((await call("GET", "/acceptance-reports", undefined, "nobody-holds-this-token")).status).toBe(401);
});

test("what is no report is refused, and says how it should be sent", async () => {
  expect((await file(Buffer.from("FCR1 and nothing else"))).status).toBe(422);
  const wrong = await call("POST", "/acceptance-reports", { a: 1 });
  expect(wrong).toMatchObject({ status: 400, body: { title: "Not a report" } });
});

test("a second box with the same key and an old journal is flagged when the first one goes on", async () => {
  const thief = await ConnectedGateway.connect(collector, source);
  const lastHash = source.hashes[2]!.toString("hex");
  await thief.ask("hello", encodeHello({ type: "hello", gateway: source.id, lastSeq: 2, lastHash }));
  await until(() => collector.logged.some(({ event }) => event === "second-story"));
  const next = source.seq + 1;
  source.add(gateway({ event: "heartbeat" }), Date.now());
  await connected.ask("batch", await source.batch(next));
  await until(async () => {
    const { body } = await call("GET", "/flags?station=532801-0001");
    return (body.items as { rule: string }[]).some(({ rule }) => rule === "gateway.key-copied");
  });
  await thief.close();
});
