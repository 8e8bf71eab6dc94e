/**
 * Brings the journal to the collector: batches in order over MQTT, QoS 1. A broker's PUBACK means nothing here; only
 * the collector's signed receipt moves the acknowledged position. The journal is the store: the client keeps nothing.
 */

import { setTimeout as delay } from "node:timers/promises";
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
import mqtt, { type MqttClient } from "mqtt";
import type { Journal } from "../journal/journal.ts";
import { SendWindow, type WindowOptions } from "./window.ts";

export interface UplinkOptions {
  gateway: GatewayId;
  station: StationId;
  journal: Journal;
  signer: Signer;
  collector: Verifier;
  /** `mqtt://host:port`, tried in turn */
  brokers: readonly string[];
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
/** A connection that has lasted this long counts as stable: the next pause is short again. */
const STABLE_MS = 60_000;
const DRAIN_LOOK_MS = 20;
const STOP_DEADLINE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_S = 30;

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #window: SendWindow;
  #client: MqttClient | undefined;
  #ready = false;
  #pumping = false;
  #attempts = 0;
  #refusals = 0;
  #connectedAt = 0;
  #greetedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tick: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#window = new SendWindow(options.window, options.journal.acknowledged.seq);
  }

  get isConnected(): boolean {
    return this.#ready;
  }

  start(): void {
    this.#tick = setInterval(() => {
      this.#greetAgain();
      this.pump();
    }, TICK_MS);
    this.#connect();
  }

  /** Sends what is left and waits for its receipt, as long as the collector is there, but no longer than this. */
  async drain(deadlineMs: number): Promise<void> {
    const { journal, now } = this.#options;
    const endsAt = now() + deadlineMs;
    while (this.#ready && journal.acknowledged.seq < journal.head.seq && now() < endsAt) {
      this.pump();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ready = false;
    clearTimeout(this.#timer);
    clearInterval(this.#tick);
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    // A connection that is just being made may never say that it has ended.
    const ended = client.endAsync(true).catch(() => undefined);
    const deadline = new AbortController();
    await Promise.race([ended, delay(STOP_DEADLINE_MS, undefined, { signal: deadline.signal }).catch(() => undefined)]);
    deadline.abort();
  }

  /** Sends what can be sent. Call it when the journal has grown. */
  pump(): void {
    if (this.#pumping || !this.#ready) return;
    this.#pumping = true;
    this.#sendAll()
      .catch((error: unknown) => this.#options.log("sending failed", { error: String(error) }))
      .finally(() => {
        this.#pumping = false;
      });
  }

  async #sendAll(): Promise<void> {
    const { journal, now } = this.#options;
    while (this.#ready) {
      const firstSeq = this.#window.next(journal.head.seq, now());
      if (firstSeq === undefined) return;
      await this.#sendBatch(firstSeq);
    }
  }

  async #sendBatch(firstSeq: number): Promise<void> {
    const { gateway, station, journal, signer, now } = this.#options;
    const client = this.#client;
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
    if (!this.#ready || client !== this.#client || !this.#window.isNext(firstSeq)) return;
    this.#window.sent(last.seq, now());
    client?.publish(upTopic(gateway, "batch"), envelope, { qos: 1 });
  }

  #connect(): void {
    const { brokers, log } = this.#options;
    const broker = brokers[this.#attempts % brokers.length]!;
    let client: MqttClient;
    try {
      client = this.#dial(broker);
    } catch (error) {
      log("broker", { broker, error: String(error) });
      this.#connectLater();
      return;
    }
    this.#client = client;
    client.on("error", (error) => log("broker", { broker, error: error.message }));
    client.on("close", () => this.#closed(client));
    client.on("message", (_topic, message) => {
      try {
        this.#received(message);
      } catch (error) {
        // A disk that refuses the receipt, or a message no one foresaw, must not end the reading of the lines.
        log("an answer could not be handled", { error: String(error) });
      }
    });
    client.on("connect", () => {
      this.#greet(client).catch((error: unknown) => {
        log("greeting failed", { broker, error: String(error) });
        client.end(true);
      });
    });
  }

  #dial(broker: string): MqttClient {
    const { gateway, password, random } = this.#options;
    // Reconnecting is done here, with a new client each time, so that no half-sent message outlives its connection.
    return mqtt.connect(broker, {
      protocolVersion: 4,
      clean: true,
      clientId: `${gateway}-${Math.floor(random() * 36 ** 6).toString(36)}`.slice(-23),
      username: gateway,
      password,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepalive: KEEPALIVE_S,
    });
  }

  async #greet(client: MqttClient): Promise<void> {
    const { gateway, now } = this.#options;
    this.#connectedAt = now();
    await client.subscribeAsync(downTopic(gateway, "receipt"), { qos: 1 });
    this.#hello(client);
  }

  /** A broker can be there before its collector is: a greeting that nobody answered is said again. */
  #greetAgain(): void {
    const { now, window } = this.#options;
    if (this.#ready || this.#client === undefined || this.#greetedAt === undefined) return;
    if (now() - this.#greetedAt >= window.receiptTimeoutMs) this.#hello(this.#client);
  }

  #hello(client: MqttClient): void {
    const { gateway, journal, now } = this.#options;
    this.#greetedAt = now();
    const { seq, hash } = journal.head;
    const hello = encodeHello({ type: "hello", gateway, lastSeq: seq, lastHash: hash.toString("hex") });
    // Nothing is sent before the collector has answered with its own position.
    client.publish(upTopic(gateway, "hello"), hello, { qos: 1 });
  }

  #closed(client: MqttClient): void {
    if (client !== this.#client) return;
    const { now } = this.#options;
    client.end(true);
    const wasReady = this.#ready;
    this.#ready = false;
    this.#greetedAt = undefined;
    this.#client = undefined;
    if (this.#stopped) return;
    if (wasReady && now() - this.#connectedAt >= STABLE_MS) this.#attempts = 0;
    this.#connectLater();
  }

  #connectLater(): void {
    const { random, reconnect, log } = this.#options;
    const ceiling = Math.min(reconnect.maxMs, reconnect.minMs * 2 ** Math.min(this.#attempts, 20));
    this.#attempts += 1;
    const pauseMs = Math.max(reconnect.minMs * 0.5, random() * ceiling);
    log("broker connection closed", { attempts: this.#attempts, pauseMs: Math.round(pauseMs) });
    this.#timer = setTimeout(() => this.#connect(), pauseMs);
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
    if (!this.#ready) {
      this.#ready = true;
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
