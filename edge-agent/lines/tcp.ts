/** A TCP connection as a transport: Modbus TCP, or a serial server that passes the line's bytes through. */
import { connect, type Socket } from "node:net";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Transport, TransportEvents } from "./transport.ts";

/** A host that does not answer the connection attempt within this is taken as unreachable. */
const CONNECT_DEADLINE_MS = 5_000;

/**
 * @param host name or address
 * @param port 1 to 65535
 */
export function tcpTransport(host: string, port: number): Transport {
  let socket: Socket | undefined;
  let attempt: Socket | undefined;

  return {
    open(events: TransportEvents): Promise<Result<void, string>> {
      return new Promise((resolve) => {
        const opening = connect({ host, port, noDelay: true, keepAlive: true });
        attempt = opening;
        opening.setTimeout(CONNECT_DEADLINE_MS, () => opening.destroy(new Error("no answer")));
        const failed = (error: Error) => resolve(fail(`cannot connect to ${host}:${port}: ${error.message}`));
        opening.once("error", failed);
        opening.once("connect", () => {
          attempt = undefined;
          opening.setTimeout(0);
          opening.off("error", failed);
          socket = opening;
          let reason = `${host}:${port} closed the connection`;
          opening.on("error", (error) => {
            reason = `${host}:${port}: ${error.message}`;
          });
          opening.once("close", () => {
            if (socket !== opening) return;
            socket = undefined;
            events.lost(reason);
          });
          opening.on("data", (chunk: Buffer) => events.data(chunk));
          resolve(ok(undefined));
        });
      });
    },

    write(bytes) {
      const open = socket;
      if (open === undefined) return Promise.resolve(fail(`${host}:${port} is not connected`));
      return new Promise((resolve) => {
        open.write(bytes, (error) => resolve(error ? fail(`${host}:${port}: ${error.message}`) : ok(undefined)));
      });
    },

    close() {
      const open = socket;
      socket = undefined;
      open?.destroy();
      attempt?.destroy(new Error("the line was closed"));
      return Promise.resolve();
    },
  };
}
