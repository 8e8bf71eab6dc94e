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
  return new Stream(seed, name);
}

/** Its state is four signed words: unsigned ones would not fit the engine's small integers, and be boxed at each step. */
class Stream implements Random {
  #first: number;
  #second: number;
  #third: number;
  #fourth: number;

  constructor(seed: number, name: string) {
    const start = hash(name) ^ Math.imul(seed, 0x9e37_79b1);
    this.#first = splitmix(start, 1);
    this.#second = splitmix(start, 2);
    this.#third = splitmix(start, 3);
    this.#fourth = splitmix(start, 4);
  }

  next(): number {
    const result = Math.imul(rotate(Math.imul(this.#second, 5), 7), 9) >>> 0;
    const shifted = this.#second << 9;
    this.#third ^= this.#first;
    this.#fourth ^= this.#second;
    this.#second ^= this.#third;
    this.#first ^= this.#fourth;
    this.#third ^= shifted;
    this.#fourth = rotate(this.#fourth, 11);
    return result / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  integer(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next());
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  gaussian(mean: number, deviation: number): number {
    return mean + deviation * Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  gamma(shape: number, mean: number): number {
    let sum = 0;
    for (let term = 0; term < shape; term += 1) sum += this.exponential(mean / shape);
    return sum;
  }

  pick<T>(items: readonly T[], weight: (item: T) => number): T {
    let total = 0;
    for (const item of items) total += weight(item);
    let left = this.next() * total;
    for (const item of items) {
      left -= weight(item);
      if (left < 0) return item;
    }
    return items[items.length - 1]!;
  }
}

/** The number-th word of a splitmix32 sequence, signed. */
function splitmix(start: number, number: number): number {
  let value = (start + Math.imul(number, 0x9e37_79b9)) | 0;
  value = Math.imul(value ^ (value >>> 16), 0x21f0_aaad);
  value = Math.imul(value ^ (value >>> 15), 0x735a_2d97);
  return value ^ (value >>> 15);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function hash(name: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < name.length; index += 1) {
    value = Math.imul(value ^ name.charCodeAt(index), 0x0100_0193);
  }
  return value >>> 0;
}
