/** Random numbers that depend on nothing but a seed and the name of a stream, so that a run can be repeated. */

export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Uniform integer, both ends included. */
  integer(low: number, high: number): number;
  /** Exponentially distributed with the given mean. */
  exponential(mean: number): number;
  /** Normally distributed. */
  gaussian(mean: number, deviation: number): number;
  /** Gamma distributed; shape must be a positive integer (an Erlang sum, exact and cheap). */
  gamma(shape: number, mean: number): number;
  /** One of the items, by weight (weights >= 0, at least one > 0). */
  pick<T>(items: readonly T[], weight: (item: T) => number): T;
}

/**
 * A stream of random numbers for one concern. Each concern (arrivals, one customer, one probe, one line) has a
 * stream of its own, so that adding a concern does not shift the others.
 * Generator: xoshiro128** (Blackman and Vigna), state filled by splitmix32 from an FNV-1a hash of the name.
 */
export function randomStream(seed: number, name: string): Random {
  const step = xoshiro(seed, name);
  const next = () => step() / 0x1_0000_0000;
  const exponential = (mean: number) => -Math.log(1 - next()) * mean;
  return {
    next,
    exponential,
    between: (low, high) => low + (high - low) * next(),
    integer: (low, high) => low + Math.floor((high - low + 1) * next()),
    gaussian: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    gamma: (shape, mean) => {
      let sum = 0;
      for (let term = 0; term < shape; term += 1) sum += exponential(mean / shape);
      return sum;
    },
    pick: (items, weight) => {
      const total = items.reduce((sum, item) => sum + weight(item), 0);
      let left = next() * total;
      for (const item of items) {
        left -= weight(item);
        if (left < 0) return item;
      }
      return items[items.length - 1]!;
    },
  };
}

function xoshiro(seed: number, name: string): () => number {
  let mixed = (hash(name) ^ Math.imul(seed, 0x9e37_79b1)) >>> 0;
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word += 1) {
    mixed = (mixed + 0x9e37_79b9) >>> 0;
    let value = mixed;
    value = Math.imul(value ^ (value >>> 16), 0x21f0_aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a_2d97);
    state[word] = (value ^ (value >>> 15)) >>> 0;
  }
  return () => {
    const result = Math.imul(rotate(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = rotate(state[3]!, 11);
    return result;
  };
}

function rotate(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0;
}

function hash(name: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < name.length; index += 1) {
    value = Math.imul(value ^ name.charCodeAt(index), 0x0100_0193);
  }
  return value >>> 0;
}
