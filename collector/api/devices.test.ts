/** Gateways and devices over the API, and the daily reconciliation of a station's tanks. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { certificateEnds } from "../enrolment/certificate-ends.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { gateway, health, identity, link, sale, tank } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import type { GatewayView, Reconciliation } from "./device-schemas.ts";

const box = new FakeGateway("gw-532801-0001", "532801-0001");
let collector: TestCollector;

beforeAll(async () => {
  const never = testStation(
    [{ id: "gw-532801-0002", publicKey: new FakeGateway("gw-b", "s").signer.publicKey }],
    "532801-0002",
  );
  collector = await runCollector(
    testRegistry(testStation([{ id: box.id, publicKey: box.signer.publicKey }], box.station), never),
  );
  const connected = await ConnectedGateway.connect(collector, box);
  const startMs = Date.now() - 5_000;
  box.add(gateway(), startMs);
  box.add(link("up"), startMs + 1);
  box.add(identity(), startMs + 2);
  box.add(health(), startMs + 3);
  box.add(tank(2_000_000), startMs + 4);
  box.add(sale({ beforeVolumeCl: 1_000_000 }), startMs + 5);
  box.add(link("down", { device: "gauge-1", line: "gauge", reason: "no answer" }), startMs + 6);
  await connected.ask("batch", await box.batch());
  await connected.close();
}, 60_000);
afterAll(() => collector.remove());

const ask = async <Answer>(path: string) =>
  (await (await fetch(`${collector.http}/api/v1${path}`, { headers: SIGNED })).json()) as Answer;

it("names every gateway with what it runs, who approved that, how it fares and what hangs on its lines", async () => {
  const { items } = await ask<{ items: GatewayView[] }>("/devices");
  const [heard, never] = items;
  expect(items).toHaveLength(2);
  expect(heard).toMatchObject({
    ...{ gateway: box.id, station: box.station, state: "live", lastSeq: 7 },
    ...{ configApprovedBy: null, versionApprovedBy: null, certificateUntil: null },
  });
  expect(heard?.configSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(heard?.health?.gateway).toBe(box.id);
  expect(heard?.devices).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ device: "tax-1", kind: "tax-port", link: "up" }),
      expect.objectContaining({ device: "gauge-1", kind: "other", link: "down", linkReason: "no answer" }),
    ]),
  );
  expect(never).toMatchObject({ state: "never", version: null, health: null });
});

it("says who approved what runs", async () => {
  const before = (await ask<{ items: GatewayView[] }>("/devices")).items[0]!;
  const approved = await fetch(`${collector.http}/api/v1/gateways/${box.id}/approvals`, {
    method: "POST",
    headers: { ...SIGNED, "content-type": "application/json" },
    body: JSON.stringify({ configSha256: before.configSha256, by: "王芳", reason: "a test" }),
  });
  expect(approved.status).toBe(201);
  const after = (await ask<{ items: GatewayView[] }>("/devices")).items[0]!;
  expect(after.configApprovedBy).toBe("王芳");
});

it("reconciles each tank of a station by days, with what was sold from it", async () => {
  const lines = async () =>
    (await ask<{ items: Reconciliation[] }>(`/stations/${box.station}/reconciliation?days=2`)).items;
  await until(async () => (await lines()).some(({ tank: one, soldCl }) => one === "T1" && soldCl > 0));
  const found = await lines();
  expect(found.map(({ tank: one }) => one)).toEqual(["T1", "T1", "T2", "T2"]);
  expect(found[0]).toMatchObject({
    openingCl: null,
    deliveries: 0,
    soldCl: 2_000,
    closingCl: 2_000_000,
    differenceCl: null,
  });
  expect(found[2]).toMatchObject({ tank: "T2", soldCl: 0, closingCl: null });
});

it("takes a gateway's longest certificate that is not revoked for its end", () => {
  const certificate = (untilMs: number, revokedMs: number | null) => {
    return { serial: `${untilMs}`, gateway: box.id, pem: "", fromMs: 0, untilMs, revokedMs };
  };
  const ends = certificateEnds([certificate(5, null), certificate(9, null), certificate(20, 1)]);
  expect(ends.get(box.id)).toBe(9);
});
