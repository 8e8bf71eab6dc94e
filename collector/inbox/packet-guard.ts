/**
 * Stands between a socket and the MQTT parser and reads only the packets' lengths: a packet that claims too much closes
 * the connection at its fixed header, before its bytes are kept anywhere.
 */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Peer } from "./peer.ts";

/** MQTT's length field has at most four bytes of seven bits. */
const MAX_LENGTH_BYTES = 4;

/** Follows the packet boundaries of one connection. */
export class PacketMeter {
  /** bytes of the current packet's body that are still to come */
  #skip = 0;
  #inLength = false;
  #length = 0;
  #lengthBytes = 0;
  #maxBytes: number;

  /** @param maxBytes largest whole packet that is let through */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Changes the limit for the packets to come. */
  set maxBytes(value: number) {
    this.#maxBytes = value;
  }

  /**
   * Takes the next bytes.
   * @returns what is wrong with them, or undefined
   */
  take(chunk: Uint8Array): string | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const byte = chunk[at]!;
      at += 1;
      if (!this.#inLength) {
        this.#inLength = true;
        this.#length = 0;
        this.#lengthBytes = 0;
        continue;
      }
      const wrong = this.#lengthByte(byte);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #lengthByte(byte: number): string | undefined {
    this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes);
    this.#lengthBytes += 1;
    if ((byte & 0x80) !== 0) {
      return this.#lengthBytes < MAX_LENGTH_BYTES ? undefined : "the packet's length field has no end";
    }
    const whole = 1 + this.#lengthBytes + this.#length;
    if (whole > this.#maxBytes) {
      return `a packet claims ${whole} bytes, at most ${this.#maxBytes} are allowed`;
    }
    this.#inLength = false;
    this.#skip = this.#length;
    return undefined;
  }
}

/** The socket as the MQTT parser sees it. */
export class GuardedSocket extends Duplex {
  /** who the connection itself says it is */
  readonly peer: Peer;
  /** where the other end is; empty when it has gone already */
  readonly address: string;
  readonly #socket: Socket;
  readonly #meter: PacketMeter;

  /**
   * @param peer what the connection proves of who is there
   * @param maxBytes limit until {@link allow} changes it
   * @param refused told why, once, before the connection is closed
   */
  constructor(socket: Socket, peer: Peer, maxBytes: number, refused: (reason: string) => void) {
    super({ allowHalfOpen: false });
    this.peer = peer;
    this.address = socket.remoteAddress ?? "";
    this.#socket = socket;
    this.#meter = new PacketMeter(maxBytes);
    socket.on("data", (chunk: Buffer) => {
      const wrong = this.#meter.take(chunk);
      if (wrong !== undefined) {
        refused(wrong);
        this.destroy(new Error(wrong));
        return;
      }
      if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  /** Sets the limit for the packets to come, in bytes. */
  allow(maxBytes: number): void {
    this.#meter.maxBytes = maxBytes;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, (error) => done(error));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
