/** A serial port as a transport, opened by its stable name so that a re-plugged adapter is found again. */
import { statSync } from "node:fs";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { SerialPort } from "serialport";
import { causeOf } from "./cause.ts";
import { CLOSE_DEADLINE_MS, OPEN_DEADLINE_MS, type Transport, type TransportEvents } from "./transport.ts";

export interface SerialSettings {
  baudRate: number;
  dataBits: 7 | 8;
  parity: "none" | "even" | "odd";
  stopBits: 1 | 2;
}

/**
 * How often the path is looked at: after some hang-ups the driver reads "nothing" for ever instead of failing, and a
 * re-plugged adapter's path leads to another device.
 */
const PATH_LOOK_MS = 500;

/**
 * @param path for example `/dev/serial/by-id/…`
 */
export function serialTransport(path: string, settings: SerialSettings): Transport {
  let port: SerialPort | undefined;
  let look: NodeJS.Timeout | undefined;

  return {
    async open(events: TransportEvents): Promise<Result<void, string>> {
      const opening = new SerialPort({ path, ...settings, autoOpen: false });
      const error = await openWithin(opening);
      if (error !== null) return fail(`cannot open ${path}: ${causeOf(error)}`);
      port = opening;
      const opened = deviceAt(path);
      look = setInterval(() => {
        if (deviceAt(path) !== opened) lost(`${path} is gone or leads to another device: cable or adapter unplugged`);
      }, PATH_LOOK_MS).unref();
      const lost = (reason: string) => {
        // A port that was given up may still say that it closed; by then another one may be open.
        if (port !== opening) return;
        port = undefined;
        clearInterval(look);
        opening.removeAllListeners("data");
        if (opening.isOpen) opening.close(() => {});
        events.lost(reason);
      };
      opening.on("data", (chunk: Buffer) => events.data(chunk));
      opening.on("error", (cause: Error) => lost(`${path}: ${causeOf(cause)}`));
      opening.on("close", () => lost(`${path} vanished: cable pulled, adapter unplugged, or device switched off`));
      return ok(undefined);
    },

    write(bytes) {
      const open = port;
      if (open === undefined) return Promise.resolve(fail(`${path} is not open`));
      return new Promise((resolve) => {
        open.write(Buffer.from(bytes), (error) =>
          resolve(error ? fail(`cannot write to ${path}: ${causeOf(error)}`) : ok(undefined)),
        );
      });
    },

    close() {
      const open = port;
      port = undefined;
      clearInterval(look);
      if (!open?.isOpen) return Promise.resolve();
      open.removeAllListeners("data");
      return new Promise((resolve) => {
        const deadline = setTimeout(resolve, CLOSE_DEADLINE_MS);
        open.close(() => {
          clearTimeout(deadline);
          resolve();
        });
      });
    },
  };
}

/** A driver can hang in opening: then the port is given up, and closed if it opens after all. */
function openWithin(port: SerialPort): Promise<Error | null> {
  return new Promise((resolve) => {
    let gaveUp = false;
    const deadline = setTimeout(() => {
      gaveUp = true;
      resolve(new Error(`it does not open within ${OPEN_DEADLINE_MS} ms`));
    }, OPEN_DEADLINE_MS);
    port.open((error) => {
      clearTimeout(deadline);
      if (gaveUp && error === null) port.close(() => {});
      resolve(error);
    });
  });
}

/** Which device a path leads to now; undefined when it leads nowhere. */
function deviceAt(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}:${stats.rdev}`;
}
