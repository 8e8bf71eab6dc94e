/**
 * Another program as the broker, such as Mosquitto: the collector is one of its clients, with a certificate of its own.
 * Who may publish where is then that broker's business; what is believed is still only what a gateway has signed. A
 * gateway's connection cannot be closed from here: the broker learns of a revocation by the list of revocations.
 */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { ALL_UP_TOPICS, downTopic } from "@forecourt/protocol/topics.ts";
import mqtt from "mqtt";
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import { Channels } from "./channels.ts";
import { readTlsMaterial, type TlsProblem } from "./tls-files.ts";
import type { ChannelTransport } from "./transport.ts";

export interface ExternalBroker {
  /** `mqtts://host:port` */
  url: string;
  /** the collector's certificate as a client, its key, and who vouches for the broker; PEM */
  certFile: string;
  keyFile: string;
  caFile: string;
}

export interface ConnectedBroker extends ChannelTransport {
  /** Says that a gateway is trusted no more; whatever it still sends is not taken. */
  disconnect(gateway: GatewayId, reason: string): void;
  close(): Promise<void>;
}

/**
 * Connects, and connects again whenever the connection is lost. The files are read anew each time.
 * @throws Error when a file cannot be read
 */
export function connectBroker(place: ExternalBroker, maxPacketBytes: number, log: Logger): ConnectedBroker {
  const channels = new Channels();
  const client = mqtt.connect(place.url, {
    ...material(place),
    ...{ minVersion: "TLSv1.3", rejectUnauthorized: true, protocolVersion: 4, clean: true },
    clientId: "forecourt-collector",
    reconnectPeriod: limits.broker.reconnectMs,
    connectTimeout: limits.broker.connectTimeoutMs,
    resubscribe: false,
  });
  client.on("connect", () => {
    log.info({ event: "broker-connected", broker: place.url }, "connected to the broker");
    client.subscribe(ALL_UP_TOPICS, { qos: 1 }, (error) => {
      if (error == null) return;
      log.error(
        { event: "broker-refused", broker: place.url, reason: error.message },
        "the broker lets us read nothing",
      );
    });
  });
  client.on("reconnect", () => {
    try {
      Object.assign(client.options, material(place));
    } catch (error) {
      log.error({ event: "broker-files", reason: (error as Error).message }, "the files for the broker cannot be read");
    }
  });
  client.on("error", (error) => log.warn({ event: "broker-error", broker: place.url, reason: error.message }));
  client.on("close", () => log.warn({ event: "broker-lost", broker: place.url }, "no connection to the broker"));
  client.on("message", (topic, payload) => {
    if (payload.length <= maxPacketBytes) channels.hand(topic, payload);
  });
  const send = async (topic: string, payload: Buffer): Promise<void> => {
    // What cannot be sent now is not kept: a gateway that misses an answer asks again.
    if (client.connected) await client.publishAsync(topic, payload, { qos: 1 }).catch(() => undefined);
  };
  return {
    onMessage: (handler) => channels.onMessage(handler),
    onChannel: (channel, handler) => channels.onChannel(channel, handler),
    answer: (gateway, payload) => send(downTopic(gateway, "receipt"), payload),
    send: (gateway, channel, payload) => send(downTopic(gateway, channel), payload),
    disconnect: (gateway, reason) => {
      log.warn({ event: "untrusted", who: gateway, reason }, "nothing more is taken; the broker needs the new list");
    },
    close: async () => {
      await Promise.race([client.endAsync(true), delay(limits.broker.stopMs)]);
    },
  };
}

/** What is wrong with the files, if anything. */
export function externalProblems(place: ExternalBroker): TlsProblem[] {
  const checked = readTlsMaterial(place);
  return checked.ok ? [] : checked.error;
}

function material({ certFile, keyFile, caFile }: ExternalBroker): { cert: string; key: string; ca: string } {
  const [cert, key, ca] = [certFile, keyFile, caFile].map((file) => readFileSync(file, "utf8"));
  return { cert: cert!, key: key!, ca: ca! };
}
