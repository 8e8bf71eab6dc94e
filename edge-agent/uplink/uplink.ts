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
import { encodeBatch, limits } from "@forecourt/protocol/batch/envelope.ts";
import type { Signer, Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import { downTopic, upTopic } from "@forecourt/protocol/topics.ts";
import type { Journal } from "../journal/journal.ts";
import { Connection } from "./connection.ts";
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
  password: string;
  window: WindowOptions;
  reconnect: { minMs: number; maxMs: number };
  /** Monotonic milliseconds. */
  now: () => number;
  random: () => number;
  /** The collector's clock as of now, epoch milliseconds: a witness for our own. */
  witnessedTime: (epochMs: number) => void;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** Keeps an envelope below its limit even when its lines hardly compress (hex halves at least). */
const MAX_BATCH_CHARACTERS = 900_000;
/** How often the window is looked at when nothing else moves it. */
const TICK_MS = 250;
/** A refused gateway tries again after this, doubled each time up to the longest. */
const REFUSAL_PAUSE_MS = { min: 2_000, max: 300_000 };
const DRAIN_LOOK_MS = 20;

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #window: SendWindow;
  readonly #connection: Connection;
  /** counts connections: a batch that was signed for one does not go out on the next */
  #connections = 0;
  #pumping = false;
  #refusals = 0;
  #greetedAt: number | undefined;
  #tick: NodeJS.Timeout | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#window = new SendWindow(options.window, options.journal.acknowledged.seq);
    const { gateway, brokers, tls, password, reconnect, now, random, log } = options;
    this.#connection = new Connection({
      ...{ brokers, tls, username: gateway, password, reconnect, now, random, log },
      topics: [downTopic(gateway, "receipt")],
      opened: () => {
        this.#connections += 1;
        this.#hello();
      },
      closed: () => {
        this.#greetedAt = undefined;
      },
      received: (_topic, message) => this.#received(message),
      sent: () => undefined,
    });
  }

  get isConnected(): boolean {
    return this.#connection.state === "confirmed";
  }

  start(): void {
    this.#tick = setInterval(() => {
      this.#greetAgain();
      this.pump();
    }, TICK_MS);
    this.#connection.start();
  }

  /** Sends what is left and waits for its receipt, as long as the collector is there, but no longer than this. */
  async drain(deadlineMs: number): Promise<void> {
    const { journal, now } = this.#options;
    const endsAt = now() + deadlineMs;
    while (this.isConnected && journal.acknowledged.seq < journal.head.seq && now() < endsAt) {
      this.pump();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#tick);
    await this.#connection.stop();
  }

  /** Sends what can be sent. Call it when the journal has grown. */
  pump(): void {
    if (this.#pumping || !this.isConnected) return;
    this.#pumping = true;
    this.#sendAll()
      .catch((error: unknown) => this.#options.log("sending failed", { error: String(error) }))
      .finally(() => {
        this.#pumping = false;
      });
  }

  async #sendAll(): Promise<void> {
    const { journal, now } = this.#options;
    while (this.isConnected) {
      const firstSeq = this.#window.next(journal.head.seq, now());
      if (firstSeq === undefined) return;
      await this.#sendBatch(firstSeq);
    }
  }

  async #sendBatch(firstSeq: number): Promise<void> {
    const { gateway, station, journal, signer, now } = this.#options;
    const connection = this.#connections;
    const lines = journal.read(firstSeq, limits.recordsPerBatch, MAX_BATCH_CHARACTERS);
    const last = lines.at(-1);
    const previousHash = journal.hashAt(firstSeq - 1);
    if (last === undefined || previousHash === undefined) throw new Error(`the journal has no record ${firstSeq}`);
    const envelope = await encodeBatch(
      { gateway, station, firstSeq, previousHash, lastHash: last.hash },
      lines.map(({ line }) => line),
      signer,
    );
    // While it was signed, an answer may have moved the window, or the connection may have gone.
    if (!this.isConnected || connection !== this.#connections || !this.#window.isNext(firstSeq)) return;
    this.#window.sent(last.seq, now());
    this.#connection.publish(upTopic(gateway, "batch"), envelope, 1);
  }

  /** A broker can be there before its collector is: a greeting that nobody answered is said again. */
  #greetAgain(): void {
    const { now, window } = this.#options;
    if (this.#connection.state !== "open" || this.#greetedAt === undefined) return;
    if (now() - this.#greetedAt >= window.receiptTimeoutMs) this.#hello();
  }

  #hello(): void {
    const { gateway, journal, now } = this.#options;
    this.#greetedAt = now();
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
    if (at !== undefined) witnessedTime(at);
    if (!this.#holds(receipt.seq, receipt.hash)) return;
    if (!this.isConnected) {
      this.#connection.confirm();
      this.#window.reconnected();
    }
    this.#refusals = 0;
    const { acknowledged } = journal;
    if (receipt.seq !== acknowledged.seq) {
      journal.acknowledge({ seq: receipt.seq, hash: Buffer.from(receipt.hash, "hex") }, message);
    }
    this.#window.acknowledged(receipt.seq);
  }

  /** The collector's chain must be ours: if it is not, sending more would only bury the contradiction. */
  #holds(seq: number, hash: string): boolean {
    const own = this.#options.journal.hashAt(seq)?.toString("hex");
    if (own === hash) return true;
    this.#options.log("the collector's chain is not this journal's", { seq, collector: hash, journal: own ?? null });
    return false;
  }
}
