/** A line inside one process, without an operating system between: for a master that lives on simulated time. */
import type { Port, PortMaker } from "./port.ts";

export interface MemoryLine {
  make: PortMaker;
  /** Connects a master; undefined while the line is pulled. */
  connect(master: { data: (bytes: Uint8Array) => void; lost: () => void }): MemoryConnection | undefined;
}

export interface MemoryConnection {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** A line that one master at a time can connect to. */
export function memoryLine(): MemoryLine {
  let plugged = false;
  let master: { data: (bytes: Uint8Array) => void; lost: () => void } | undefined;
  let heard: (bytes: Uint8Array) => void = () => undefined;
  const port: Port = {
    plug: () => {
      plugged = true;
    },
    pull: () => {
      const left = master;
      plugged = false;
      master = undefined;
      left?.lost();
    },
    write: (bytes) => master?.data(bytes),
  };
  return {
    make: (listener) => {
      heard = listener;
      return port;
    },
    connect: (connecting) => {
      if (!plugged) return undefined;
      master = connecting;
      return {
        write: (bytes) => {
          if (master === connecting) heard(bytes);
        },
        close: () => {
          if (master === connecting) master = undefined;
        },
      };
    },
  };
}
