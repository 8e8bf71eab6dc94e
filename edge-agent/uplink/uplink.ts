/**
 * Brings the journal to the collector: batches in order over MQTT, QoS 1. A broker's PUBACK means nothing here; only
 * the collector's signed receipt moves the acknowledged position. The journal is the store: the client keeps nothing.
 */

import {
  type CollectorAnswer,
  decodeAnswerMessage,
  encodeHello,
  type Receipt,
} from "@forecourt/protocol/batch/answer.ts";
import { limits } from "@forecourt/protocol/batch/envelope.ts";
import { encodePreview } from "@forecourt/protocol/batch/preview.ts";
import type { Signer, Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import { downTopic, parseTopic, upTopic } from "@forecourt/protocol/topics.ts";
import type { Journal } from "../journal/journal.ts";
import { makeBatch, resendRange } from "./batches.ts";
import type { BudgetState, DataBudget } from "./budget.ts";
import { Connection } from "./connection.ts";
import { LiveLane } from "./live-lane.ts";
import { Promptness } from "./promptness.ts";
import type { TlsFiles } from "./tls-files.ts";
import { SendWindow, type WindowOptions } from "./window.ts";

export interface UplinkOptions {
  gateway: GatewayId;
  station: StationId;
  journal: Journal;
  signer: Signer;
  collector: Verifier;
  /** `mqtts://host:port` or `mqtt://host:port`, tried in turn */
  brokers: readonly string[];
  tls: TlsFiles | undefined;
  /** Makes it: a key in a token may answer later, or not now. */
  password: () => Promise<string>;
  window: Omit<WindowOptions, "maxRecords">;
  /** how long signs of life may wait for company while there is data enough, ms */
  patienceMs: number;
  budget: DataBudget;
  reconnect: { minMs: number; maxMs: number };
  /** Monotonic milliseconds. */
  now: () => number;
  random: () => number;
  /** The collector's clock as of now, epoch milliseconds: a witness for our own. */
  witnessedTime: (epochMs: number) => void;
  /** A message on the commands' topic; nothing in it has been proved. */
  command: (message: Uint8Array) => void;
  /** The collector has answered on a new connection. */
  reached: () => void;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** How often the window is looked at when nothing else moves it. */
const TICK_MS = 250;
/** What could not be signed or read is tried again after this. */
const FAILED_PAUSE_MS = 1_000;
/** A refused gateway tries again after this, doubled each time up to the longest. */
const REFUSAL_PAUSE_MS = { min: 2_000, max: 300_000 };
const DRAIN_LOOK_MS = 20;
/** Whoever sent nothing for this long greets again: the collector takes a gateway for silent after three minutes. */
const SIGN_OF_LIFE_MS = 120_000;
/** How long signs of life and quiet levels may wait when the data budget runs short: hundreds then share an envelope. */
const SPARING_MS: Record<Exclude<BudgetState, "ample">, number> = { short: 600_000, spent: 3_600_000 };

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #window: SendWindow;
  readonly #connection: Connection;
  readonly #live = new LiveLane();
  readonly #promptness: Promptness;
  /** counts connections: a batch that was signed for one does not go out on the next */
  #connections = 0;
  #pumping = false;
  #refusals = 0;
  #greetedAt: number | undefined;
  #draining = false;
  /** the collector's clock beyond our monotonic one */
  #aheadMs: number | undefined;
  #publishedAt = 0;
  #tick: NodeJS.Timeout | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    const window = { ...options.window, maxRecords: limits.recordsPerBatch };
    this.#window = new SendWindow(window, options.journal.acknowledged.seq);
    this.#promptness = new Promptness(options.journal.head.seq);
    const { gateway, brokers, tls, password, reconnect, now, random, log } = options;
    this.#connection = new Connection({
      ...{ brokers, tls, username: gateway, password, reconnect, now, random, log },
      topics: [downTopic(gateway, "receipt"), downTopic(gateway, "command")],
      opened: () => {
        this.#connections += 1;
        this.#hello();
      },
      closed: () => {
        this.#greetedAt = undefined;
      },
      received: (topic, message) => {
        const isCommand = parseTopic(topic)?.channel === "command";
        return isCommand ? options.command(message) : this.#received(message);
      },
      sent: (bytes) => options.budget.add(bytes),
    });
  }

  get isConnected(): boolean {
    return this.#connection.state === "confirmed";
  }

  start(): void {
    this.#tick = setInterval(() => {
      this.#greetAgain();
      this.#showNewest();
      this.pump();
    }, TICK_MS);
    this.#connection.start();
  }

  /** Sends what is left and waits for its receipt, as long as the collector is there, but no longer than this. */
  async drain(deadlineMs: number): Promise<void> {
    const { journal, now } = this.#options;
    const endsAt = now() + deadlineMs;
    this.#draining = true;
    while (this.isConnected && journal.acknowledged.seq < journal.head.seq && now() < endsAt) {
      this.pump();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#tick);
    await this.#connection.stop();
    this.#options.budget.close();
  }

  /** The collector's clock as its last receipt showed it, epoch ms; undefined before the first one. */
  collectorMs(): number | undefined {
    return this.#aheadMs === undefined ? undefined : this.#options.now() + this.#aheadMs;
  }

  /** Answers a command. */
  answer(message: Buffer): void {
    this.#connection.publish(upTopic(this.#options.gateway, "answer"), message, 1);
  }

  /** Sends receipted records again. @returns how many */
  resendRange(fromSeq: number, toSeq: number): Promise<number> {
    const topic = upTopic(this.#options.gateway, "batch");
    return resendRange(this.#options, { fromSeq, toSeq }, async (envelope) => {
      await this.#connection.publishAndWait(topic, envelope);
      return this.isConnected;
    });
  }

  /** The journal has grown by these records. */
  appended(records: readonly JournalRecord[]): void {
    this.#live.appended(records);
    this.#promptness.appended(records, this.#options.now());
    this.pump();
  }

  /** Sends what can be sent. */
  pump(): void {
    if (this.#pumping || !this.isConnected) return;
    this.#pumping = true;
    this.#sendAll()
      .catch((error: unknown) => {
        this.#options.log("sending failed", { error: String(error) });
        // A token that is away answers no sooner when it is asked without pause.
        this.#window.pause(this.#options.now() + FAILED_PAUSE_MS);
      })
      .finally(() => {
        this.#pumping = false;
      });
  }

  async #sendAll(): Promise<void> {
    const { journal, now } = this.#options;
    while (this.isConnected) {
      const firstSeq = this.#window.next(journal.head.seq, now());
      if (firstSeq === undefined || !this.#isDue(firstSeq)) return;
      await this.#sendBatch(firstSeq);
      // The lines are read between two batches, however long the backlog.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Whether a batch that begins here should leave now, or may wait for company. */
  #isDue(firstSeq: number): boolean {
    const { journal, budget, now } = this.#options;
    if (this.#draining) return true;
    const { state } = budget;
    const patienceMs = state === "ample" ? this.#options.patienceMs : SPARING_MS[state];
    const isFull = journal.head.seq - firstSeq + 1 >= limits.recordsPerBatch;
    return isFull || this.#promptness.isDue(firstSeq, now(), patienceMs);
  }

  /** While a backlog is worked off, the newest records are shown beside it. */
  #showNewest(): void {
    const { gateway, station, journal, signer, budget, now, log } = this.#options;
    if (!this.isConnected || budget.state !== "ample") return;
    const [headSeq, acknowledgedSeq] = [journal.head.seq, journal.acknowledged.seq];
    const lines = this.#live.take(headSeq - acknowledgedSeq, now());
    if (lines.length === 0) return;
    encodePreview({ gateway, station, headSeq, acknowledgedSeq }, lines, signer).then(
      (preview) => this.#connection.publish(upTopic(gateway, "live"), preview, 0),
      (error: unknown) => log("a preview could not be made", { error: String(error) }),
    );
  }

  async #sendBatch(firstSeq: number): Promise<void> {
    const { gateway, journal, now } = this.#options;
    const connection = this.#connections;
    const batch = await makeBatch(this.#options, firstSeq, this.#window.records);
    if (batch?.firstSeq !== firstSeq) throw new Error(`the journal has no record ${firstSeq}`);
    // While it was signed, an answer may have moved the window, or the connection may have gone.
    if (!this.isConnected || connection !== this.#connections || !this.#window.isNext(firstSeq)) return;
    const isLast = batch.lastSeq >= journal.head.seq;
    this.#window.sent(batch.lastSeq, now(), !isLast);
    if (isLast) this.#promptness.allSent();
    this.#publishedAt = now();
    this.#connection.publish(upTopic(gateway, "batch"), batch.envelope, 1);
  }

  /**
   * A broker can be there before its collector is: a greeting that nobody answered is said again. And a gateway that
   * spares its data still says that it lives.
   */
  #greetAgain(): void {
    const { now, window } = this.#options;
    const { state } = this.#connection;
    const unanswered = state === "open" && this.#greetedAt !== undefined;
    if (unanswered && now() - (this.#greetedAt ?? 0) >= window.receiptTimeoutMs) this.#hello();
    else if (state === "confirmed" && now() - this.#publishedAt >= SIGN_OF_LIFE_MS) this.#hello();
  }

  #hello(): void {
    const { gateway, journal, now } = this.#options;
    this.#greetedAt = now();
    this.#publishedAt = now();
    const { seq, hash } = journal.head;
    const hello = encodeHello({ type: "hello", gateway, lastSeq: seq, lastHash: hash.toString("hex") });
    // Nothing is sent before the collector has answered with its own position.
    this.#connection.publish(upTopic(gateway, "hello"), hello, 1);
  }

  #received(message: Uint8Array): void {
    const answer = decodeAnswerMessage(message, this.#options.collector);
    if (!answer.ok) {
      this.#options.log("answer not trusted", { code: answer.error.code, message: answer.error.message });
      return;
    }
    if (answer.value.gateway !== this.#options.gateway) return;
    this.#act(answer.value, message);
    this.pump();
  }

  #act(answer: CollectorAnswer, message: Uint8Array): void {
    const { log, now } = this.#options;
    switch (answer.type) {
      case "receipt":
        this.#receipt(answer, message);
        return;
      case "resend":
        log("asked to resend", { fromSeq: answer.fromSeq, reason: answer.reason });
        if (this.#holds(answer.fromSeq - 1, answer.hash)) this.#window.resendFrom(answer.fromSeq);
        return;
      case "refusal": {
        log("batch refused", { code: answer.code, message: answer.message });
        const pauseMs = Math.min(REFUSAL_PAUSE_MS.max, REFUSAL_PAUSE_MS.min * 2 ** Math.min(this.#refusals, 20));
        this.#refusals += 1;
        this.#window.pause(now() + pauseMs);
        return;
      }
    }
  }

  #receipt(receipt: Receipt, message: Uint8Array): void {
    const { journal, witnessedTime } = this.#options;
    const at = parseTime(receipt.at);
    if (at !== undefined) this.#aheadMs = at - this.#options.now();
    if (at !== undefined) witnessedTime(at);
    if (!this.#holds(receipt.seq, receipt.hash)) return;
    if (!this.isConnected) {
      this.#connection.confirm();
      this.#window.reconnected();
      this.#options.reached();
    }
    this.#refusals = 0;
    const { acknowledged } = journal;
    if (receipt.seq !== acknowledged.seq) {
      journal.acknowledge({ seq: receipt.seq, hash: Buffer.from(receipt.hash, "hex") }, message);
    }
    this.#window.acknowledged(receipt.seq, this.#options.now());
  }

  /** The collector's chain must be ours: if it is not, sending more would only bury the contradiction. */
  #holds(seq: number, hash: string): boolean {
    const own = this.#options.journal.hashAt(seq)?.toString("hex");
    if (own === hash) return true;
    // It may hold lines of a journal that was set aside: nothing here contradicts them.
    if (own === undefined && this.#options.journal.isSetAside(seq)) return true;
    this.#options.log("the collector's chain is not this journal's", { seq, collector: hash, journal: own ?? null });
    return false;
  }
}
