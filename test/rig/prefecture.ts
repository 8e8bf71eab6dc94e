/**
 * A small prefecture for the screens: stations of three counties around their seats, some online, some silent, one never
 * heard, with sales, levels and flags. One collector in this process; the gateways are played by the test.
 */

import { delivery } from "@forecourt/collector/testing/equipment.ts";
import { FakeGateway } from "@forecourt/collector/testing/fake-gateway.ts";
import { everybody } from "@forecourt/collector/testing/people.ts";
import { gateway, health, identity, link, sale, seal, tank } from "@forecourt/collector/testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector } from "@forecourt/collector/testing/running.ts";
import { testRegistry, testStation } from "@forecourt/collector/testing/stations.ts";
import { inventedPlace } from "@forecourt/simulators/scenario/invented-place.ts";
import Database from "better-sqlite3";

const NAMES = ["江滨", "曼弄枫", "嘎洒", "勐罕", "勐龙", "曼飞龙", "普文", "大渡岗"];
const COUNTIES = [
  { code: "532801", name: "景洪市", stations: 8 },
  { code: "532822", name: "勐海县", stations: 4 },
  { code: "532823", name: "勐腊县", stations: 4 },
];
const ENGLISH = "Station";
/** Heard last a day ago. */
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

export interface Prefecture {
  collector: TestCollector;
  stations: string[];
  /** a sale at this moment at the first station */
  sell: () => Promise<void>;
  remove: () => Promise<void>;
}

type CollectorChanges = NonNullable<Parameters<typeof runCollector>[1]>;

/** @param changes of the collector's configuration */
export async function startPrefecture(changes: CollectorChanges = {}): Promise<Prefecture> {
  const places = COUNTIES.flatMap(({ code, name, stations }) =>
    Array.from({ length: stations }, (_, index) => ({
      id: `${code}-${String(index + 1).padStart(4, "0")}`,
      county: name,
    })),
  );
  const boxes = places.map(({ id }) => new FakeGateway(`gw-${id}`, id));
  const entries = places.map(({ id, county }, index) => ({
    ...testStation([{ id: boxes[index]!.id, publicKey: boxes[index]!.signer.publicKey }], id),
    nameZh: `${county.slice(0, 2)}${NAMES[index % NAMES.length]}加油站`,
    nameEn: `${ENGLISH} ${index + 1}`,
    county,
    // The last is not placed, as in every real registry.
    ...(index === places.length - 1 ? {} : { location: inventedPlace(id)! }),
  }));
  const collector = await runCollector(testRegistry(...entries), { people: everybody(), ...changes });
  // The last two were never heard.
  for (const [index, box] of boxes.slice(0, -2).entries()) await fill(collector, box, index);
  fallSilent(collector, [boxes[2]!, boxes[9]!]);
  const first = await ConnectedGateway.connect(collector, boxes[0]!);
  return {
    collector,
    stations: places.map(({ id }) => id),
    sell: async () => {
      const { seq } = boxes[0]!;
      boxes[0]!.add(sale({ beforeVolumeCl: 1_000_000 + seq * 2_000 }), Date.now());
      await first.ask("batch", await boxes[0]!.batch(seq + 1));
    },
    remove: async () => {
      await first.close();
      await collector.remove();
    },
  };
}

/** What a station said today. Every fourth has a seal that was cut. */
async function fill(collector: TestCollector, box: FakeGateway, index: number): Promise<void> {
  const startMs = Date.now() - 60_000;
  if (index === 0) filledThisAfternoon(box, startMs);
  box.add(gateway(), startMs);
  box.add(link("up"), startMs + 1);
  box.add(identity(), startMs + 2);
  box.add(tank(1_200_000 + index * 40_000), startMs + 3);
  box.add(tank(900_000 + index * 30_000, { tank: "T2" }), startMs + 3);
  box.add(seal(), startMs + 4);
  box.add(health(), startMs + 5);
  for (let n = 0; n < 6 + index; n += 1) {
    const nozzle = n % 3 === 2 ? { nozzle: "N02" } : {};
    box.add(sale({ beforeVolumeCl: 1_000_000 + n * 2_000, ...nozzle }), startMs + 10 + n * 900);
  }
  if (index % 4 === 1) box.add(seal({ state: "cut", tamperCount: 1 }), startMs + 40_000);
  const connected = await ConnectedGateway.connect(collector, box);
  await connected.ask("batch", await box.batch());
  await connected.close();
}

/** Three hours of a tank's levels with a delivery in between, of which nobody was told. */
function filledThisAfternoon(box: FakeGateway, untilMs: number): void {
  for (let quarter = 12; quarter > 0; quarter -= 1) {
    const atMs = untilMs - quarter * QUARTER_MS;
    if (quarter === 5) box.add(delivery(atMs - 1), atMs - 1);
    const levelUm = (quarter > 5 ? 900_000 : 1_300_000) + quarter * 4_000;
    box.add(tank(levelUm, { levelUm }), atMs);
  }
}

/** A station counts as silent some minutes after it was last heard: here that is made to lie in the past. */
function fallSilent(collector: TestCollector, boxes: readonly FakeGateway[]): void {
  const database = new Database(collector.config.database);
  const set = database.prepare("UPDATE gateway SET heard_ms = ? WHERE id = ?");
  for (const { id } of boxes) set.run(Date.now() - DAY_MS, id);
  database.close();
}
