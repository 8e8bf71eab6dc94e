/**
 * The order of arrival, held to a model: whatever a gateway sends in whatever order, and however many of its messages
 * wait at once and share a transaction, what is stored is the longest run of its journal that could be stored.
 * FORECOURT_SOAK=1 runs thousands of orders.
 */
import { randomBytes } from "node:crypto";
import { type CollectorAnswer, decodeAnswerMessage, encodeHello } from "@forecourt/protocol/batch/answer.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { collectorItself } from "../access/reader.ts";
import type { RuleInput } from "../rules/rule.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { NOON_MS, tank } from "../testing/records.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { Inbox } from "./inbox.ts";
import type { UpMessage } from "./transport.ts";

const RECORDS = 40;
const RUNS = process.env.FORECOURT_SOAK === "1" ? 5_000 : 150;
const TIMEOUT_MS = 30_000 + RUNS * 100;
const signer = ed25519Signer(generateKeyPem());
const verifier = ed25519Verifier(signer.publicKey);
const source = new FakeGateway("gw-532801-0001", "532801-0001");
for (let number = 0; number < RECORDS; number += 1) source.add(tank(1_000_000 - number), NOON_MS + number);
/** Another story of the same gateway, signed with its own key. */
const liar = new FakeGateway(source.id, source.station, source.signer);
for (let number = 0; number < RECORDS; number += 1) liar.add(tank(900_000 - number), NOON_MS + number);
const registry = testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station));

type Step =
  | { send: "batch"; from: number; to: number }
  /** follows what was sent last: what an honest gateway does */
  | { send: "next"; count: number }
  | { send: "liar"; from: number; to: number }
  | { send: "hello" }
  | { send: "noise" }
  /** lets the collector work before more is sent */
  | { send: "pause" };

const span = fc.tuple(fc.integer({ min: 1, max: RECORDS }), fc.integer({ min: 0, max: 12 })).map(([from, more]) => ({
  from,
  to: Math.min(RECORDS, from + more),
}));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 6 }).map((count): Step => ({ send: "next", count })) },
  { weight: 3, arbitrary: span.map((of): Step => ({ send: "batch", ...of })) },
  { weight: 1, arbitrary: span.map((of): Step => ({ send: "liar", ...of })) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ send: "hello" }, { send: "noise" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ send: "pause" }) },
);

/** One collector with an empty store and one gateway's messages; its commits fail where the test says so. */
class Trial {
  readonly answers: CollectorAnswer[] = [];
  readonly inputs: { id: number; input: RuleInput }[] = [];
  readonly #store: Store;
  readonly #fails: () => boolean;
  #deliver: (message: UpMessage) => void = () => undefined;
  #answered = (): void => undefined;
  #nowMs = NOON_MS;
  #waiting = 0;

  private constructor(store: Store, fails: () => boolean) {
    this.#store = store;
    this.#fails = fails;
  }

  static async open(fails: () => boolean): Promise<Trial> {
    const trial = new Trial(await openSqliteStore(":memory:"), fails);
    const { ingest } = trial.#store;
    const log = pino({ level: "silent" });
    new Inbox({
      transport: {
        onMessage: (handler) => {
          trial.#deliver = handler;
        },
        answer: async (_gateway, payload) => trial.#take(payload),
      },
      store: { ...ingest, commit: (batches) => (trial.#fails() ? fail() : ingest.commit(batches)) },
      registry,
      signer,
      // Each look at the clock is a second later, so that every gap is asked about.
      now: () => {
        trial.#nowMs += 1_000;
        return trial.#nowMs;
      },
      log,
      onInput: (_station, id, input) => trial.inputs.push({ id, input }),
    });
    return trial;
  }

  #take(payload: Buffer): void {
    const answer = decodeAnswerMessage(payload, verifier);
    if (!answer.ok) throw new Error(answer.error.message);
    this.answers.push(answer.value);
    this.#answered();
  }

  /** Sends without waiting; when the queue could be full, waits first. */
  async send(payload: Buffer, channel = "batch"): Promise<void> {
    if (this.#waiting >= 30) await this.settle();
    this.#waiting += 1;
    this.#deliver({ gateway: source.id, channel, payload });
  }

  /** Returns when everything sent so far has been worked off: messages are answered in order, and this one always is. */
  async settle(): Promise<void> {
    const marker = randomBytes(24);
    const envelopeSha256 = sha256Hex(marker);
    const done = new Promise<void>((resolve) => {
      this.#answered = () => {
        const last = this.answers.at(-1);
        if (last?.type === "refusal" && last.envelopeSha256 === envelopeSha256) resolve();
      };
    });
    this.#deliver({ gateway: source.id, channel: "batch", payload: marker });
    await done;
    this.#waiting = 0;
  }

  async stored(): Promise<{ seq: number; lines: string[] }> {
    const { seq } = await this.#store.ingest.position(source.id);
    const range = { gateway: source.id, fromSeq: 1, toSeq: RECORDS };
    const rows = await this.#store.queries.records(collectorItself, [range], RECORDS + 1);
    return { seq, lines: rows.map((row) => row.line) };
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

const fail = () => Promise.reject(new Error("disk full"));

/** Plays a script. @returns how far the journal should be stored when no commit fails */
async function play(trial: Trial, script: readonly Step[]): Promise<number> {
  let expected = 0;
  let sent = 0;
  const honest = async (from: number, to: number) => {
    await trial.send(await batch(source, from, to));
    if (from <= expected + 1) expected = Math.max(expected, to);
  };
  for (const one of script) {
    if (one.send === "pause") await trial.settle();
    else if (one.send === "noise") await trial.send(randomBytes(20));
    else if (one.send === "hello") await trial.send(hello, "hello");
    else if (one.send === "liar") {
      if (expected > 0) await trial.send(await batch(liar, one.from, one.to));
    } else if (one.send === "batch") await honest(one.from, one.to);
    else if (sent < RECORDS) {
      await honest(sent + 1, Math.min(RECORDS, sent + one.count));
      sent = Math.min(RECORDS, sent + one.count);
    }
  }
  await trial.settle();
  return expected;
}

const hello = encodeHello({ type: "hello", gateway: source.id, lastSeq: RECORDS, lastHash: "0".repeat(64) });
const batches = new Map<string, Promise<Buffer>>();
function batch(of: FakeGateway, from: number, to: number): Promise<Buffer> {
  const key = `${of === liar} ${from} ${to}`;
  const made = batches.get(key) ?? of.batch(from, to);
  batches.set(key, made);
  return made;
}

/** Receipts never go back, and each names the hash at its place; the rules hear of each record once, in order. */
async function expectTrue(trial: Trial): Promise<number> {
  const { seq, lines } = await trial.stored();
  expect(lines).toEqual(source.lines.slice(0, seq));
  const receipts = trial.answers.filter((answer) => answer.type === "receipt");
  for (const [index, receipt] of receipts.entries()) {
    expect(receipt.hash).toBe(source.hashes[receipt.seq]?.toString("hex"));
    expect(receipt.seq).toBeGreaterThanOrEqual(receipts[index - 1]?.seq ?? 0);
  }
  expect(receipts.at(-1)?.seq ?? 0).toBe(seq);
  const heard = trial.inputs.flatMap(({ input }) => (input.kind === "batch" ? input.records : []));
  expect(heard.map(({ record }) => record.seq)).toEqual(lines.map((_, index) => index + 1));
  const ids = trial.inputs.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  return seq;
}

describe("the order of arrival", { timeout: TIMEOUT_MS }, () => {
  it("does not matter for what is stored, however many messages wait at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (script) => {
        const trial = await Trial.open(() => false);
        try {
          const expected = await play(trial, script);
          expect(await expectTrue(trial)).toBe(expected);
        } finally {
          await trial.close();
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("does not matter when commits fail now and then: nothing is acknowledged that is not stored", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 3 }).map((number) => number === 0)),
        async (script, fails) => {
          let healthy = true;
          const trial = await Trial.open(() => !healthy && fails.next().value === true);
          try {
            // Until something true is stored, nobody can tell two stories apart.
            await trial.send(await batch(source, 1, 1));
            await trial.settle();
            healthy = false;
            await play(trial, script);
            await expectTrue(trial);
            healthy = true;
            await trial.send(await batch(source, 1, RECORDS));
            await trial.settle();
            expect(await expectTrue(trial)).toBe(RECORDS);
          } finally {
            await trial.close();
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("is kept when one of several batches that wait together cannot be stored: those before it are", async () => {
    let calls = 0;
    // All three at once, then one by one: the second of them.
    const trial = await Trial.open(() => {
      calls += 1;
      return calls === 1 || calls === 3;
    });
    const payloads = await Promise.all([1, 11, 21].map((from) => batch(source, from, from + 9)));
    await Promise.all(payloads.map((payload) => trial.send(payload)));
    await trial.settle();
    expect(await expectTrue(trial)).toBe(10);
    await trial.close();
  });
});
