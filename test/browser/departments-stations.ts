/** The stations of the browser tests of the departments, and what happens at the first of them. */
import { locationOf } from "@forecourt/collector/registry/place.ts";
import type { StationEntry } from "@forecourt/collector/registry/schema.ts";
import type { FakeGateway } from "@forecourt/collector/testing/fake-gateway.ts";
import { sale, seal, tank } from "@forecourt/collector/testing/records.ts";
import { ConnectedGateway, SIGNED, type TestCollector, until } from "@forecourt/collector/testing/running.ts";
import { testStation } from "@forecourt/collector/testing/stations.ts";

export const STATION = "532801-0001";
const DEADLINE_MS = 30_000;

type Gateways = Parameters<typeof testStation>[0];

/** Three stations of two counties, the first of them with a gateway. */
export function townStations(box: FakeGateway): StationEntry[] {
  return [
    townStation("景洪江滨加油站", STATION, [100.8, 22.01], [{ id: box.id, publicKey: box.signer.publicKey }]),
    townStation("嘎洒温泉加油站", "532801-0002", [100.72, 21.96], []),
    townStation("勐海茶城加油站", "532822-0001", [100.45, 21.96], []),
  ];
}

/** A station with a place on the map. */
function townStation(nameZh: string, id: string, [longitude, latitude]: readonly [number, number], gateways: Gateways) {
  const location = locationOf("wgs84", longitude * 1_000_000, latitude * 1_000_000);
  return { ...testStation(gateways, id), nameZh, location };
}

/** A station with sales and levels; a cut seal for market regulation, an amount that is not right for tax. */
export async function sellAndTamper(collector: TestCollector, box: FakeGateway): Promise<void> {
  const connected = await ConnectedGateway.connect(collector, box);
  const startMs = Date.now() - 3_600_000;
  box.add(seal(), startMs);
  for (let n = 0; n < 12; n += 1) {
    box.add(tank(1_500_000 - n * 2_000), startMs + n * 240_000);
    box.add(sale({ beforeVolumeCl: 1_000_000 + n * 2_000 }), startMs + n * 240_000 + 60_000);
  }
  box.add(sale({ beforeVolumeCl: 1_024_000, amountFen: 11_000 }), startMs + 3_000_000);
  box.add(seal({ state: "cut", tamperCount: 1 }), startMs + 3_300_000);
  await connected.ask("batch", await box.batch());
  await connected.close();
  const flags = async () =>
    ((await (await fetch(`${collector.http}/api/v1/flags`, { headers: SIGNED })).json()) as { items: unknown[] }).items;
  await until(async () => (await flags()).length > 1, DEADLINE_MS);
}
