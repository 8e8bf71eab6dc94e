/** A serial port that others can open: a pty behind a stable symlink. Pulling the cable is a real hang-up. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import type { ReadStream } from "node:tty";
import * as nodePty from "@lydell/node-pty";
import type { Port } from "./port.ts";

/** node-pty's open(), which its types leave out: a bare pty without a program on it. */
interface OpenedPty {
  _master: ReadStream;
  _slave: ReadStream & { _handle: { fd: number } };
  _pty: string;
}

const { open: openPty } = nodePty as unknown as { open: (options: { encoding: null }) => OpenedPty };

interface Pty {
  master: ReadStream;
  /** Our own hold on the master's side of the line, see plug(). */
  hold: number;
}

/** Bytes that nobody fetched for this long are gone, as they would be at a port that nobody has open. */
const STALE_AFTER_MS = 250;
const DRAIN_BYTES = 4_096;

export class PtyPort implements Port {
  readonly path: string;
  readonly #heard: (bytes: Uint8Array) => void;
  #pty: Pty | undefined;
  #lastName = "";
  #stale: NodeJS.Timeout | undefined;

  /** @param path the symlink; @param heard called with the bytes the master sends */
  constructor(path: string, heard: (bytes: Uint8Array) => void) {
    this.path = path;
    this.#heard = heard;
  }

  /**
   * Opens a new pty and points the symlink at it, as udev does below /dev/serial/by-id/: whoever plugs an adapter in
   * again finds it under another name. Nothing happens when the cable is in already.
   */
  plug(): void {
    if (this.#pty) return;
    const opened = openAnother(this.#lastName);
    this.#lastName = opened._pty;
    // Holding the far end open keeps the pty alive while the agent restarts: without any opener its other end fails.
    const hold = openSync(opened._pty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    execFileSync("stty", ["-F", opened._pty, "raw", "-echo"]);
    const master = opened._master;
    master.on("data", (bytes: Buffer) => this.#heard(bytes));
    master.on("error", () => this.pull());
    this.#pty = { master, hold };
    const fresh = `${this.path}.new`;
    rmSync(fresh, { force: true });
    symlinkSync(opened._pty, fresh);
    renameSync(fresh, this.path);
  }

  /** Takes the symlink away and closes the pty: whoever has it open sees a hang-up. */
  pull(): void {
    clearTimeout(this.#stale);
    rmSync(this.path, { force: true });
    const pty = this.#pty;
    this.#pty = undefined;
    if (!pty) return;
    pty.master.destroy();
    closeSync(pty.hold);
  }

  /** Sends bytes to the master; they are lost when the cable is out. */
  write(bytes: Uint8Array): void {
    const pty = this.#pty;
    if (!pty) return;
    (pty.master as unknown as NodeJS.WritableStream).write(bytes);
    clearTimeout(this.#stale);
    this.#stale = setTimeout(() => dropUnread(pty.hold), STALE_AFTER_MS);
    this.#stale.unref();
  }
}

/** A new pty whose name is not `lastName`, without its own slave stream. */
function openAnother(lastName: string): OpenedPty {
  const opened = openPty({ encoding: null });
  closeSlave(opened);
  if (opened._pty !== lastName) return opened;
  const other = openPty({ encoding: null });
  closeSlave(other);
  opened._master.destroy();
  return other;
}

/** Closes the pty's own slave stream, and the descriptor it was made from, which libuv reopens and leaves behind. */
function closeSlave(opened: OpenedPty): void {
  const streamed = opened._slave._handle.fd;
  const left = readdirSync("/proc/self/fd")
    .map(Number)
    .filter((fd) => fd !== streamed && isOpenOn(fd, opened._pty));
  opened._slave.destroy();
  for (const fd of left) closeSync(fd);
}

function isOpenOn(fd: number, path: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) === path;
  } catch {
    // The descriptor that listed the folder is gone by now.
    return false;
  }
}

function dropUnread(hold: number): void {
  const scrap = Buffer.alloc(DRAIN_BYTES);
  try {
    while (readSync(hold, scrap) > 0);
  } catch {
    // EAGAIN: nothing is left, which is what was wanted.
  }
}
