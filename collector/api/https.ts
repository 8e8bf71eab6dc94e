/** HTTPS for the API and the page: the certificate is read, checked, and taken up anew when it was renewed. */
import type { Server as HttpServer, RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { Logger } from "pino";
import { readServerPair, type ServerPair, type watchFiles } from "../inbox/tls-files.ts";

export interface Https {
  /** As the HTTP framework wants it: a server like that of plain HTTP. */
  make: (handler: RequestListener) => HttpServer;
  /** Stops watching the files. */
  stop(): void;
}

/** What every browser in use still speaks; a box speaks 1.3. */
const OLDEST = "TLSv1.2";

/**
 * @param watch tells of changed files
 * @throws Error when the files cannot be used
 */
export function httpsOf(files: ServerPair, log: Logger, watch: typeof watchFiles): Https {
  const first = readServerPair(files);
  if (!first.ok) throw new Error(first.error.map(({ field, message }) => `${field}: ${message}`).join("; "));
  let server: Server | undefined;
  const stop = watch(files, () => {
    const renewed = readServerPair(files);
    if (!renewed.ok) {
      log.error({ event: "https-files", problems: renewed.error }, "changed files cannot be used: the old ones stay");
      return;
    }
    server?.setSecureContext({ ...renewed.value, minVersion: OLDEST });
    log.info({ event: "https-files" }, "the certificate of the API was taken up");
  });
  return {
    make: (handler) => {
      server = createServer({ ...first.value, minVersion: OLDEST }, handler);
      return server as unknown as HttpServer;
    },
    stop,
  };
}
