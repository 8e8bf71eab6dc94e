/**
 * Time that passes only when told to, for everything in this process that asks for it in the usual way: timers,
 * `performance.now` and `Date.now`. A week of polls takes as long as the work in it.
 */

interface Timer {
  at: number;
  order: number;
  everyMs: number | undefined;
  call: () => void;
  isOver: boolean;
}

const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, dateNow: Date.now };

/** A heap of timers by instant, and by order of making within one. */
class Timers {
  readonly #heap: Timer[] = [];

  add(timer: Timer): void {
    const heap = this.#heap;
    heap.push(timer);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  /** Takes the next timer that is due by `until`. */
  take(until: number): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.at > until) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

function before(first: Timer, second: Timer): boolean {
  return first.at < second.at || (first.at === second.at && first.order < second.order);
}

export class VirtualTime {
  readonly #timers = new Timers();
  readonly #startsAt: number;
  #now = 0;
  #made = 0;

  /** @param startsAt epoch ms of its beginning */
  constructor(startsAt: number) {
    this.#startsAt = startsAt;
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Takes the place of real time. @returns what gives it back */
  install(): () => void {
    const make = (call: (...args: unknown[]) => void, ms: number | undefined, args: unknown[], repeats: boolean) => {
      // As Node does it: whole milliseconds, and one at least.
      const delay = Math.max(1, Math.trunc(Number(ms) || 0));
      this.#made += 1;
      const timer: Timer = {
        ...{ at: this.#now + delay, order: this.#made, isOver: false },
        ...{ everyMs: repeats ? delay : undefined, call: () => call(...args) },
      };
      this.#timers.add(timer);
      return Object.assign(timer, { unref: () => timer, ref: () => timer, hasRef: () => true });
    };
    const clear = (timer: unknown) => {
      if (typeof timer === "object" && timer !== null) (timer as Timer).isOver = true;
    };
    type Call = (...args: unknown[]) => void;
    Object.assign(globalThis, {
      setTimeout: (call: Call, ms?: number, ...args: unknown[]) => make(call, ms, args, false),
      setInterval: (call: Call, ms?: number, ...args: unknown[]) => make(call, ms, args, true),
      clearTimeout: clear,
      clearInterval: clear,
    });
    performance.now = () => this.#now;
    Date.now = () => this.#startsAt + this.#now;
    return () => {
      const { setTimeout, clearTimeout, setInterval, clearInterval } = real;
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
      Reflect.deleteProperty(performance, "now");
      Date.now = real.dateNow;
    };
  }

  /** Lets time pass until `ms` after the beginning, with everything that waits for it. */
  async run(ms: number): Promise<void> {
    await settled();
    for (let timer = this.#timers.take(ms); timer !== undefined; timer = this.#timers.take(ms)) {
      if (timer.isOver) continue;
      this.#now = Math.max(this.#now, timer.at);
      timer.call();
      if (timer.everyMs === undefined) timer.isOver = true;
      else if (!timer.isOver) this.#timers.add(Object.assign(timer, { at: this.#now + timer.everyMs }));
      await settled();
    }
    this.#now = ms;
  }
}

/** All promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => real.setImmediate(resolve));
}
