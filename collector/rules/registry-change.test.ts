/** A registry changes while records come: rules judge by the entry that was valid, and a re-run says the same. */
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import fc from "fast-check";
import { pino } from "pino";
import { expect, test } from "vitest";
import { Registrar } from "../registry/registrar.ts";
import { buildRegistry, type Registry } from "../registry/registry.ts";
import type { StationEntry } from "../registry/schema.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { MINUTE } from "../testing/judge.ts";
import { NOON_MS, sale, seal, seen, tank, total } from "../testing/records.ts";
import { STATION, testStation } from "../testing/stations.ts";
import { rerunRules } from "./rerun.ts";
import { RuleRunner } from "./runner.ts";

const source = new FakeGateway("gw-532801-0001", "532801-0001", ed25519Signer(generateKeyPem()));
const first = testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station);

/** The station as it may become: other capacity, other tank behind a nozzle, a nozzle more or less. */
const entries = fc.record({
  capacityL: fc.constantFrom(9_000, 10_000, 30_000),
  secondOn: fc.constantFrom("T1", "T2"),
  third: fc.boolean(),
  maxFlowLpm: fc.constantFrom(1, 50),
});
type Change = typeof entries extends fc.Arbitrary<infer T> ? T : never;

function changed({ capacityL, secondOn, third, maxFlowLpm }: Change): StationEntry {
  const [one, two] = first.dispensers[0]!.nozzles;
  const nozzles = [
    { ...one!, maxFlowLpm },
    { ...two!, tank: secondOn },
    ...(third ? [{ ...one!, nozzle: "N03" }] : []),
  ];
  return {
    ...first,
    dispensers: [{ device: "tax-1", nozzles }],
    tanks: [{ ...first.tanks[0]!, capacityL }, first.tanks[1]!],
  };
}

/** A collector's rules and registry on one store; a restart leaves nothing else. */
class Trial {
  readonly store: Store;
  registry!: Registry;
  registrar!: Registrar;
  runner!: RuleRunner;
  nowMs = NOON_MS;
  #seq = 0;
  #flag = 0;

  constructor(store: Store) {
    this.store = store;
  }

  async restart(): Promise<void> {
    this.registry = buildRegistry({ stations: [] });
    this.registrar = new Registrar({
      store: this.store.registry,
      registry: this.registry,
      now: () => this.nowMs,
      onInput: (station, id, input) => this.runner.offer(station, id, input),
      onGatewayGone: () => undefined,
      checkpoint: async () => undefined,
    });
    await this.registrar.start([first]);
    this.runner = new RuleRunner({
      store: this.store.rules,
      registry: this.registry,
      configured: {},
      now: () => this.nowMs,
      newId: () => {
        this.#flag += 1;
        return `flag-${this.#flag}`;
      },
      log: pino({ level: "silent" }),
      onFlags: () => undefined,
    });
    await this.runner.start();
  }

  async change(entry: StationEntry, fromMs = this.nowMs) {
    const after = this.registrar.current(STATION)!.version;
    const done = await this.registrar.carryOut([{ entry, after }], { who: "张三", why: "改造", fromMs });
    await this.runner.tick();
    return done;
  }

  /** @param lateMs how long the records were under way */
  async batch(bodies: readonly object[], lateMs = 0): Promise<void> {
    this.nowMs += MINUTE;
    const at = this.nowMs - lateMs;
    const records = bodies.map((one, index) => seen(one, this.#seq + index + 1, at + index));
    this.#seq += bodies.length;
    const lines = records.map(({ record }) => ({ seq: record.seq, line: canonical(record), hash: GENESIS_HASH }));
    const about = { gateway: source.id, station: source.station, receivedMs: this.nowMs, envelope: Buffer.from("x") };
    const [id] = await this.store.ingest.commit([{ ...about, lines, records }]);
    this.runner.offer(STATION, id!, { kind: "batch", atMs: this.nowMs, gateway: source.id, records });
    await this.runner.tick();
  }

  async flags(): Promise<string[]> {
    return (await this.store.rules.allFlags(STATION)).map(({ rule, subject }) => `${rule} ${subject}`);
  }
}

async function open(): Promise<Trial> {
  const trial = new Trial(await openSqliteStore(":memory:"));
  await trial.restart();
  return trial;
}

const body = fc.oneof(
  fc.integer({ min: 800_000, max: 1_000_000 }).map((volumeCl) => tank(volumeCl)),
  fc.integer({ min: 100, max: 5_000 }).map((volumeCl) => sale({ nozzle: "N02", volumeCl, beforeVolumeCl: 1_000_000 })),
  fc.constantFrom("N01", "N03").map((nozzle) => total(1_000_000, { nozzle })),
  fc.constantFrom("sealed" as const, "cut" as const).map((state) => seal({ state })),
);

test("flags are the same in a re-run, wherever the registry changes and the process is killed", async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ bodies: fc.array(body, { minLength: 1, maxLength: 5 }), late: fc.nat(20) }) },
    { weight: 2, arbitrary: entries },
    fc.constant("kill" as const),
  );
  let changes = 0;
  let flags = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const trial = await open();
      try {
        for (const one of steps) {
          if (one === "kill") await trial.restart();
          else if ("bodies" in one) await trial.batch(one.bodies, one.late * MINUTE);
          else if ((await trial.change(changed(one))).ok) changes += 1;
        }
        const again = await rerunRules(trial.store.rules, trial.registry, {});
        expect(again.differences).toEqual([]);
        flags += again.flags;
      } finally {
        await trial.store.close();
      }
    }),
    { numRuns: 40 },
  );
  expect(Math.min(changes, flags)).toBeGreaterThan(30);
});

const OVERFULL = "wetstock.tank-level T1";

test("a record that comes late is judged by the entry that was valid at its time", async () => {
  const trial = await open();
  const full = [tank(980_000)];
  await trial.batch(full);
  expect(await trial.flags()).not.toContain(OVERFULL);
  trial.nowMs += 60 * MINUTE;
  await trial.change(changed({ capacityL: 10_000, secondOn: "T2", third: false, maxFlowLpm: 50 }));
  await trial.batch(full, 30 * MINUTE);
  expect(await trial.flags()).not.toContain(OVERFULL);
  await trial.batch(full);
  expect(await trial.flags()).toContain(OVERFULL);
  await trial.store.close();
});

test("a change that holds since an hour ago judges only what comes from now on", async () => {
  const trial = await open();
  trial.nowMs += 60 * MINUTE;
  await trial.batch([tank(980_000)]);
  await trial.change(changed({ capacityL: 10_000, secondOn: "T2", third: false, maxFlowLpm: 50 }), NOON_MS);
  expect(await trial.flags()).not.toContain(OVERFULL);
  await trial.batch([tank(980_001)], 10 * MINUTE);
  expect(await trial.flags()).toContain(OVERFULL);
  await trial.store.close();
});
