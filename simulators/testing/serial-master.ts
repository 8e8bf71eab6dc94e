/** For tests: a master on a serial path, written with serialport as a gateway would be. */
import { SerialPort } from "serialport";

export interface SerialMaster {
  /** Sends bytes and gathers what comes until `length` bytes are there or the time is over. */
  ask(request: Uint8Array, length: number, withinMs?: number): Promise<{ answer: Buffer; tookMs: number }>;
  /** Resolves when the line hangs up. */
  readonly hungUp: Promise<void>;
  close(): Promise<void>;
}

export async function openMaster(path: string, parity: "even" | "none" = "even"): Promise<SerialMaster> {
  const port = new SerialPort({ path, baudRate: 9600, dataBits: 8, parity, stopBits: 1, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  let got: Buffer = Buffer.alloc(0);
  let look: () => void = () => undefined;
  port.on("data", (bytes: Buffer) => {
    got = Buffer.concat([got, bytes]);
    look();
  });
  const hungUp = new Promise<void>((resolve) => {
    port.on("close", () => resolve());
    port.on("error", () => resolve());
  });
  return {
    hungUp,
    ask: async (request, length, withinMs = 1_000) => {
      got = Buffer.alloc(0);
      const began = performance.now();
      port.write(request);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        look = () => {
          if (got.length < length) return;
          clearTimeout(timer);
          resolve();
        };
      });
      return { answer: got, tookMs: performance.now() - began };
    },
    close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
}
