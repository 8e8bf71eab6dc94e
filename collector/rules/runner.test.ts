import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { RuleStore, RulesCommit, Store } from "../store/store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { NOON_MS, sale, seal, seen, tank } from "../testing/records.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { rerunRules } from "./rerun.ts";
import type { RuleInput } from "./rule.ts";
import { RuleRunner } from "./runner.ts";

const source = new FakeGateway("gw-532801-0001", "532801-0001", ed25519Signer(generateKeyPem()));
const registry = testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station));

/** One record of a station where much goes wrong. */
const body = fc.oneof(
  fc
    .record({ lostCl: fc.integer({ min: 0, max: 3 }) })
    .map(({ lostCl }) => sale({ beforeVolumeCl: 1_000_000 - lostCl })),
  fc.integer({ min: 900_000, max: 1_000_000 }).map((volumeCl) => tank(volumeCl)),
  fc.constantFrom("sealed" as const, "open" as const, "cut" as const).map((state) => seal({ state: state })),
  fc.integer({ min: 700, max: 2_000 }).map((amountFen) => sale({ amountFen })),
);

class Trial {
  readonly store: Store;
  readonly commits: RulesCommit[] = [];
  runner!: RuleRunner;
  #seq = 0;
  #flag = 0;
  #nowMs = NOON_MS;
  #lives = 0;

  private constructor(store: Store) {
    this.store = store;
  }

  static async open(): Promise<Trial> {
    const trial = new Trial(await openSqliteStore(":memory:"));
    await trial.restart();
    return trial;
  }

  /** A new process after a crash: nothing but the store is left. */
  async restart(): Promise<void> {
    const { rules } = this.store;
    this.#lives += 1;
    const life = this.#lives;
    // What a killed process was about to do is never done.
    const alive = <T>(act: () => Promise<T>) => (life === this.#lives ? act() : new Promise<T>(() => undefined));
    const noted: RuleStore = {
      ...rules,
      inputsAfter: (...of) => alive(() => rules.inputsAfter(...of)),
      commitTick: (...of) => alive(() => rules.commitTick(...of)),
      commit: (station, commit) =>
        alive(() => {
          this.commits.push(commit);
          return rules.commit(station, commit);
        }),
    };
    this.runner = new RuleRunner({
      store: noted,
      registry,
      configured: {},
      now: () => this.#nowMs,
      newId: () => {
        this.#flag += 1;
        return `flag-${this.#flag}`;
      },
      log: pino({ level: "silent" }),
      onFlags: () => undefined,
    });
    await this.runner.start();
  }

  /** @param andTick whether time passes behind it; without, a kill meets the rules somewhere on their way */
  async batch(bodies: readonly object[], andTick = true): Promise<void> {
    this.#nowMs += 60_000;
    const first = this.#seq + 1;
    this.#seq += bodies.length;
    const records = bodies.map((one, index) => seen(one, first + index, this.#nowMs + index));
    const lines = records.map(({ record }) => ({ seq: record.seq, line: canonical(record), hash: GENESIS_HASH }));
    const about = { gateway: source.id, station: source.station, receivedMs: this.#nowMs, envelope: Buffer.from("x") };
    const [id] = await this.store.ingest.commit([{ ...about, lines, records }]);
    const input: RuleInput = { kind: "batch", atMs: this.#nowMs, gateway: source.id, records };
    this.runner.offer(source.station, id!, input);
    if (andTick) await this.runner.tick();
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("the rules behind the inbox", () => {
  it("give the same flags as a run without a break, wherever the process is killed", async () => {
    const bodies = fc.array(body, { minLength: 1, maxLength: 5 });
    const step = fc.oneof({ weight: 4, arbitrary: fc.record({ bodies, tick: fc.boolean() }) }, fc.constant("kill"));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 20 }), async (steps) => {
        const trial = await Trial.open();
        try {
          for (const one of steps) {
            await (typeof one === "string" ? trial.restart() : trial.batch(one.bodies, one.tick));
          }
          await trial.runner.tick();
          expect((await rerunRules(trial.store.rules, registry, {})).differences).toEqual([]);
        } finally {
          await trial.store.close();
        }
      }),
      { numRuns: 100 },
    );
  });

  it("leave the stored cursor behind while there is nothing to say, until time passes", async () => {
    const trial = await Trial.open();
    await trial.batch([tank(900_000)]);
    const { cursor } = await trial.store.rules.load(source.station);
    const before = trial.commits.length;
    for (let number = 0; number < 10; number += 1) await trial.batch([tank(900_000 - number)], false);
    expect(trial.commits.length).toBe(before);
    await trial.runner.tick();
    expect(trial.commits.length).toBe(before + 1);
    expect((await trial.store.rules.load(source.station)).cursor).toBe(cursor + 10);
    await trial.store.close();
  });

  it("write what they remember now and then and at a stop, not with each batch", async () => {
    const trial = await Trial.open();
    for (let number = 0; number < 60; number += 1) await trial.batch([tank(900_000 + number)]);
    expect(trial.commits.filter(({ states }) => states !== null)).toHaveLength(1);
    await trial.runner.stop();
    expect(trial.commits.at(-1)?.states).not.toBeNull();
    const { cursor, checkpoint } = await trial.store.rules.load(source.station);
    expect(checkpoint).toBe(cursor);
    await trial.store.close();
  });
});
