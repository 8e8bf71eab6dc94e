/**
 * Leads an update through its states while the old version runs: fetches, proves, puts together, waits until nobody
 * fuels, and switches. Every step stands on disk before the next one begins, so it may be interrupted anywhere.
 */
import { readFileSync, rmSync, statfsSync } from "node:fs";
import type { Verifier } from "@forecourt/protocol/batch/signer.ts";
import { decodeManifest, type UpdateManifest } from "@forecourt/protocol/update/manifest.ts";
import { bundleName, compareVersions } from "@forecourt/protocol/update/version.ts";
import { type Fetch, type FetchError, fetchPieces, piecesWanted } from "./download.ts";
import type { UpdateFiles } from "./files.ts";
import { fillSlot, slotProblem } from "./slots.ts";
import { freeSlot, hasEnded, ordered, type UpdateOrder, type UpdateState } from "./state.ts";

export interface UpdaterOptions {
  files: UpdateFiles;
  authority: Verifier;
  /** of the version that runs */
  version: string;
  arch: "amd64" | "arm64";
  /** How files of a bundle are fetched from where the order says. */
  fetchFrom: (from: string) => Fetch;
  inUse: () => boolean;
  devicesRead: () => string[];
  /** Ends this version; the launcher then starts what is in force. */
  relaunch: (reason: string) => void;
  /** The update ended before any switch. */
  ended: (state: UpdateState) => void;
  /** Ends early when the signal aborts. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** monotonic ms */
  now: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** A line that broke is tried again after these; the last one repeats. */
const AGAIN_MS = [5_000, 15_000, 60_000, 300_000];
/** A bundle that cannot be fetched in so long, of running time, will not come. */
const FETCH_WITHIN_MS = 7 * 86_400_000;
/** Pieces that are not what was signed are fetched again so often: a line may garble, a bundle that is cut short stays so. */
const BAD_TIMES = 3;
const LOOK_AT_USE_MS = 1_000;
/** Somewhere in a day a station rests for half a minute. */
const REST_WITHIN_MS = 86_400_000;
/** Room that must be left beside the new version. */
const SPARE_BYTES = 64 * 1024 * 1024;

export class Updater {
  readonly #options: UpdaterOptions;
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(options: UpdaterOptions) {
    this.#options = options;
  }

  /** Begins an update. @returns why not, if not */
  begin(order: UpdateOrder): string | undefined {
    const { files, version } = this.#options;
    const state = files.state();
    if (state !== undefined && !hasEnded(state)) return `the update to ${state.version} has not ended`;
    const refusal = versionProblem(order, version);
    if (refusal !== undefined) return refusal;
    try {
      files.write(ordered(order, files.current()));
    } catch (error) {
      return `the disk refuses it: ${String(error)}`;
    }
    this.resume();
    return undefined;
  }

  /** Goes on with what an earlier run of the program began. */
  resume(): void {
    this.#work = this.#run().catch((error: unknown) => this.#brokeOff(String(error)));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #run(): Promise<void> {
    const { files } = this.#options;
    if (files.state()?.phase === "downloading") await this.#fetchAndFill();
    if (files.state()?.phase === "waiting") await this.#waitAndSwitch();
  }

  /** A disk that refuses the update may refuse this note too: the next start tries again, and the agent reads on. */
  #brokeOff(error: string): void {
    const { log } = this.#options;
    // The agent stops: the next start goes on.
    if (this.#stop.signal.aborted) return;
    log("the update stands still", { error });
    try {
      this.#fail(`it could not be put together: ${error}`);
    } catch (refused) {
      log("the end of an update was not kept", { error: String(refused) });
    }
  }

  async #fetchAndFill(): Promise<void> {
    const { files, fetchFrom, arch, log, authority } = this.#options;
    const state = files.state();
    if (state === undefined) return;
    const fetch = fetchFrom(state.from);
    const name = bundleName(state.version, arch);
    const home = files.home(files.current());
    const frame = await this.#patiently(() => fetch(`${name}.fcu`));
    if (frame === undefined) return;
    const manifest = this.#accepted(frame, state);
    if (manifest === undefined) return;
    const { signal } = this.#stop;
    const wanted = await piecesWanted(manifest, home, signal);
    const bytes = wanted.reduce((sum, piece) => sum + piece.bytes, 0);
    log("an update is fetched", { version: state.version, pieces: wanted.length, bytes });
    const got = await this.#patiently(() => fetchPieces(files.pieces, wanted, { pack: `${name}.pack`, fetch, signal }));
    if (got === undefined) return;
    const slot = freeSlot(files.current());
    await fillSlot(files, slot, { manifest, frame, home, signal });
    const problem = await slotProblem(files, slot, authority, signal);
    if (problem !== undefined) {
      // What came is not what it should be in the end: begin with nothing.
      rmSync(files.pieces, { recursive: true, force: true });
      return this.#fail(problem);
    }
    files.advance({ event: "installed", slot });
    rmSync(files.pieces, { recursive: true, force: true });
    log("an update is complete", { version: state.version, slot, fetched: got });
  }

  /** The manifest, when it is what was ordered, may be taken, and has room. */
  #accepted(frame: Buffer, state: UpdateState): UpdateManifest | undefined {
    const { authority, version, arch, files } = this.#options;
    const decoded = decodeManifest(frame, authority);
    if (!decoded.ok) return this.#fail(decoded.error.message);
    const { value: manifest } = decoded;
    if (manifest.version !== state.version) {
      return this.#fail(`the bundle holds ${manifest.version}, ordered was ${state.version}`);
    }
    if (manifest.arch !== arch) return this.#fail(`the bundle is for ${manifest.arch}, this box is ${arch}`);
    const refusal = versionProblem(state, version);
    if (refusal !== undefined) return this.#fail(refusal);
    const needed = manifest.files.reduce((sum, file) => sum + file.bytes, 0) + manifest.packBytes + SPARE_BYTES;
    const { bavail, bsize } = statfsSync(files.folder);
    // The slot is emptied first, but it is not counted on: it may be empty already.
    if (bavail * bsize < needed) return this.#fail(`${Math.ceil(needed / 1e6)} MB are needed on the disk`);
    return manifest;
  }

  /** Tries again and again. @returns undefined when the update has failed, or the agent stops */
  async #patiently<T>(
    work: () => Promise<{ ok: true; value: T } | { ok: false; error: FetchError }>,
  ): Promise<T | undefined> {
    const { pause, now, log } = this.#options;
    const { signal } = this.#stop;
    const since = now();
    let bad = 0;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const came = await work();
      if (came.ok) return came.value;
      if (signal.aborted) break;
      log("an update cannot be fetched yet", { attempt, ...came.error });
      if (came.error.code === "short") bad += 1;
      if (came.error.code === "missing" || bad >= BAD_TIMES || now() - since > FETCH_WITHIN_MS) {
        return this.#fail(came.error.message);
      }
      await pause(AGAIN_MS[Math.min(attempt, AGAIN_MS.length - 1)] ?? 0, signal);
    }
    return undefined;
  }

  async #waitAndSwitch(): Promise<void> {
    const { files, authority, inUse, devicesRead, pause, now, relaunch } = this.#options;
    const { signal } = this.#stop;
    const since = now();
    const state = files.state();
    if (state?.phase !== "waiting" || state.slot === null || signal.aborted) return;
    // Before the wait: it takes a while, in which somebody may begin to fuel. The launcher proves the slot again.
    const problem = await slotProblem(files, state.slot, authority, signal);
    if (problem !== undefined) return this.#fail(problem);
    while (inUse()) {
      if (now() - since > REST_WITHIN_MS) return this.#fail("somebody was fuelling for a whole day");
      await pause(LOOK_AT_USE_MS, signal);
      if (signal.aborted) return;
    }
    // First the note, then the link: whoever finds the note puts the link right.
    files.advance({ event: "switched", devices: devicesRead() });
    files.switchTo(state.slot);
    relaunch(`update to ${state.version}`);
  }

  #fail(reason: string): undefined {
    const { files, ended } = this.#options;
    const state = files.advance({ event: "failed", reason });
    if (state?.phase === "failed") ended(state);
    return undefined;
  }
}

/** Why a version is not taken, if not: it must be newer, unless the order says otherwise. */
function versionProblem(order: Pick<UpdateOrder, "version" | "allowOlder">, running: string): string | undefined {
  if (order.allowOlder || compareVersions(order.version, running) > 0) return undefined;
  return `${order.version} is not newer than ${running}, and an older version was not ordered`;
}

/** The public key of the authority that signs updates. @returns undefined when the file holds none */
export function readAuthority(file: string, verifierOf: (key: string) => Verifier): Verifier | undefined {
  try {
    return verifierOf(readFileSync(file, "utf8").trim());
  } catch {
    return undefined;
  }
}
