/** Wires updates: what this version must show within its trial, what the collector may order, and how it gives way. */
import { readFileSync } from "node:fs";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { CommandBodyOf } from "@forecourt/protocol/commands/schema.ts";
import { enrolmentFiles } from "../enrolment/files.ts";
import { type ActionResult, done, failed, refused } from "../remote/actions.ts";
import { UpdateFiles } from "../update/files.ts";
import { httpFetch } from "../update/http-fetch.ts";
import type { Launched } from "../update/relaunch.ts";
import { hasEnded, type UpdateState } from "../update/state.ts";
import type { StationWatch } from "../update/station-watch.ts";
import { missingSigns } from "../update/trial.ts";
import { readAuthority, Updater } from "../update/updater.ts";

export interface UpdateParts {
  launched: Launched;
  stateDir: string;
  version: string;
  watch: StationWatch;
  /** Whether the end of the journal can be read. */
  isJournalReadable: () => boolean;
  /** monotonic ms */
  now: () => number;
  /** Says how an update ended; it is on disk when this returns. */
  settle: (command: string, result: ActionResult) => Promise<void>;
  /** Stops this version in order; the launcher then starts what is in force. */
  leave: (reason: string) => void;
  log: (message: string, details: Record<string, unknown>) => void;
}

export interface Updates {
  /** The command of an update that has not ended: nobody else may say that it has. */
  readonly underWay: string | undefined;
  order(id: string, body: CommandBodyOf<"update">): ActionResult;
  /** The collector has receipted something. */
  reached(): void;
  stop(): Promise<void>;
}

const LOOK_MS = 1_000;
const ARCHES: Partial<Record<NodeJS.Architecture, "amd64" | "arm64">> = { x64: "amd64", arm64: "arm64" };

/** Goes on with an update that is under way, and says how the last one ended. @returns undefined where none can be made */
export function startUpdates(parts: UpdateParts): Updates | undefined {
  const { launched, settle, watch, now, leave, log, version } = parts;
  const authority = readAuthority(launched.authorityFile, ed25519Verifier);
  const arch = ARCHES[process.arch];
  if (authority === undefined || arch === undefined) return undefined;
  const files = new UpdateFiles(launched.updates, launched.factory);
  const tell = (state: UpdateState) =>
    void settle(state.command, resultOf(state))
      .then(() => files.forget())
      // It is told again at the next start.
      .catch((error: unknown) => log("the end of an update was not forgotten", { error: String(error) }));
  const { caFile } = enrolmentFiles(parts.stateDir);
  const updater = new Updater({
    ...{ files, authority, version, arch, now, log, ended: tell, pause },
    fetchFrom: (from) => httpFetch(from, () => textOf(caFile)),
    inUse: () => watch.inUse(now()),
    devicesRead: () => watch.devicesRead(now()),
    relaunch: leave,
  });
  const state = files.state();
  // Only a version that is watched is on trial: where the launcher could take no notes it started the one before.
  const endTrial = state?.phase === "trial" && launched.isWatched ? startTrial(parts, files, tell) : undefined;
  if (state !== undefined && hasEnded(state)) tell(state);
  else updater.resume();
  return {
    get underWay() {
      return files.state()?.command;
    },
    order(id, { version: wanted, from, allowOlder, trialMs }) {
      const refusal = updater.begin({ command: id, version: wanted, from, allowOlder, trialMs });
      return refusal === undefined ? { outcome: "accepted", reason: null } : refused(refusal);
    },
    reached: () => endTrial?.reached(),
    async stop() {
      endTrial?.stop();
      await updater.stop();
    },
  };
}

/** Looks every second whether this version has shown all that is wanted, and gives up when its time is over. */
function startTrial(parts: UpdateParts, files: UpdateFiles, tell: (state: UpdateState) => void) {
  const { watch, now, isJournalReadable, leave, log } = parts;
  let isReached = false;
  const startedAt = now();
  const look = () => {
    const state = files.state();
    if (state?.phase !== "trial") return stop();
    const read = watch.devicesRead(now());
    const missing = missingSigns({ wanted: state.devices, read, isReached, isJournalReadable: isJournalReadable() });
    if (missing.length === 0) {
      const ended = files.advance({ event: "healthy" });
      stop();
      log("this version stays", { version: state.version });
      if (ended !== undefined) tell(ended);
    } else if (now() - startedAt >= state.trialMs) {
      stop();
      try {
        files.advance({ event: "unhealthy", reason: missing.join("; ") });
      } finally {
        leave("the trial of this version has failed");
      }
    }
  };
  // A disk that refuses the note may take it a second later, and must not end the agent.
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      log("how a trial stands was not kept", { error: String(error) });
    }
  }, LOOK_MS);
  const stop = () => clearInterval(timer);
  return {
    stop,
    reached() {
      isReached = true;
    },
  };
}

/** What is told of an update that has ended. */
function resultOf({ phase, version, reason }: UpdateState): ActionResult {
  if (phase === "confirmed") return done(`${version} is in force`);
  return phase === "rolled-back" ? { outcome: "rolled-back", reason: `${version}: ${reason}` } : failed(reason ?? "");
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
