/**
 * Keeps the agent's memory small. The engine lets buffers that nobody needs any more lie about until they are tens of
 * megabytes, which a small box does not have; so its collector is called when they have grown by a few.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A collection takes some 20 ms; at a busy station this much comes together in about an hour. */
const GROWTH_BYTES = 3 * 1024 * 1024;

export interface Memory {
  /** Bytes in buffers outside the engine's heap, dead ones included. */
  externalBytes: () => number;
  collect: () => void;
}

/** This process's memory. The engine's own collector is not given to programs unless they ask for it. */
function ownMemory(): Memory {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  return { externalBytes: () => process.memoryUsage().external, collect };
}

/** @returns what is to be called now and then; it seldom does anything */
export function memoryKeeper({ externalBytes, collect }: Memory = ownMemory()): () => void {
  let lowest = externalBytes();
  return () => {
    const external = externalBytes();
    lowest = Math.min(lowest, external);
    if (external - lowest < GROWTH_BYTES) return;
    collect();
    lowest = externalBytes();
  };
}
