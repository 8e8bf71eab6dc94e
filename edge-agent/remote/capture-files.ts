/**
 * Captures that were asked for from afar: each into a file below the state folder, one at a time, a few kept, and never
 * into the room that the journal needs. The end says the file's name, size and SHA-256.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { commandLimits } from "@forecourt/protocol/commands/schema.ts";
import { type ActionResult, type CaptureOrder, done, failed, refused } from "./actions.ts";

export interface CaptureOptions {
  forMs: number;
  maxBytes: number;
  write: (text: string) => void;
  signal: AbortSignal;
}

/** Captures a line. @returns when it is over; undefined when no such line is being read, or it is captured already */
export type CaptureLine = (
  line: string,
  options: CaptureOptions,
) => Promise<{ entries: number } | undefined> | undefined;

export interface CaptureFilesOptions {
  /** made when it is needed */
  folder: string;
  capture: CaptureLine;
  /** Room on the disk; undefined when nobody knows. */
  diskFreeBytes: () => number | undefined;
  /** the room that is the journal's */
  minFreeBytes: number;
  /** Told how a capture went that had begun. */
  ended: (id: string, result: ActionResult) => Promise<void>;
}

/** An hour of a line at 9600 baud that is never idle has about 20 MB as text; what a fault looks like shows far earlier. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** With the newest: so much stays on the disk, and no more. */
const FILES_KEPT = 3;

export class CaptureFiles {
  readonly #options: CaptureFilesOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: CaptureFilesOptions) {
    this.#options = options;
  }

  /** Begins a capture. @returns that it has begun, or why not */
  begin({ id, line, durationMs }: CaptureOrder): ActionResult {
    const { folder, capture, diskFreeBytes, minFreeBytes } = this.#options;
    if (this.#running !== undefined) return refused("another capture is running: one at a time");
    const free = diskFreeBytes();
    if (free !== undefined && free < minFreeBytes + MAX_FILE_BYTES)
      return refused("the disk has no room for a capture");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = new CaptureFile(this.#path(id));
    const signal = AbortSignal.any([this.#stop.signal, file.trouble]);
    const write = (text: string) => file.write(text);
    const capturing = capture(line, { forMs: durationMs, maxBytes: MAX_FILE_BYTES, write, signal });
    if (capturing === undefined) {
      file.drop();
      return refused(`no device is read on a line ${line}`);
    }
    this.#makeRoom(nameOf(id));
    this.#running = capturing
      .then((captured) => this.#end(id, file, captured?.entries))
      .catch((error: unknown) => {
        file.close();
        return failed(String(error));
      })
      .then((result) => {
        this.#running = undefined;
        return this.#options.ended(id, result);
      });
    return { outcome: "accepted", reason: null };
  }

  /** What was captured by a command, where it fits into an answer; undefined when it does not or is no longer kept. */
  text(id: string): string | undefined {
    try {
      const path = this.#path(id);
      return statSync(path).size <= commandLimits.bodyBytes ? readFileSync(path, "utf8") : undefined;
    } catch {
      return undefined;
    }
  }

  /** Ends a running capture before its time. @returns when its end has been told */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #end(id: string, file: CaptureFile, entries: number | undefined): ActionResult {
    if (entries === undefined) {
      file.drop();
      return refused("the line is being captured already");
    }
    const { bytes, sha256, error } = file.close();
    const early = this.#stop.signal.aborted ? "; the agent stopped" : bytes >= MAX_FILE_BYTES ? "; full" : "";
    const says = `captures/${nameOf(id)}: ${entries} entries, ${bytes} bytes, sha256 ${sha256}${early}`;
    if (error !== undefined) return failed(`${error}; ${says}`);
    const text = this.text(id);
    return done(says, text === undefined ? {} : { text });
  }

  #path(id: string): string {
    return join(this.#options.folder, nameOf(id));
  }

  #makeRoom(newest: string): void {
    const { folder } = this.#options;
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl") && name !== newest)
      .map((name) => join(folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    for (const file of files.slice(FILES_KEPT - 1)) rmSync(file, { force: true });
  }
}

/** An id may begin with a hyphen, which a shell would take for an option. */
const nameOf = (id: string) => `capture-${id}.jsonl`;

/** A file that is being written. A disk that refuses ends the capture, never the reading of the line. */
class CaptureFile {
  readonly #path: string;
  readonly #handle: number;
  readonly #hash = createHash("sha256");
  readonly #trouble = new AbortController();
  #bytes = 0;
  #error: string | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#handle = openSync(path, "wx", 0o600);
  }

  get trouble(): AbortSignal {
    return this.#trouble.signal;
  }

  write(text: string): void {
    if (this.#error !== undefined) return;
    const bytes = Buffer.from(text);
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#handle, bytes, written);
    } catch (error) {
      this.#error = (error as NodeJS.ErrnoException).code ?? "cannot be written";
      this.#trouble.abort();
      return;
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  close(): { bytes: number; sha256: string; error: string | undefined } {
    try {
      fsyncSync(this.#handle);
    } catch (error) {
      this.#error ??= (error as NodeJS.ErrnoException).code ?? "cannot be written";
    }
    closeSync(this.#handle);
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex"), error: this.#error };
  }

  drop(): void {
    closeSync(this.#handle);
    rmSync(this.#path, { force: true });
  }
}
