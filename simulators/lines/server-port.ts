/** A serial line behind a serial server: the bytes of the line as they are, over TCP (tax ports, RTU over TCP). */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Port, PortMaker } from "./port.ts";

export interface SerialServer {
  host: string;
  port: number;
  make: PortMaker;
  close(): Promise<void>;
}

/** Serial servers let a few masters listen to one line. */
const MOST_CONNECTIONS = 4;

/** Listens on 127.0.0.1; `port` 0 takes a free one. While the line is pulled, connections are refused at once. */
export async function serialServer(port = 0): Promise<SerialServer> {
  const sockets = new Set<Socket>();
  let plugged = false;
  let heard: (bytes: Uint8Array) => void = () => undefined;
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    if (!plugged) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => heard(bytes));
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const line: Port = {
    plug: () => {
      plugged = true;
    },
    pull: () => {
      plugged = false;
      hangUp();
    },
    write: (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
  };
  return {
    host: "127.0.0.1",
    port: typeof address === "object" && address !== null ? address.port : 0,
    make: (listener) => {
      heard = listener;
      return line;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      hangUp();
      await closed;
    },
  };
}
