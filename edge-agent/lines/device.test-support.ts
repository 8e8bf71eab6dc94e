/** A Modbus device behind a pty or a TCP port: register n holds n, so that every answer names its request. */
import { closeSync, constants, mkdtempSync, openSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReadStream } from "node:tty";
import * as nodePty from "@lydell/node-pty";
import { modbusCrc } from "../drivers/modbus/crc.ts";
import type { SerialSettings } from "./serial.ts";

export const settings: SerialSettings = { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 };

/** What a device does with a request: bytes to send back, and after how long each. */
export type Behaviour = (request: Buffer, number: number) => { afterMs: number; bytes: Uint8Array }[];

/** The RTU answer of unit 1 to a read of one holding register: the register holds its own address. */
export function rtuAnswer(request: Buffer): Buffer {
  const frame = Buffer.from([request[0]!, request[1]!, 2, request[2]!, request[3]!, 0, 0]);
  frame.writeUInt16LE(modbusCrc(frame.subarray(0, 5)), 5);
  return frame;
}

/** The same for Modbus TCP. */
export function tcpAnswer(request: Buffer): Buffer {
  return Buffer.concat([
    request.subarray(0, 4),
    Buffer.from([0, 5]),
    request.subarray(6, 8),
    Buffer.from([2]),
    request.subarray(8, 10),
  ]);
}

/** Answers every request after the same time. */
export function late(afterMs: number, answer = rtuAnswer): Behaviour {
  return (request) => [{ afterMs, bytes: answer(request) }];
}

export interface Device {
  behave: Behaviour;
  close(): void;
}

interface OpenedPty {
  _master: ReadStream;
  _slave: ReadStream;
  _pty: string;
}
const { open: openPty } = nodePty as unknown as { open: (options: { encoding: null }) => OpenedPty };

/** A device on a pty behind a stable path, whose cable can be pulled. */
export class PtyDevice implements Device {
  readonly path = join(mkdtempSync(join(tmpdir(), "forecourt-line-")), "port");
  behave: Behaviour;
  #pty: { master: ReadStream; hold: number } | undefined;

  constructor(behave: Behaviour) {
    this.behave = behave;
    this.plug();
  }

  plug(): void {
    const { _master: master, _slave: slave, _pty: pty } = openPty({ encoding: null });
    // A pty whose far end nobody has open fails at once: this hold stands for the cable.
    const hold = openSync(pty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    slave.destroy();
    const write = (bytes: Uint8Array) => void (master as unknown as NodeJS.WritableStream).write(bytes);
    master.on("data", answering(this, write));
    master.on("error", () => {});
    this.#pty = { master, hold };
    symlinkSync(pty, `${this.path}.new`);
    renameSync(`${this.path}.new`, this.path);
  }

  /** The device that the stable name leads to now. */
  target(): string {
    return readlinkSync(this.path);
  }

  /** Leaves the present pty alive without a name, as an adapter that some program still holds. */
  detach(): { close(): void } {
    const pty = this.#pty;
    this.#pty = undefined;
    return {
      close() {
        pty?.master.destroy();
        if (pty !== undefined) closeSync(pty.hold);
      },
    };
  }

  pull(): void {
    rmSync(this.path, { force: true });
    if (this.#pty === undefined) return;
    this.#pty.master.destroy();
    closeSync(this.#pty.hold);
    this.#pty = undefined;
  }

  close(): void {
    this.pull();
  }
}

/** A device on a TCP port of this machine. */
export async function tcpDevice(behave: Behaviour): Promise<Device & { port: number; hangUp(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on(
      "data",
      answering(device, (bytes) => void socket.write(bytes)),
    );
  });
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const device = {
    behave,
    port: 0,
    hangUp,
    close: () => {
      hangUp();
      server.close();
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  device.port = typeof address === "object" && address !== null ? address.port : 0;
  return device;
}

/** Takes whole requests of 8 bytes (RTU) or 12 (TCP: they begin with a transaction and two zeros) and answers them. */
function answering(device: Device, write: (bytes: Uint8Array) => void): (chunk: Buffer) => void {
  let number = 0;
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const length = held.length >= 6 && held.readUInt16BE(2) === 0 && held.readUInt16BE(4) === 6 ? 12 : 8;
      if (held.length < length) return;
      const request = Buffer.from(held.subarray(0, length));
      held = held.subarray(length);
      number += 1;
      for (const { afterMs, bytes } of device.behave(request, number)) setTimeout(() => write(bytes), afterMs);
    }
  };
}
