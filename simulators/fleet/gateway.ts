/** One gateway of a fleet: reports a model's lines as its own, in signed batches, and keeps what is not receipted. */
import { type CollectorAnswer, decodeAnswerMessage, encodeHello } from "@forecourt/protocol/batch/answer.ts";
import { connectPassword } from "@forecourt/protocol/batch/connect.ts";
import { encodeBatch } from "@forecourt/protocol/batch/envelope.ts";
import type { Signer, Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { downTopic, upTopic } from "@forecourt/protocol/topics.ts";
import { connect, type MqttClient } from "mqtt";
import type { Model } from "./models.ts";

export interface FleetCollector {
  url: string;
  publicKey: string;
  verifier: Verifier;
}

/** What a fleet did, counted over all gateways. */
export interface FleetCounts {
  connections: number;
  batches: number;
  records: number;
  receipts: number;
  refused: number;
  resends: number;
}

/** Records a batch: a day's backlog goes out in a few. Batches without a receipt, as an agent keeps them. */
const BATCH_RECORDS = 500;
const WINDOW = 4;
const NO_HASH = "0".repeat(64);

interface Sent {
  lastSeq: number;
  hash: Buffer;
}

export class FleetGateway {
  readonly id: GatewayId;
  readonly station: StationId;
  readonly model: Model;
  readonly #signer: Signer;
  readonly #collector: FleetCollector;
  readonly #counts: FleetCounts;
  #client: MqttClient | undefined;
  #greeted = false;
  /** Lines that exist by now, that have been receipted, and that are on their way. */
  #due = 0;
  #receipted: Sent = { lastSeq: 0, hash: GENESIS_HASH };
  #sent: Sent[] = [];
  /** The furthest that was ever sent: a greeting tells how far the journal goes, whatever was receipted. */
  #furthest: Sent = { lastSeq: 0, hash: GENESIS_HASH };
  #sending = false;

  constructor(of: {
    station: string;
    model: Model;
    signer: Signer;
    collector: FleetCollector;
    counts: FleetCounts;
  }) {
    this.id = `gw-${of.station}` as GatewayId;
    this.station = of.station as StationId;
    this.model = of.model;
    this.#signer = of.signer;
    this.#collector = of.collector;
    this.#counts = of.counts;
  }

  get isOnline(): boolean {
    return this.#client !== undefined;
  }

  /** Records that exist and have no receipt yet. */
  get owed(): number {
    return this.#due - this.#receipted.lastSeq;
  }

  /** Lets simulated time pass until `at` (epoch ms): the lines up to it exist. */
  advance(at: number): void {
    const { lines } = this.model;
    while (this.#due < lines.length && lines[this.#due]!.at <= at) this.#due += 1;
    void this.#pump();
  }

  /** Connects and greets; what is owed goes out by itself. */
  async connect(): Promise<void> {
    if (this.#client) return;
    const password = await connectPassword(this.id, this.#collector.publicKey, this.#signer);
    const client = connect(this.#collector.url, {
      ...{ clientId: this.id, username: this.id, password, protocolVersion: 4 },
      ...{ clean: true, reconnectPeriod: 0, keepalive: 120, queueQoSZero: false, resubscribe: false },
    });
    this.#client = client;
    client.on("error", () => client.end(true));
    client.on("close", () => {
      if (this.#client === client) this.#down();
    });
    client.on("message", (_topic, payload) => this.#answered(payload));
    client.on("connect", () => {
      this.#counts.connections += 1;
      client.subscribe(downTopic(this.id, "receipt"), { qos: 1 }, (error) => {
        if (error) return void client.end(true);
        const { lastSeq, hash } = this.#furthest;
        const lastHash = lastSeq === 0 ? NO_HASH : hash.toString("hex");
        client.publish(upTopic(this.id, "hello"), encodeHello({ type: "hello", gateway: this.id, lastSeq, lastHash }), {
          qos: 1,
        });
      });
    });
  }

  /** The network is gone. Nothing is lost: what has no receipt goes out again. */
  drop(): void {
    const client = this.#client;
    this.#down();
    client?.end(true);
  }

  #down(): void {
    this.#client = undefined;
    this.#greeted = false;
    this.#sent = [];
  }

  #answered(payload: Uint8Array): void {
    const decoded = decodeAnswerMessage(payload, this.#collector.verifier);
    if (!decoded.ok) return;
    this.#take(decoded.value);
    void this.#pump();
  }

  #take(answer: CollectorAnswer): void {
    if (answer.type === "refusal") this.#counts.refused += 1;
    if (answer.type === "resend") {
      this.#counts.resends += 1;
      this.#sent = [];
    }
    if (answer.type !== "receipt") return;
    this.#greeted = true;
    this.#counts.receipts += 1;
    // Also what was sent before the line was lost: its receipt may have been lost, its records were not.
    if (answer.seq <= this.#receipted.lastSeq || answer.seq > this.#furthest.lastSeq) return;
    this.#receipted = { lastSeq: answer.seq, hash: Buffer.from(answer.hash, "hex") };
    this.#sent = this.#sent.filter(({ lastSeq }) => lastSeq > answer.seq);
  }

  async #pump(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#greeted && this.#sent.length < WINDOW) {
        const { lastSeq, hash } = this.#sent.at(-1) ?? this.#receipted;
        if (lastSeq >= this.#due) break;
        await this.#send(lastSeq, hash);
      }
    } finally {
      this.#sending = false;
    }
  }

  async #send(after: number, previousHash: Buffer): Promise<void> {
    const client = this.#client;
    const lines = this.model.lines
      .slice(after, Math.min(this.#due, after + BATCH_RECORDS))
      .map(({ line }) => line.replace(`"gateway":"${this.model.gateway}"`, `"gateway":"${this.id}"`));
    let hash = previousHash;
    for (const line of lines) hash = chainHash(hash, line);
    const sent = { lastSeq: after + lines.length, hash };
    this.#sent.push(sent);
    if (sent.lastSeq > this.#furthest.lastSeq) this.#furthest = sent;
    const from = { gateway: this.id, station: this.station, firstSeq: after + 1, previousHash, lastHash: hash };
    const envelope = await encodeBatch(from, lines, this.#signer);
    if (client !== this.#client || !client) return;
    this.#counts.batches += 1;
    this.#counts.records += lines.length;
    client.publish(upTopic(this.id, "batch"), envelope, { qos: 1 });
  }
}
