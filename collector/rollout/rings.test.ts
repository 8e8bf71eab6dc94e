/**
 * A roll-out as a whole, over two hundred gateways that are connected: the command line leads it through the API, each
 * gateway answers by its signature, and a version that cannot speak to one kind of tax device stops by itself.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import { decodeCommand, encodeCommandAnswer } from "@forecourt/protocol/commands/message.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { downTopic } from "@forecourt/protocol/topics.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FUNCTION_NAMES } from "../access/functions.ts";
import type { RolloutView } from "../api/rollout-schemas.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { identity } from "../testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

const STATIONS = 200;
/** The first character of its serial tells a tax device's dialect: one in eight begins with a letter. */
const LETTERS = 8;
const token = "a-token-for-roll-outs";
const folder = mkdtempSync(join(tmpdir(), "rings-"));
const connected: ConnectedGateway[] = [];
const orders: string[] = [];
let collector: TestCollector;

const gateways = Array.from({ length: STATIONS }, (_, at) => {
  const station = `532801-${String(at + 1).padStart(4, "0")}`;
  return { box: new FakeGateway(`gw-${station}`, station), isLetter: at % LETTERS === LETTERS - 1 };
});

/** What a gateway makes of an order: it updates, or goes back when the version cannot read its tax device. */
async function live({ box, isLetter }: (typeof gateways)[number], broken: ReadonlySet<string>): Promise<void> {
  const one = await ConnectedGateway.connect(collector, box);
  connected.push(one);
  const verifier = ed25519Verifier(collector.signer.publicKey);
  one.client.on("message", (topic, payload) => {
    if (topic !== downTopic(box.id, "command")) return;
    const command = decodeCommand(payload, { gateway: box.id, verifier });
    if (!command.ok || command.value.body.name !== "update") throw new Error("no order of an update");
    orders.push(box.id);
    const isBroken = isLetter && broken.has(command.value.body.version);
    const said = isBroken
      ? ({ outcome: "rolled-back", reason: "not read: tax-1" } as const)
      : ({ outcome: "done", reason: null } as const);
    const answer = { command: command.value.id, gateway: box.id, ...said, at: formatTime(Date.now()), text: "" };
    void encodeCommandAnswer(answer, box.signer).then((message) => one.send("answer", message));
  });
  await one.client.subscribeAsync(downTopic(box.id, "command"), { qos: 1 });
  const factorySerial = `${isLetter ? "A" : "1"}${box.id.slice(-4)}00000`;
  box.add(identity({ factorySerial }), Date.now());
  await one.ask("batch", await box.batch());
}

beforeAll(async () => {
  const stations = gateways.map(({ box }) =>
    testStation([{ id: box.id, publicKey: box.signer.publicKey }], box.station),
  );
  mkdirSync(join(folder, "rollouts"));
  writeFileSync(join(folder, "token"), `${token}\n`);
  collector = await runCollector(testRegistry(...stations), {
    machines: [{ name: "roll-out", token, functions: FUNCTION_NAMES }],
    updates: { bundles: folder, rollouts: join(folder, "rollouts"), address: "http://127.0.0.1/api/v1/bundles" },
  });
  for (const one of gateways) await live(one, new Set(["0.9.0"]));
}, 120_000);
afterAll(async () => {
  await Promise.all(connected.map((one) => one.close()));
  await collector.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `collector rollout …`. @returns what it printed, and its exit code */
async function rollout(what: "begin" | "step", version: string, more: readonly string[] = []) {
  const state = join(folder, "rollouts", `${version}.json`);
  const common = ["--state", state, "--token-file", join(folder, "token"), "--url", collector.http];
  const ran = promisify(execFile)(process.execPath, ["collector/main.ts", "rollout", what, ...common, ...more]);
  const { stdout, code } = await ran.then(
    ({ stdout: printed }) => ({ stdout: printed, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  return { code, ...(JSON.parse(stdout) as { state: string; reason: string | null; ordered: number; ring: number }) };
}

const begin = (version: string) =>
  rollout("begin", version, ["--to", version, "--from", "http://127.0.0.1/api/v1/bundles"]);

async function shown(version: string): Promise<RolloutView | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${collector.http}/api/v1/rollouts`, { headers });
  return ((await answer.json()) as { items: RolloutView[] }).items.find((one) => one.version === version);
}

/** Every order has been answered, and the collector has taken the answers. */
async function answered(version: string, count: number): Promise<void> {
  const file = join(folder, "rollouts", `${version}.json`);
  const { rollout: plan } = JSON.parse(readFileSync(file, "utf8")) as { rollout: { members: { command: string }[] } };
  const commands = plan.members.flatMap(({ command }) => command ?? []);
  expect(commands.length).toBe(count);
  const headers = { authorization: `Bearer ${token}` };
  for (const id of commands) {
    await until(async () => {
      const answer = await fetch(`${collector.http}/api/v1/commands/${id}`, { headers });
      return ["done", "rolled-back"].includes(((await answer.json()) as { state: string }).state);
    });
  }
}

test("a version that breaks one dialect is ordered from five gateways of two hundred, and stops by itself", async () => {
  expect(await begin("0.9.0")).toMatchObject({ code: 0, state: "running", ordered: 0, gateways: STATIONS });
  expect(await rollout("step", "0.9.0")).toMatchObject({ code: 0, state: "running", ordered: 5 });
  await answered("0.9.0", 5);
  const stopped = await rollout("step", "0.9.0");
  expect(stopped).toMatchObject({ code: 3, state: "stopped", ring: 1, ordered: 5 });
  expect(stopped.reason).toContain("rolled-back");
  // Whoever runs the timer on changes nothing.
  expect(await rollout("step", "0.9.0")).toMatchObject({ code: 3, state: "stopped", ordered: 5 });
  expect(new Set(orders).size).toBe(5);
  const view = await shown("0.9.0");
  expect(view?.rings.map(({ gateways: all, ordered }) => [all, ordered])).toEqual([
    [5, 5],
    [50, 0],
    [145, 0],
  ]);
  // Both kinds were in the first ring, though one in eight stations alone has the one.
  expect([view?.rings[0]?.done, view?.rings[0]?.worse].every((count) => (count ?? 0) > 0)).toBe(true);
  expect(view?.troubled).toContainEqual(expect.objectContaining({ ring: 1, outcome: "rolled-back" }));
}, 120_000);

test("a good version goes to the first five, and no further before it has stood for a day", async () => {
  await begin("0.9.1");
  await rollout("step", "0.9.1");
  await answered("0.9.1", 5);
  expect(await rollout("step", "0.9.1")).toMatchObject({ code: 0, state: "running", ring: 1, ordered: 5 });
  expect((await shown("0.9.1"))?.rings[0]).toMatchObject({ done: 5, worse: 0 });
}, 120_000);
