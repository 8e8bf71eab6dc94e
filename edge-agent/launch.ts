/**
 * Starts the version of the agent that is in force: what the Debian package installed, or an update in one of two slots.
 * It belongs to the package and is not changed by updates. A version on trial is started as a child and watched; every
 * other takes this process's place.
 *
 *     FORECOURT_UPDATES     folder of the updates; must be set
 *     FORECOURT_AUTHORITY   file with the public key of the authority that signs them
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import { UpdateFiles } from "./update/files.ts";
import { nextStart } from "./update/next-start.ts";
import { RELAUNCH_EXIT } from "./update/relaunch.ts";
import { slotProblem } from "./update/slots.ts";
import { readAuthority } from "./update/updater.ts";

/** The version itself ends its trial; one that does not is ended. */
const MARGIN_MS = 30_000;
/** A version that ends at once is not started without a pause. */
const PAUSE_MS = 2_000;

const factory = resolve(import.meta.dirname, "..");
const { FORECOURT_UPDATES: folder, FORECOURT_AUTHORITY: keyFile = "" } = process.env;
if (folder === undefined) throw new Error("FORECOURT_UPDATES is not set");
const files = new UpdateFiles(folder, factory);
const authority = readAuthority(keyFile, ed25519Verifier);
const log = (message: string, details: object) =>
  process.stderr.write(`${JSON.stringify({ name: "forecourt-launch", time: Date.now(), msg: message, ...details })}\n`);
let child: ChildProcess | undefined;
let isStopping = false;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    isStopping = true;
    // systemd signals everybody itself, and a second signal would end a version that is stopping in order.
    if (process.env.NOTIFY_SOCKET === undefined) child?.kill(signal);
  });
}

for (;;) {
  const next = await nextStart(files, problemOf, log);
  const home = files.home(next.place);
  const node = join(home, "runtime", "node");
  const args = [join(home, "edge-agent", "main.ts"), ...process.argv.slice(2)];
  // Not beside the code: a slot holds what was signed and nothing else.
  const cache = { NODE_COMPILE_CACHE: join(folder, "cache") };
  const env = { ...cache, ...process.env, FORECOURT_LAUNCHER: import.meta.filename };
  log("starting", next);
  if (next.trialMs === undefined) process.execve?.(node, [node, ...args], { ...env, FORECOURT_WATCHED: "" });
  const code = await watched(
    spawn(node, args, { stdio: "inherit", env: { ...env, FORECOURT_WATCHED: "1" } }),
    next.trialMs,
  );
  const isTrial = files.state()?.phase === "trial";
  if (isStopping || (code !== RELAUNCH_EXIT && !isTrial)) process.exit(code);
  if (isTrial && code !== RELAUNCH_EXIT) await delay(PAUSE_MS);
}

async function problemOf(slot: "a" | "b"): Promise<string | undefined> {
  return authority === undefined ? "the key of the update authority is missing" : slotProblem(files, slot, authority);
}

/** Where the disk refuses the note, the next start counts for it. */
function giveUp(reason: string): void {
  try {
    files.advance({ event: "unhealthy", reason });
  } catch (error) {
    log("the end of a trial was not kept", { error: String(error) });
  }
}

/** Waits for a version to end; one whose trial does not end is killed. @returns its exit code */
async function watched(started: ChildProcess, trialMs: number | undefined): Promise<number> {
  child = started;
  let isOverdue = false;
  const deadline = setTimeout(
    () => {
      isOverdue = files.state()?.phase === "trial";
      if (isOverdue) started.kill("SIGKILL");
    },
    (trialMs ?? 0) + MARGIN_MS,
  );
  const [code] = (await once(started, "exit").catch((error: Error) => {
    log("a version cannot be started", { error: error.message });
    return [1];
  })) as [number | null];
  clearTimeout(deadline);
  if (isOverdue) giveUp("its trial had no end");
  return code ?? 1;
}
