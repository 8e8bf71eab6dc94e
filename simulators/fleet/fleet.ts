/** Thousands of gateways at one collector: their trade, their outages, their storms, as fast as told or as it takes. */
import { createPrivateKey } from "node:crypto";
import { ed25519Signer, ed25519Verifier, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { type Random, randomStream } from "../random.ts";
import { type FleetCollector, type FleetCounts, FleetGateway } from "./gateway.ts";
import { type Model, simulateModels } from "./models.ts";

export interface FleetPlan {
  stations: number;
  days: number;
  seed: number;
  /** Share of the stations that cheat, and that come in late with hours of backlog. */
  cheats: number;
  late: number;
  /** How often in the whole time half of the gateways lose the line at once and come back together. */
  storms: number;
  /** Simulated ms between two batches of a gateway. */
  everyMs: number;
  /** Simulated seconds a second; undefined: as fast as the collector gives receipts. */
  speed: number | undefined;
  /** The end of the reported time, epoch ms. */
  until: number;
}

export interface FleetResult extends FleetCounts {
  stations: number;
  cheating: number;
  seconds: number;
  recordsPerSecond: number;
  cpuSeconds: number;
}

/** Who the fleet consists of: settled by plan and seed before anything is sent. */
export interface FleetMember {
  station: string;
  model: Model;
  signer: Signer;
  /** Comes online at this simulated instant. */
  onlineAt: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MODELS = { honest: 24, cheating: 8 };
const COUNTIES = ["532801", "532822", "532823"];
const STORM_SHARE = 0.5;
/** Those whom a storm threw out come back within this, real ms: agents spread themselves (jitter from 1 s up). */
const BACK_WITHIN_MS = 5_000;
/** New work waits while this many records are without a receipt: the fleet's own memory of what is on its way. */
const MOST_OWED = 100_000;
const LOOK_MS = 5;
/** Nobody answers for this long: the collector is gone. */
const GIVE_UP_MS = 60_000;
/** What stands before 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = "302e020100300506032b657004220420";

/** Settles who is in the fleet. The same plan gives the same stations, keys and cheats. */
export function fleetMembers(plan: FleetPlan): FleetMember[] {
  const from = plan.until - plan.days * DAY_MS;
  const cheating = plan.cheats > 0 ? MODELS.cheating : 0;
  const honest = Math.min(MODELS.honest, Math.max(1, plan.stations));
  const models = simulateModels({ honest, cheating, seed: plan.seed, span: { from, until: plan.until } });
  const choose = randomStream(plan.seed, "fleet");
  return Array.from({ length: plan.stations }, (_, number) => {
    const station = `${COUNTIES[number % COUNTIES.length]}-${String(number + 1).padStart(4, "0")}`;
    const cheats = choose.next() < plan.cheats;
    const model = cheats ? models[honest + choose.integer(0, cheating - 1)]! : models[choose.integer(0, honest - 1)]!;
    const lateMs = choose.next() < plan.late ? choose.between(2, 8) * HOUR_MS : 0;
    return { station, model, signer: signerOf(`${plan.seed}/${station}`), onlineAt: from + lateMs };
  });
}

function signerOf(name: string): Signer {
  const der = Buffer.from(PKCS8_HEAD + sha256Hex(name), "hex");
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return ed25519Signer(key.export({ format: "pem", type: "pkcs8" }).toString());
}

/** Runs the fleet until everything has its receipt. @throws Error when the collector gives no sign of life any more */
export async function runFleet(
  plan: FleetPlan,
  members: readonly FleetMember[],
  of: { url: string; publicKey: string; tell: (text: string) => void },
): Promise<FleetResult> {
  const counts: FleetCounts = { connections: 0, batches: 0, records: 0, receipts: 0, refused: 0, resends: 0 };
  const collector: FleetCollector = { url: of.url, publicKey: of.publicKey, verifier: ed25519Verifier(of.publicKey) };
  const fleet = members.map((member) => ({ ...member, gateway: new FleetGateway({ ...member, collector, counts }) }));
  const from = plan.until - plan.days * DAY_MS;
  const storms = stormTimes(plan, from);
  const chance = randomStream(plan.seed, "fleet-storms");
  const began = performance.now();
  const usedBefore = process.cpuUsage();
  for (let at = from; at < plan.until; ) {
    at = Math.min(at + plan.everyMs, plan.until);
    while (storms.length > 0 && storms[0]! <= at) {
      storms.shift();
      of.tell(`a storm: half of ${fleet.length} gateways lose the line`);
      await storm(fleet, chance);
    }
    for (const { gateway, onlineAt } of fleet) {
      if (onlineAt <= at && !gateway.isOnline) await gateway.connect();
      gateway.advance(at);
    }
    await pace(plan, { fleet, at, from, began, counts });
  }
  for (const { gateway } of fleet) if (!gateway.isOnline) await gateway.connect();
  await settled(fleet, counts, 0);
  for (const { gateway } of fleet) gateway.drop();
  const seconds = (performance.now() - began) / 1_000;
  const used = process.cpuUsage(usedBefore);
  return {
    ...counts,
    stations: fleet.length,
    cheating: fleet.filter(({ model }) => model.cheat !== undefined).length,
    seconds,
    recordsPerSecond: counts.records / seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

function stormTimes(plan: FleetPlan, from: number): number[] {
  const random = randomStream(plan.seed, "storm-times");
  const times = Array.from({ length: plan.storms }, () => random.between(from, plan.until));
  return times.sort((first, second) => first - second);
}

async function storm(fleet: readonly { gateway: FleetGateway }[], chance: Random): Promise<void> {
  const out = fleet.filter(({ gateway }) => gateway.isOnline && chance.next() < STORM_SHARE);
  for (const { gateway } of out) gateway.drop();
  await Promise.all(
    out.map(async ({ gateway }) => {
      await new Promise((resolve) => setTimeout(resolve, chance.between(0, BACK_WITHIN_MS)));
      await gateway.connect();
    }),
  );
}

/** At a given speed waits for its instant; without one until not too much is owed. */
async function pace(
  plan: FleetPlan,
  of: {
    fleet: readonly { gateway: FleetGateway }[];
    at: number;
    from: number;
    began: number;
    counts: FleetCounts;
  },
): Promise<void> {
  if (plan.speed === undefined) return settled(of.fleet, of.counts, MOST_OWED);
  const leftMs = of.began + (of.at - of.from) / plan.speed - performance.now();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}

/** Waits until those online owe no more than `most` records. Whoever was thrown out meanwhile is connected again. */
async function settled(fleet: readonly { gateway: FleetGateway }[], counts: FleetCounts, most: number): Promise<void> {
  let heard = counts.receipts;
  let heardAt = performance.now();
  for (;;) {
    const owed = fleet.reduce((sum, { gateway }) => sum + (gateway.isOnline || most === 0 ? gateway.owed : 0), 0);
    if (owed <= most) return;
    if (counts.receipts !== heard) {
      heard = counts.receipts;
      heardAt = performance.now();
    }
    if (performance.now() - heardAt > GIVE_UP_MS) {
      throw new Error(
        `no receipt for ${GIVE_UP_MS / 1_000} s; ${owed} records are owed, ${counts.refused} batches refused`,
      );
    }
    if (most === 0) for (const { gateway } of fleet) if (!gateway.isOnline && gateway.owed > 0) await gateway.connect();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
