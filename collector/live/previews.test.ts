import { encodePreview } from "@forecourt/protocol/batch/preview.ts";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { pino } from "pino";
import { beforeEach, describe, expect, it } from "vitest";
import { machine } from "../access/reader.ts";
import type { UpMessage } from "../inbox/transport.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { NOON_MS, sale, tank } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { LiveHub } from "./hub.ts";
import { Previews } from "./previews.ts";
import { provisionalFor } from "./provisional-view.ts";

const STATION = "532801-0001";
let now: number;
let gateway: FakeGateway;
let previews: Previews;
let hub: LiveHub;
let deliver: (message: UpMessage) => void;

beforeEach(() => {
  now = NOON_MS;
  gateway = new FakeGateway("gw-532801-0001", STATION);
  hub = new LiveHub();
  const registry = testRegistry(testStation([{ id: gateway.id, publicKey: gateway.signer.publicKey }], STATION));
  previews = new Previews({ registry, hub, now: () => now, log: pino({ level: "silent" }) });
  previews.attach({
    onChannel: (_channel, handler) => {
      deliver = handler;
    },
  });
});

async function show(seqs: readonly number[], signer: Signer = gateway.signer): Promise<void> {
  now += 5_000;
  const lines = seqs.map((seq) => gateway.lines[seq - 1]!);
  const from = { gateway: gateway.id, station: gateway.station, headSeq: gateway.seq, acknowledgedSeq: 0 };
  deliver({ gateway: gateway.id, channel: "live", payload: await encodePreview(from, lines, signer) });
}

describe("previews", () => {
  it("show the newest level of each tank and the sales, marked as provisional", async () => {
    const client = hub.open(() => true)!;
    for (const level of [1_000, 2_000]) gateway.add(tank(level), NOON_MS);
    gateway.add(sale({}), NOON_MS);
    await show([1, 2, 3]);
    const state = previews.of(STATION);
    expect(state).toMatchObject({ provisional: true, gateway: gateway.id, headSeq: 3 });
    expect(state?.tanks.map(({ seq }) => seq)).toEqual([2]);
    expect(state?.sales.map(({ seq }) => seq)).toEqual([3]);
    const event = await client.events().next();
    expect(event.value).toMatchObject({ name: "provisional", station: STATION, data: state });
  });

  it("show single sales only to who may see sales", async () => {
    gateway.add(tank(1_000), NOON_MS);
    gateway.add(sale({}), NOON_MS);
    await show([1, 2]);
    const state = previews.of(STATION)!;
    const told = provisionalFor(machine("levels", ["stations:view"]), state);
    expect(told).toMatchObject({ tanks: [{ seq: 1 }], sales: [] });
    expect(provisionalFor(machine("all", ["stations:view", "sales:view"]), state)).toEqual(state);
  });

  it("end for what the chain has brought", async () => {
    gateway.add(tank(1_000), NOON_MS);
    gateway.add(sale({}), NOON_MS);
    await show([1, 2]);
    previews.stored(gateway.id, 1);
    expect(previews.of(STATION)).toMatchObject({ storedSeq: 1, tanks: [], sales: [{ seq: 2 }] });
    previews.stored(gateway.id, 2);
    expect(previews.of(STATION)).toBeNull();
  });

  it("are not believed when somebody else signed them, when they are repeated, or when the chain has overtaken them", async () => {
    gateway.add(tank(1_000), NOON_MS);
    await show([1], ed25519Signer(generateKeyPem()));
    expect(previews.of(STATION)).toBeNull();
    await show([1]);
    gateway.add(tank(2_000), NOON_MS);
    await show([2]);
    const first = gateway.lines.slice(0, 1);
    now += 5_000;
    const old = { gateway: gateway.id, station: gateway.station, headSeq: 1, acknowledgedSeq: 0 };
    deliver({ gateway: gateway.id, channel: "live", payload: await encodePreview(old, first, gateway.signer) });
    expect(previews.of(STATION)?.tanks.map(({ seq }) => seq)).toEqual([2]);
    previews.stored(gateway.id, 5);
    await show([2]);
    expect(previews.of(STATION)).toBeNull();
  });

  it("are looked at once a second at the most, and forgotten when nothing follows", async () => {
    gateway.add(tank(1_000), NOON_MS);
    await show([1]);
    gateway.add(tank(2_000), NOON_MS);
    now -= 4_500;
    await show([2]);
    expect(previews.of(STATION)?.headSeq).toBe(1);
    now += 600_001;
    expect(previews.of(STATION)).toBeNull();
  });
});

it("a preview on the wire is shown by the API, and neither stored, nor counted, nor judged", async () => {
  const registry = testRegistry(testStation([{ id: gateway.id, publicKey: gateway.signer.publicKey }], STATION));
  const collector = await runCollector(registry);
  const connected = await ConnectedGateway.connect(collector, gateway);
  gateway.add(sale({}), NOON_MS);
  const from = { gateway: gateway.id, station: gateway.station, headSeq: 1, acknowledgedSeq: 0 };
  await connected.send("live", await encodePreview(from, gateway.lines, gateway.signer));
  const read = async (path: string) =>
    (await fetch(`${collector.http}/api/v1/${path}`, { headers: SIGNED })).json() as Promise<never>;
  type Answer = { provisional: { sales: unknown[] } | null };
  const shown = () => read(`stations/${STATION}/provisional`) as Promise<Answer>;
  await until(async () => (await shown()).provisional?.sales.length === 1);
  expect(await read("sales")).toMatchObject({ items: [] });
  expect(await read("flags")).toMatchObject({ items: [] });
  expect(await read(`stations/${STATION}`)).toMatchObject({ station: { today: { sales: 0 } } });
  await connected.ask("batch", await gateway.batch());
  await until(async () => (await shown()).provisional === null);
  expect(await read("sales")).toMatchObject({ items: [{ seq: 1 }] });
  await connected.close();
  await collector.remove();
});
