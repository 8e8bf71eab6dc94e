/** A TCP connection as a transport: Modbus TCP, or a serial server that passes the line's bytes through. */
import { connect, type Socket } from "node:net";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { causeOf } from "./cause.ts";
import { OPEN_DEADLINE_MS, type Transport, type TransportEvents } from "./transport.ts";

/** A peer that vanished without a word is noticed by asking for a sign of life after this. */
const KEEP_ALIVE_MS = 10_000;

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
        const opening = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
        attempt = opening;
        opening.setTimeout(OPEN_DEADLINE_MS, () => opening.destroy(new Error("no answer")));
        const failed = (error: Error) => resolve(fail(`cannot connect to ${host}:${port}: ${causeOf(error)}`));
        opening.once("error", failed);
        opening.once("connect", () => {
          attempt = undefined;
          opening.setTimeout(0);
          opening.off("error", failed);
          socket = opening;
          let reason = `${host}:${port} closed the connection`;
          opening.on("error", (error) => {
            reason = `${host}:${port}: ${causeOf(error)}`;
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
        open.write(bytes, (error) => resolve(error ? fail(`${host}:${port}: ${causeOf(error)}`) : ok(undefined)));
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
