/** What every transport must do, run against each: a serial port (a pty) and a TCP connection. */
import { afterEach, describe, expect, test } from "vitest";
import { PtyDevice, settings, tcpDevice } from "./device.test-support.ts";
import { serialTransport } from "./serial.ts";
import { tcpTransport } from "./tcp.ts";
import { CLOSE_DEADLINE_MS, type Transport } from "./transport.ts";

interface FarEnd {
  transport: Transport;
  /** What is sent to the far end comes back, each request of eight bytes as it is. */
  vanish(): void;
  comeBack(): Promise<void>;
}

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const echo = (request: Buffer) => [{ afterMs: 0, bytes: Buffer.from(request) }];

const kinds: { name: string; make(): Promise<FarEnd>; nowhere: Transport }[] = [
  {
    name: "serial",
    nowhere: serialTransport("/nonexistent/port", settings),
    async make() {
      const device = new PtyDevice(echo);
      const transport = serialTransport(device.path, settings);
      opened.push(transport, device);
      return { transport, vanish: () => device.pull(), comeBack: async () => device.plug() };
    },
  },
  {
    name: "tcp",
    nowhere: tcpTransport("127.0.0.1", 1),
    async make() {
      const device = await tcpDevice(echo);
      const transport = tcpTransport("127.0.0.1", device.port);
      opened.push(transport, device);
      return { transport, vanish: () => device.hangUp(), comeBack: async () => {} };
    },
  },
];

/** Opens a transport and collects what it says. */
async function listen(transport: Transport) {
  const bytes: number[] = [];
  const lost: string[] = [];
  const result = await transport.open({
    data: (chunk) => void bytes.push(...chunk),
    lost: (why) => void lost.push(why),
  });
  return { bytes, lost, result };
}

async function until(condition: () => boolean, deadlineMs = 3_000): Promise<void> {
  const endsAt = performance.now() + deadlineMs;
  while (!condition() && performance.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

describe.each(kinds)("$name", ({ make, nowhere }) => {
  test("carries every byte value both ways, whole and in order", async () => {
    const { transport } = await make();
    const { bytes, result } = await listen(transport);
    expect(result.ok).toBe(true);
    const all = Array.from({ length: 256 }, (_, value) => value);
    for (let at = 0; at < 256; at += 8) {
      expect(await transport.write(Uint8Array.from(all.slice(at, at + 8)))).toMatchObject({ ok: true });
      await until(() => bytes.length === at + 8);
    }
    expect(bytes).toEqual(all);
  });

  test("that cannot be opened says why, and can be asked again", async () => {
    for (const _ of [1, 2]) {
      const { result } = await listen(nowhere);
      expect(result).toMatchObject({ ok: false, error: expect.stringMatching(/ENOENT|ECONNREFUSED/) });
    }
    await nowhere.close();
  });

  test("says once that the far end vanished, refuses to write then, and opens again when it is back", async () => {
    const { transport, vanish, comeBack } = await make();
    const { lost } = await listen(transport);
    vanish();
    await until(() => lost.length > 0);
    expect(await transport.write(Uint8Array.of(1))).toMatchObject({ ok: false });
    await comeBack();
    const again = await listen(transport);
    expect(again.result.ok).toBe(true);
    await transport.write(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
    await until(() => again.bytes.length === 8);
    expect(lost).toHaveLength(1);
  });

  test("closes within its deadline, as often as one likes, and is silent afterwards", async () => {
    const { transport } = await make();
    const { bytes, lost } = await listen(transport);
    await transport.write(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
    const startedAt = performance.now();
    await transport.close();
    await transport.close();
    expect(performance.now() - startedAt).toBeLessThan(CLOSE_DEADLINE_MS + 200);
    const heard = bytes.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(bytes).toHaveLength(heard);
    expect(lost).toEqual([]);
    expect(await transport.write(Uint8Array.of(1))).toMatchObject({ ok: false });
  });

  test("closed before it was ever opened, nothing happens", async () => {
    const { transport } = await make();
    await transport.close();
    expect((await listen(transport)).result.ok).toBe(true);
  });
});

test("a re-plugged adapter that comes back under another device, but the same stable name, is found again", async () => {
  const device = new PtyDevice(echo);
  const transport = serialTransport(device.path, settings);
  opened.push(transport, device);
  const first = device.target();
  const { lost } = await listen(transport);
  // The old pty stays open, as a dead ttyUSB0 does while something holds it: only the name leads elsewhere.
  const old = device.detach();
  opened.push(old);
  device.plug();
  expect(device.target()).not.toBe(first);
  await until(() => lost.length > 0);
  expect(lost[0]).toContain("another device");
  const again = await listen(transport);
  await transport.write(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
  await until(() => again.bytes.length === 8);
});
