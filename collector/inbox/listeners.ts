/** Where the broker listens: plain TCP, TLS with client certificates, or both. A connection comes with who it is. */
import { createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import { gatewayOfCertificate, type Peer } from "./peer.ts";
import { readTlsMaterial, type TlsFiles, type TlsMaterial, watchFiles } from "./tls-files.ts";

export interface Listener {
  /** the port it listens on */
  port: number;
  close(): Promise<void>;
}

export interface Place {
  host: string;
  port: number;
}

export type Accepted = (socket: Socket, peer: Peer) => void;

/**
 * Listens without encryption.
 * @throws Error when the port cannot be bound
 */
export async function listenPlain(place: Place, accepted: Accepted, log: Logger): Promise<Listener> {
  const server = createPlainServer({ noDelay: true, keepAlive: true }, (socket) =>
    accepted(socket, { secured: false, gateway: undefined }),
  );
  await listen(server, place, log);
  return { port: portOf(server, place), close: () => closed(server) };
}

/**
 * Listens with TLS 1.3. A client that shows a certificate of the authority is the gateway that it names; any other
 * certificate is refused with a logged reason. Changed files are taken up while it runs.
 * @param watch tells of changed files
 * @throws Error when the files cannot be used or the port cannot be bound
 */
export async function listenTls(
  place: Place & TlsFiles,
  accepted: Accepted,
  log: Logger,
  watch: typeof watchFiles = watchFiles,
): Promise<Listener> {
  const first = readTlsMaterial(place);
  if (!first.ok) throw new Error(first.error.map(({ field, message }) => `${field}: ${message}`).join("; "));
  const connections = new Set<TLSSocket>();
  const server = createTlsServer(
    {
      ...first.value,
      minVersion: "TLSv1.3",
      requestCert: true,
      // A refusal would come without its reason: `admit` refuses, and says why.
      rejectUnauthorized: false,
      handshakeTimeout: limits.broker.handshakeTimeoutMs,
      noDelay: true,
      keepAlive: true,
    },
    (socket) => {
      const peer = admit(socket, log);
      if (peer === undefined) return;
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
      accepted(socket, peer);
    },
  );
  server.on("tlsClientError", (error, socket) =>
    log.warn({ event: "tls-refused", from: from(socket), reason: error.message }, "no TLS connection was made"),
  );
  await listen(server, place, log);
  const unwatch = watch(place, () => reload(server, place, { connections, log }));
  return {
    port: portOf(server, place),
    close: () => {
      unwatch();
      return closed(server);
    },
  };
}

/** Who is there, or undefined when the certificate does not do; the connection is closed then. */
function admit(socket: TLSSocket, log: Logger): Peer | undefined {
  const certificate = socket.getPeerX509Certificate();
  // Without a certificate only an observer can sign in.
  if (certificate === undefined) return { secured: true, gateway: undefined };
  const gateway = socket.authorized ? gatewayOfCertificate(certificate) : undefined;
  if (gateway !== undefined) return { secured: true, gateway };
  const reason = socket.authorized
    ? "the certificate names no gateway, or more than one"
    : String(socket.authorizationError);
  const { subject, serialNumber } = certificate;
  log.warn({ event: "certificate-refused", from: from(socket), subject, serialNumber, reason }, "certificate refused");
  socket.on("error", () => undefined);
  socket.destroy();
  return undefined;
}

/** Takes up changed files; whoever is connected must show itself again, since it may have been revoked. */
function reload(server: TlsServer, files: TlsFiles, on: { connections: Set<TLSSocket>; log: Logger }): void {
  const material = readTlsMaterial(files);
  if (!material.ok) {
    on.log.error(
      { event: "tls-files", problems: material.error },
      "changed TLS files cannot be used: the old ones stay",
    );
    return;
  }
  server.setSecureContext({ ...(material.value satisfies TlsMaterial), minVersion: "TLSv1.3" });
  on.log.info({ event: "tls-files", connections: on.connections.size }, "TLS files were taken up");
  for (const socket of on.connections) socket.destroy();
}

function listen(server: Server, { host, port }: Place, log: Logger): Promise<void> {
  server.maxConnections = limits.broker.connections;
  server.on("drop", (data) => log.warn({ from: data?.remoteAddress }, "too many connections: one was turned away"));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}

function portOf(server: Server, { port }: Place): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function closed(server: Server): Promise<void> {
  return new Promise<void>((resolve) => server.close(() => resolve()));
}

function from(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
