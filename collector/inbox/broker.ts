/**
 * The built-in MQTT broker: lets in registered gateways and observers, keeps each to its topics, and hands the
 * gateways' messages to the inbox. It keeps nothing: no retained messages, no wills, no sessions.
 */
import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { checkConnectPassword } from "@forecourt/protocol/batch/connect.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { ALL_UP_TOPICS, downTopic } from "@forecourt/protocol/topics.ts";
import { Aedes, type AedesOptions, type AuthenticateError, type Client } from "aedes";
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import type { Registry } from "../registry/registry.ts";
import type { TwoPlaces } from "../trust/events.ts";
import { KeyWatch } from "../trust/key-watch.ts";
import { type Principal, publishRefused, subscribeRefused } from "./authority.ts";
import { Channels } from "./channels.ts";
import { type Listener, listenPlain, listenTls, type Place } from "./listeners.ts";
import { GuardedSocket } from "./packet-guard.ts";
import type { PasswordChecks } from "./passwords.ts";
import type { Peer } from "./peer.ts";
import type { TlsFiles } from "./tls-files.ts";
import type { ChannelTransport } from "./transport.ts";

export interface BrokerOptions {
  /** without encryption; undefined: not at all */
  plain: Place | undefined;
  /** with client certificates; undefined: not at all */
  tls: (Place & TlsFiles) | undefined;
  maxPacketBytes: number;
  /** base64 SPKI: what gateways sign when they connect */
  collectorPublicKey: string;
  registry: Registry;
  passwords: PasswordChecks;
  log: Logger;
  /** Told when one gateway speaks from two connections at the same time. */
  twoPlaces?: { now: () => number; seen: (seen: TwoPlaces) => void };
}

export interface Broker extends ChannelTransport {
  /** the port without encryption, where there is one */
  port: number | undefined;
  /** the port with TLS, where there is one */
  tlsPort: number | undefined;
  /** Closes the connections of one gateway. */
  disconnect(gateway: GatewayId, reason: string): void;
  /** Closes every connection and stops listening. */
  close(): Promise<void>;
}

const BAD_CREDENTIALS = 4;
const NOT_AUTHORIZED = 5;

/**
 * Starts the broker.
 * @throws Error when a port cannot be bound or the TLS files cannot be used
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { log } = options;
  const principals = new Map<Client, Principal>();
  const aedes = await Aedes.createBroker(aedesOptions(options, principals));
  const channels = new Channels();
  aedes.subscribe(
    ALL_UP_TOPICS,
    (packet, done) => channels.take(packet, done),
    () => undefined,
  );
  watchKeys(aedes, principals, options);
  const told = (event: string) => (client: Client, error: Error) =>
    log.warn({ event, client: client.id, who: principals.get(client)?.id, reason: error.message }, "client closed");
  aedes.on("clientError", told("client-error"));
  aedes.on("connectionError", told("connection-error"));
  const emitter: EventEmitter = aedes;
  emitter.on("error", (error: Error) => log.error({ err: error }, "broker error"));
  const accepted = (socket: Socket, peer: Peer) => accept({ socket, peer, aedes, log });
  const plain = options.plain === undefined ? undefined : await listenPlain(options.plain, accepted, log);
  const tls = options.tls === undefined ? undefined : await listenTls(options.tls, accepted, log);
  return {
    port: plain?.port,
    tlsPort: tls?.port,
    onMessage: (handler) => channels.onMessage(handler),
    onChannel: (channel, handler) => channels.onChannel(channel, handler),
    disconnect: (gateway, reason) => {
      for (const [client, who] of principals) {
        if (who.role !== "gateway" || who.id !== gateway) continue;
        log.warn({ event: "disconnected", who: gateway, reason }, "a gateway was disconnected");
        client.close();
      }
    },
    answer: (gateway, payload) => publish(aedes, downTopic(gateway, "receipt"), payload),
    send: (gateway, channel, payload) => publish(aedes, downTopic(gateway, channel), payload),
    close: () => closeAll(aedes, [plain, tls]),
  };
}

/** Follows who speaks on which connection. */
function watchKeys(aedes: Aedes, principals: Map<Client, Principal>, { twoPlaces }: BrokerOptions): void {
  const watch = new KeyWatch();
  const gatewayOf = (client: Client): GatewayId | undefined => {
    const who = principals.get(client);
    return who?.role === "gateway" ? (who.id as GatewayId) : undefined;
  };
  const used = (client: Client | null) => {
    const gateway = client === null ? undefined : gatewayOf(client);
    const seen =
      gateway === undefined || twoPlaces === undefined ? undefined : watch.used(gateway, client, twoPlaces.now());
    if (seen !== undefined) twoPlaces?.seen(seen);
  };
  aedes.on("client", (client) => {
    const gateway = gatewayOf(client);
    const address = client.conn instanceof GuardedSocket ? client.conn.address : "";
    if (gateway !== undefined) watch.opened(gateway, client, address);
  });
  aedes.on("publish", (_packet, client) => used(client));
  aedes.on("ping", (_packet, client) => used(client));
  aedes.on("clientDisconnect", (client) => {
    const gateway = gatewayOf(client);
    if (gateway !== undefined) watch.closed(gateway, client);
    principals.delete(client);
  });
}

function publish(aedes: Aedes, topic: string, payload: Buffer): Promise<void> {
  return new Promise((resolve) => {
    aedes.publish({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false }, () => resolve());
  });
}

function accept({ socket, peer, aedes, log }: { socket: Socket; peer: Peer; aedes: Aedes; log: Logger }): void {
  const from = `${socket.remoteAddress}:${socket.remotePort}`;
  const guarded = new GuardedSocket(socket, peer, limits.broker.bytesBeforeConnect, (reason) => {
    log.warn({ event: "packet-refused", from, reason }, "connection closed at a packet's header");
  });
  aedes.handle(guarded);
}

async function closeAll(aedes: Aedes, listeners: readonly (Listener | undefined)[]): Promise<void> {
  const closed = Promise.all(listeners.map((listener) => listener?.close()));
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  await closed;
}

function aedesOptions(options: BrokerOptions, principals: Map<Client, Principal>): AedesOptions {
  const { log, maxPacketBytes } = options;
  return {
    connectTimeout: limits.broker.connectTimeoutMs,
    drainTimeout: limits.broker.drainTimeoutMs,
    queueLimit: limits.broker.packetsBeforeConnect,
    maxClientsIdLength: limits.broker.clientIdCharacters,
    maxInflightInbound: limits.broker.inboundQos2,
    maxTopicLevels: limits.broker.topicLevels,
    preConnect: (_client, packet, done) => {
      if (packet.will !== undefined) {
        done(new Error("a last will is not taken"), false);
        return;
      }
      if ((packet.clientId ?? "").length > limits.broker.clientIdCharacters) {
        done(new Error("the client id is too long"), false);
        return;
      }
      // No session outlives its connection: the journal is the queue, and nothing may pile up for a reader who left.
      packet.clean = true;
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      const peer = client.conn instanceof GuardedSocket ? client.conn.peer : undefined;
      authenticate(options, peer, { username, password }).then(
        (who) => {
          if (typeof who === "string") {
            log.warn(
              { event: "sign-in-refused", username, certificate: peer?.gateway, reason: who },
              "sign-in refused",
            );
            done(authError("wrong user name or password", BAD_CREDENTIALS), null);
            return;
          }
          principals.set(client, who);
          // Without this, one client could take another's id and throw it out.
          (client as { id: string }).id = `${who.role}/${who.id}/${client.id}`;
          if (client.conn instanceof GuardedSocket) client.conn.allow(maxPacketBytes);
          done(null, true);
        },
        (error: Error) => {
          log.error({ err: error }, "sign-in failed");
          done(authError("sign-in failed", NOT_AUTHORIZED), null);
        },
      );
    },
    authorizePublish: (client, packet, done) => {
      if (client === null) {
        done();
        return;
      }
      const reason = publishRefused(principals.get(client), packet.topic, packet.retain);
      if (reason !== undefined) {
        const { topic } = packet;
        log.warn({ event: "publish-refused", who: principals.get(client)?.id, topic, reason }, "publish refused");
      }
      done(reason === undefined ? null : new Error(reason));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const reason = subscribeRefused(principals.get(client), subscription.topic);
      if (reason === undefined) {
        done(null, subscription);
        return;
      }
      log.warn({ event: "subscribe-refused", topic: subscription.topic, reason }, "subscription refused");
      done(null, null);
    },
  };
}

function authError(message: string, returnCode: number): AuthenticateError {
  return Object.assign(new Error(message), { returnCode }) as AuthenticateError;
}

/** @returns who it is, or why it may not come in */
async function authenticate(
  { registry, collectorPublicKey, passwords }: BrokerOptions,
  peer: Peer | undefined,
  { username, password }: { username: string | undefined; password: Buffer | undefined },
): Promise<Principal | string> {
  if (username === undefined || password === undefined) return "user name or password is missing";
  if (peer?.gateway !== undefined && peer.gateway !== username) {
    return `the certificate is that of ${peer.gateway}, the user name another`;
  }
  const gateway = registry.gateway(username);
  if (gateway !== undefined) {
    if (peer?.secured === true && peer.gateway === undefined) return "a gateway must show its certificate here";
    const right = checkConnectPassword(gateway.id, collectorPublicKey, password.toString("utf8"), gateway.verifier);
    return right ? { role: "gateway", id: gateway.id } : "the password is not that of the gateway's key";
  }
  return (await passwords.check(username, password))
    ? { role: "observer", id: username }
    : "wrong user name or password";
}
