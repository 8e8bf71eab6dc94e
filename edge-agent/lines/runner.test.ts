/** One line being read: what goes wrong on it is survived within seconds, and recorded with its cause. */
import { fail, ok } from "@forecourt/protocol/result.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Driver } from "../drivers/driver.ts";
import { encodeRtu, rtuReader } from "../drivers/modbus/frames.ts";
import { late, PtyDevice, rtuAnswer, settings } from "./device.test-support.ts";
import { Line } from "./line.ts";
import type { LineSink } from "./reporter.ts";
import { LineRunner } from "./runner.ts";
import { serialTransport } from "./serial.ts";
import type { Transport, TransportEvents } from "./transport.ts";
import { watchOver } from "./watchdog.ts";

const read = { unit: 1, fn: 3 as const, address: 7, count: 1 };

/** Reads one register of one device. */
function driver(timeoutMs = 100): Driver {
  return {
    device: "d",
    gapMs: 10,
    polls: [{ device: "d", key: "r", intervalMs: 50 }],
    read: async (line) => {
      const answer = await line.exchange({ request: encodeRtu(read), reader: () => rtuReader(read), timeoutMs });
      return answer.ok ? ok([]) : answer;
    },
  };
}

interface Link {
  device: string | null;
  state: string;
  reason: string;
}

function watched(transport: Transport, drivers: Driver[] = [driver()]) {
  const links: Link[] = [];
  let observed = 0;
  const sink: LineSink = {
    observed: () => {
      observed += 1;
      return [];
    },
    failed: () => [],
    reachability: ({ device }, { state, reason }) => {
      links.push({ device, state, reason });
      return [];
    },
  };
  const logged: string[] = [];
  const runner = new LineRunner({
    line: new Line({ name: "l", transport, byteMs: 0 }),
    drivers,
    sink,
    reachability: { failures: 3, silentMs: 1_000 },
    backOff: { minMs: 200, maxMs: 1_000 },
    stuckMs: 10_000,
    now: () => performance.now(),
    random: () => 0.5,
    log: (message) => void logged.push(message),
  });
  return { runner, links, logged, observed: () => observed };
}

/** A transport of the test's own: what is written is answered as it says. */
function scripted(heard: (request: Buffer, events: TransportEvents) => void) {
  let events: TransportEvents | undefined;
  const transport: Transport = {
    open: async (given) => {
      events = given;
      return ok(undefined);
    },
    write: async (bytes) => {
      if (events !== undefined) heard(Buffer.from(bytes), events);
      return ok(undefined);
    },
    close: async () => {},
  };
  return { transport, lose: (reason: string) => events?.lost(reason), say: (bytes: Uint8Array) => events?.data(bytes) };
}

const prompt = (request: Buffer, events: TransportEvents) => void setTimeout(() => events.data(rtuAnswer(request)), 5);

describe("in fake time", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each(["EIO: i/o error, read", "ENXIO: no such device", "hang-up"])(
    "%s: line and device are down with that reason at once, and up again within seconds",
    async (reason) => {
      const { transport, lose } = scripted(prompt);
      const { runner, links, observed } = watched(transport);
      runner.start();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(links.map(({ device, state }) => [device, state])).toEqual([
        [null, "up"],
        ["d", "up"],
      ]);
      lose(reason);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(links.slice(2)).toEqual([
        { device: null, state: "down", reason },
        { device: "d", state: "down", reason },
        { device: null, state: "up", reason: "the line is open" },
        { device: "d", state: "up", reason: "answers" },
      ]);
      const before = observed();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(observed()).toBeGreaterThan(before);
      await runner.stop();
    },
  );

  test("a port that cannot be opened, or is lost again at once, is not tried without pause", async () => {
    const { transport, lose } = scripted(prompt);
    const open = transport.open;
    let attempts = 0;
    transport.open = async () => {
      attempts += 1;
      return fail("EACCES");
    };
    const { runner } = watched(transport);
    runner.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(attempts).toBeGreaterThan(8);
    expect(attempts).toBeLessThan(16);
    transport.open = (events) => {
      attempts += 1;
      setTimeout(() => lose("loose contact"), 1);
      return open(events);
    };
    attempts = 0;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(attempts).toBeLessThan(16);
    await runner.stop();
  });

  test("a write that fails opens the line anew", async () => {
    const { transport } = scripted(prompt);
    const write = transport.write;
    const { runner, links } = watched(transport);
    runner.start();
    await vi.advanceTimersByTimeAsync(500);
    transport.write = async () => fail("EIO on write");
    await vi.advanceTimersByTimeAsync(100);
    transport.write = write;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(links).toContainEqual({ device: null, state: "down", reason: "EIO on write" });
    expect(links.at(-1)).toEqual({ device: "d", state: "up", reason: "answers" });
    await runner.stop();
  });

  test("a line that does not fall quiet is down with that reason, and read again within seconds of falling quiet", async () => {
    const { transport, say } = scripted(prompt);
    const { runner, links, observed } = watched(transport);
    runner.start();
    await vi.advanceTimersByTimeAsync(500);
    const babble = setInterval(() => say(Buffer.from([0x55])), 20);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(links).toContainEqual({
      device: null,
      state: "down",
      reason: expect.stringContaining("does not fall quiet"),
    });
    expect(links).toContainEqual({
      device: "d",
      state: "down",
      reason: expect.stringContaining("does not fall quiet"),
    });
    clearInterval(babble);
    const before = observed();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(observed()).toBeGreaterThan(before);
    expect(links.slice(-2).map(({ device, state }) => [device, state])).toEqual([
      [null, "up"],
      ["d", "up"],
    ]);
    await runner.stop();
  });

  test("an echoing line is read, and said to echo; looped back it is down with that reason", async () => {
    let loopedBack = false;
    const { transport } = scripted((request, events) => {
      events.data(Buffer.from(request));
      if (!loopedBack) prompt(request, events);
    });
    const { runner, links, observed } = watched(transport);
    runner.start();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(observed()).toBeGreaterThan(10);
    expect(links).toContainEqual({
      device: null,
      state: "up",
      reason: expect.stringContaining("echoes our own bytes"),
    });
    loopedBack = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(links.at(-1)).toMatchObject({
      device: "d",
      state: "down",
      reason: expect.stringContaining("echoes our own bytes"),
    });
    await runner.stop();
  });

  test("a loop that hangs is noticed, recorded and started anew; the hanging one changes nothing when it wakes", async () => {
    let wake: (() => void) | undefined;
    let hangs = false;
    const sound = driver();
    const hanging: Driver = {
      ...sound,
      read: (line, poll) =>
        hangs
          ? new Promise((resolve) => {
              hangs = false;
              wake = () => resolve(ok([]));
            })
          : sound.read(line, poll),
    };
    const { transport } = scripted(prompt);
    const { runner, links, logged, observed } = watched(transport, [hanging]);
    const endWatch = watchOver([runner], (message) => void logged.push(message));
    runner.start();
    await vi.advanceTimersByTimeAsync(1_000);
    hangs = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(logged).not.toContainEqual(expect.stringContaining("hangs"));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(logged).toContainEqual(expect.stringContaining("hangs"));
    expect(links).toContainEqual({ device: null, state: "down", reason: expect.stringContaining("hung for") });
    expect(links.at(-1)).toMatchObject({ device: "d", state: "up" });
    const before = observed();
    wake?.();
    await vi.advanceTimersByTimeAsync(1);
    expect(observed() - before).toBeLessThanOrEqual(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(observed()).toBeGreaterThan(before);
    endWatch();
    await runner.stop();
  });

  test("an agent stops within seconds although a driver hangs", async () => {
    const hanging: Driver = { ...driver(), read: () => new Promise(() => {}) };
    const { transport } = scripted(prompt);
    const { runner } = watched(transport, [hanging]);
    runner.start();
    await vi.advanceTimersByTimeAsync(500);
    let stopped = false;
    void runner.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(stopped).toBe(true);
  });
});

test("a pulled and re-plugged adapter is read again within seconds, on a real pty", async () => {
  const device = new PtyDevice(late(2));
  const { runner, links, observed } = watched(serialTransport(device.path, settings));
  const until = async (condition: () => boolean) => {
    const endsAt = performance.now() + 5_000;
    while (!condition() && performance.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(condition()).toBe(true);
  };
  runner.start();
  await until(() => observed() > 2);
  device.pull();
  await until(() => links.some(({ device, state }) => device === null && state === "down"));
  device.plug();
  const before = observed();
  await until(() => observed() > before + 2);
  expect(links.find(({ state }) => state === "down")?.reason).toMatch(/gone|vanished|EIO|ENXIO/);
  await runner.stop();
  device.close();
});
