/**
 * The connection to a broker as one state machine: waiting, connecting, open, confirmed, stopped. It tries the brokers
 * in turn, pauses ever longer between attempts, and takes up a renewed certificate by itself. The journal is the
 * store: what was not sent when a connection ended is nowhere but there.
 */
import { setTimeout as delay } from "node:timers/promises";
import { MqttClient } from "mqtt";
import { Backoff } from "./backoff.ts";
import { type Dialled, dial } from "./dial.ts";
import { filesStamp, readTlsFiles, type TlsFiles } from "./tls-files.ts";

export interface ConnectionOptions {
  /** `mqtt://` or `mqtts://`, tried in turn */
  brokers: readonly string[];
  tls: TlsFiles | undefined;
  username: string;
  /** Asked for each connection. */
  password: () => Promise<string>;
  /** subscribed to before the connection counts as open */
  topics: readonly string[];
  reconnect: { minMs: number; maxMs: number };
  /** Monotonic milliseconds. */
  now: () => number;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
  opened: () => void;
  closed: () => void;
  received: (topic: string, message: Uint8Array) => void;
  /** Bytes that went out on the line since it was last told. */
  sent: (bytes: number) => void;
}

export type ConnectionState = "waiting" | "connecting" | "open" | "confirmed" | "stopped";

/** A confirmed connection that has lasted this long counts as stable: the next pause is short again. */
const STABLE_MS = 60_000;
const STOP_DEADLINE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_S = 30;
/** A renewed certificate is taken up within this time. */
const CERTIFICATE_LOOK_MS = 60_000;
/** How often the bytes on the line are counted. */
const COUNT_MS = 1_000;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #backoff: Backoff;
  #state: ConnectionState = "waiting";
  #client: MqttClient | undefined;
  #dialled: (Dialled & { counted: number }) | undefined;
  #openedAt = 0;
  #stamp = "";
  #timer: NodeJS.Timeout | undefined;
  #watches: NodeJS.Timeout[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { minMs, maxMs } = options.reconnect;
    this.#backoff = new Backoff({ minMs, maxMs, random: options.random });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#watches = [
      setInterval(() => this.#count(), COUNT_MS),
      setInterval(() => this.#lookAtCertificate(), CERTIFICATE_LOOK_MS),
    ];
    this.#connect();
  }

  /** Sends, if the connection is open. Whether it arrives only an answer tells. */
  publish(topic: string, message: Buffer, qos: 0 | 1): void {
    if (this.#state === "open" || this.#state === "confirmed") this.#client?.publish(topic, message, { qos });
  }

  /** Sends, and waits until the broker has it or the connection is gone: for what should not pile up. */
  async publishAndWait(topic: string, message: Buffer): Promise<void> {
    if (this.#state !== "confirmed") return;
    await this.#client?.publishAsync(topic, message, { qos: 1 }).catch(() => undefined);
  }

  /** The collector has answered: from now on the connection may become a stable one. */
  confirm(): void {
    if (this.#state === "open") this.#state = "confirmed";
  }

  async stop(): Promise<void> {
    this.#state = "stopped";
    clearTimeout(this.#timer);
    for (const watch of this.#watches) clearInterval(watch);
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    // A connection that is just being made may never say that it has ended.
    const ended = client.endAsync(true).catch(() => undefined);
    const deadline = new AbortController();
    await Promise.race([ended, delay(STOP_DEADLINE_MS, undefined, { signal: deadline.signal }).catch(() => undefined)]);
    deadline.abort();
    this.#count();
  }

  #connect(): void {
    const { brokers, log, password } = this.#options;
    const broker = brokers[this.#backoff.attempts % brokers.length]!;
    this.#state = "connecting";
    password().then(
      (known) => {
        if (this.#state === "connecting") this.#dial(broker, known);
      },
      (error: unknown) => {
        log("broker", { broker, error: `no password: ${String(error)}` });
        if (this.#state === "connecting") this.#connectLater();
      },
    );
  }

  #dial(broker: string, password: string): void {
    const { tls, log } = this.#options;
    this.#stamp = tls === undefined ? "" : filesStamp(tls);
    const dialled = dial(broker, tls);
    if (!dialled.ok) {
      log("broker", { broker, error: dialled.error });
      this.#connectLater();
      return;
    }
    this.#dialled = { ...dialled.value, counted: 0 };
    const client = this.#mqttOver(dialled.value, password);
    this.#client = client;
    const told = (error: Error) => log("broker", { broker, error: error.message });
    dialled.value.stream.on("error", told);
    client.on("error", told);
    client.on("close", () => this.#closed(client));
    client.on("message", (topic, message) => {
      try {
        this.#options.received(topic, message);
      } catch (error) {
        // A disk that refuses the receipt, or a message no one foresaw, must not end the reading of the lines.
        log("a message could not be handled", { topic, error: String(error) });
      }
    });
    client.on("connect", () => {
      this.#subscribe(client).catch((error: unknown) => {
        log("broker", { broker, error: String(error) });
        client.end(true);
      });
    });
  }

  /** A new client each time, so that no half-sent message outlives its connection. */
  #mqttOver({ stream }: Dialled, password: string): MqttClient {
    const { username, random } = this.#options;
    return new MqttClient(() => stream, {
      protocolId: "MQTT",
      protocolVersion: 4,
      clean: true,
      clientId: `${username}-${Math.floor(random() * 36 ** 6).toString(36)}`.slice(-23),
      username,
      password,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepalive: KEEPALIVE_S,
    });
  }

  async #subscribe(client: MqttClient): Promise<void> {
    await client.subscribeAsync([...this.#options.topics], { qos: 1 });
    if (client !== this.#client) return;
    this.#state = "open";
    this.#openedAt = this.#options.now();
    this.#options.opened();
  }

  #closed(client: MqttClient): void {
    if (client !== this.#client) return;
    client.end(true);
    this.#client = undefined;
    this.#count();
    const wasStable = this.#state === "confirmed" && this.#options.now() - this.#openedAt >= STABLE_MS;
    if (wasStable) this.#backoff.stable();
    this.#connectLater();
    this.#options.closed();
  }

  #connectLater(): void {
    this.#state = "waiting";
    const pauseMs = Math.round(this.#backoff.next());
    this.#options.log("broker connection closed", { attempts: this.#backoff.attempts, pauseMs });
    this.#timer = setTimeout(() => this.#connect(), pauseMs);
  }

  #lookAtCertificate(): void {
    const { tls, log } = this.#options;
    if (tls === undefined || this.#client === undefined) return;
    const stamp = filesStamp(tls);
    if (stamp === "" || stamp === this.#stamp || !readTlsFiles(tls).ok) return;
    log("the certificate was renewed", {});
    this.#client.end(true);
  }

  #count(): void {
    if (this.#dialled === undefined) return;
    const total = this.#dialled.sentBytes();
    if (total > this.#dialled.counted) this.#options.sent(total - this.#dialled.counted);
    this.#dialled.counted = total;
  }
}
