/**
 * Serves the page as soon as its address can be used. The technician's port may get its address long after the start, and
 * another program may hold it: the agent reads on meanwhile.
 */
import type { LocalServer } from "./server.ts";

export interface ServingOptions {
  /** @throws Error when the address cannot be used */
  start: () => Promise<LocalServer>;
  /** Timers, so that tests need not wait. @returns how to call it off */
  after: (ms: number, action: () => void) => () => void;
  log: (message: string, details: Record<string, unknown>) => void;
}

export interface Serving {
  /** undefined: not yet */
  readonly port: number | undefined;
  close(): Promise<void>;
}

const AGAIN_MS = 10_000;

/** Tries once before it returns, and then again and again. */
export async function keepServing({ start, after, log }: ServingOptions): Promise<Serving> {
  let server: LocalServer | undefined;
  let callOff: () => void = () => undefined;
  let isClosed = false;
  let isTold = false;
  const attempt = async (): Promise<void> => {
    try {
      const started = await start();
      if (isClosed) return await started.close();
      server = started;
      log("the box's page is served", { port: started.port });
    } catch (error) {
      if (!isTold) log("the box's page cannot be served yet", { error: String(error) });
      isTold = true;
      if (isClosed) return;
      callOff = after(AGAIN_MS, () => {
        trying = attempt();
      });
    }
  };
  let trying = attempt();
  await trying;
  return {
    get port() {
      return server?.port;
    },
    async close() {
      isClosed = true;
      callOff();
      await trying;
      await server?.close();
    },
  };
}
