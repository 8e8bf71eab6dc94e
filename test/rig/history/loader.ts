/**
 * Puts histories into a collector's database as if they had come day by day: the same inbox on the same signed batches,
 * the same rules and sums behind it, and a clock that is that of the history. Only the broker is left out.
 */
import { randomUUID } from "node:crypto";
import { Inbox } from "@forecourt/collector/inbox/inbox.ts";
import type { Transport, UpMessage } from "@forecourt/collector/inbox/transport.ts";
import { Registrar } from "@forecourt/collector/registry/registrar.ts";
import { buildRegistry, type Registry } from "@forecourt/collector/registry/registry.ts";
import type { StationEntry } from "@forecourt/collector/registry/schema.ts";
import { seenFiling } from "@forecourt/collector/rules/filings.ts";
import type { RuleInput } from "@forecourt/collector/rules/rule.ts";
import { RuleRunner } from "@forecourt/collector/rules/runner.ts";
import { StatisticsKeeper } from "@forecourt/collector/statistics/keeper.ts";
import { openSqliteStore } from "@forecourt/collector/store/sqlite/sqlite-store.ts";
import type { Store } from "@forecourt/collector/store/store.ts";
import { type CollectorAnswer, decodeAnswerMessage } from "@forecourt/protocol/batch/answer.ts";
import { openBatch } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Verifier, type Signer, type Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { Filing } from "@forecourt/protocol/filings/schema.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { type Logger, pino } from "pino";

export interface LoaderOptions {
  database: string;
  /** the collector's own */
  signer: Signer;
  /** the stations as they are registered when the histories begin */
  stations: readonly StationEntry[];
  /** epoch ms at which the histories begin */
  fromMs: number;
  /** whether the rules look at what comes */
  rules: boolean;
}

/** Messages of one gateway on their way, fewer than the inbox lets wait. */
const WINDOW = 8;

export class HistoryLoader {
  readonly #store: Store;
  readonly #registrar: Registrar;
  readonly #runner: RuleRunner | undefined;
  readonly #statistics: StatisticsKeeper;
  readonly #inbox: Inbox;
  readonly #transport: MemoryTransport;
  #nowMs: number;

  private constructor(store: Store, options: LoaderOptions) {
    const { signer, rules, fromMs } = options;
    const registry: Registry = buildRegistry({ stations: [] });
    const log: Logger = pino({ level: "error" }, pino.destination(2));
    const now = () => this.#nowMs;
    this.#store = store;
    this.#nowMs = fromMs;
    this.#transport = new MemoryTransport(ed25519Verifier(signer.publicKey));
    const onInput = (station: string, id: number, input: RuleInput) => {
      this.#runner?.offer(station, id, input);
      this.#statistics.offer(id, input);
    };
    const nothing = async () => undefined;
    this.#registrar = new Registrar({
      ...{ store: store.registry, registry, now, onInput },
      onGatewayGone: () => undefined,
      checkpoint: nothing,
    });
    const behind = {
      store: store.rules,
      registry,
      configured: {},
      now,
      newId: randomUUID,
      log,
      onFlags: () => undefined,
    };
    this.#runner = rules ? new RuleRunner(behind) : undefined;
    this.#statistics = new StatisticsKeeper({ store: store.statistics, gradeOf: registry.gradeOf, log });
    this.#inbox = new Inbox({ transport: this.#transport, store: store.ingest, registry, signer, now, log, onInput });
  }

  static async open(options: LoaderOptions): Promise<HistoryLoader> {
    const loader = new HistoryLoader(await openSqliteStore(options.database), options);
    await loader.#registrar.start(options.stations);
    await loader.#runner?.start();
    return loader;
  }

  /** The time of the history, epoch ms; it only goes on. */
  set nowMs(ms: number) {
    this.#nowMs = ms;
  }

  /** Takes batches of one gateway in, in order. @throws Error when one is refused */
  async take(gateway: GatewayId, envelopes: readonly Buffer[]): Promise<void> {
    for (let from = 0; from < envelopes.length; from += WINDOW) {
      await this.#transport.deliver(gateway, envelopes.slice(from, from + WINDOW));
    }
  }

  /** Somebody files something about a station. */
  async file(filing: Filing): Promise<void> {
    // A history numbers what is filed by station.
    const seen = { ...seenFiling(filing), id: `${filing.station}/${filing.id}` };
    const id = await this.#store.filings.addFiling(seen, this.#nowMs);
    if (id !== undefined) this.#runner?.offer(seen.station, id, { kind: "filing", atMs: this.#nowMs, filing: seen });
  }

  /** Lets rules and sums catch up, and the rules notice what did not come. */
  async settle(): Promise<void> {
    await this.#runner?.tick();
    await this.#statistics.workOff();
  }

  /** Registers stations that begin later. */
  async register(stations: readonly StationEntry[]): Promise<void> {
    const orders = stations.map((entry) => ({ entry, after: 0 }));
    const done = await this.#registrar.carryOut(orders, { who: "registry file", why: "演示 demonstration" });
    if (!done.ok) throw new Error(`${done.error.station}: ${done.error.message.en}`);
  }

  async close(): Promise<void> {
    await this.#inbox.stop();
    await this.#runner?.stop();
    await this.#statistics.workOff();
    await this.#statistics.stop();
    await this.#store.close();
  }
}

/** Hands messages to the inbox within the process, and waits for the receipt of the last. */
class MemoryTransport implements Transport {
  readonly #verifier: Verifier;
  #handler: (message: UpMessage) => void = () => undefined;
  #heard: (answer: CollectorAnswer) => void = () => undefined;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  onMessage(handler: (message: UpMessage) => void): void {
    this.#handler = handler;
  }

  async answer(_gateway: GatewayId, payload: Buffer): Promise<void> {
    const answer = decodeAnswerMessage(payload, this.#verifier);
    if (!answer.ok) throw new Error(answer.error.message);
    this.#heard(answer.value);
  }

  deliver(gateway: GatewayId, envelopes: readonly Buffer[]): Promise<void> {
    const last = envelopes.at(-1);
    if (last === undefined) return Promise.resolve();
    const lastSeq = lastSeqOf(last);
    return new Promise((resolve, reject) => {
      this.#heard = (answer) => {
        if (answer.type !== "receipt") reject(new Error(`${gateway}: ${JSON.stringify(answer)}`));
        else if (answer.seq === lastSeq) resolve();
      };
      for (const payload of envelopes) this.#handler({ gateway, channel: "batch", payload });
    });
  }
}

function lastSeqOf(envelope: Buffer): number {
  const opened = openBatch(envelope);
  if (!opened.ok) throw new Error(opened.error.message);
  const { firstSeq, count } = opened.value.header;
  return firstSeq + count - 1;
}
