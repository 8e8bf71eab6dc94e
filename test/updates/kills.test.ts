/**
 * A box that loses its power during an update: at each step of the disk in turn, again and again, until it comes through.
 * Whatever it starts is whole, and in the end it runs the new version, or the old one when the new one is bad.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTree } from "@forecourt/edge-agent/update/bundle.test-support.ts";
import { UpdateFiles } from "@forecourt/edge-agent/update/files.ts";
import { slotProblem } from "@forecourt/edge-agent/update/slots.ts";
import { hasEnded } from "@forecourt/edge-agent/update/state.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { expect, test } from "vitest";
import { ROOT } from "../rig/program.ts";

/** In full every step is cut off, before and after; else one in so many. */
const EVERY = process.env.FORECOURT_SOAK === "1" ? 1 : 31;
const MOST_RUNS = 20;
/** In full some hundred lives are lived of each kind. */
const WITHIN_MS = EVERY === 1 ? 3_600_000 : 300_000;

interface Life {
  files: UpdateFiles;
  /** what each run said that it started */
  started: string[];
  kills: number;
  problemOf: (slot: "a" | "b") => Promise<string | undefined>;
}

/** Lives through an update whose first run is killed at a step, and each later one at the next. */
function live(killAt: number, kind: "good" | "blind" | "crashes", remove: string[]): Life {
  const folder = mkdtempSync(join(tmpdir(), "update-kills-"));
  remove.push(folder);
  const pem = generateKeyPem();
  const authority = ed25519Verifier(ed25519Signer(pem).publicKey);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "authority.pem"), pem);
  writeTree(join(folder, "factory"), "1.0.0");
  const files = new UpdateFiles(join(folder, "update"), join(folder, "factory"));
  const life: Life = { files, started: [], kills: 0, problemOf: (slot) => slotProblem(files, slot, authority) };
  for (let run = 0; run < MOST_RUNS; run += 1) {
    const at = run === 0 ? killAt : run === 1 ? killAt + 1 : 0;
    const args = ["test/updates/worker.ts", folder, String(at), "1.1.0", kind];
    const ran = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    if (ran.signal === "SIGKILL") life.kills += 1;
    else expect(ran.stderr, `run ${run} killed at ${killAt}`).toBe("");
    if (ran.stdout !== "") life.started.push(ran.stdout.trim());
    const state = files.state();
    if (at === 0 && state !== undefined && hasEnded(state)) break;
  }
  return life;
}

test.each([
  ["good", "confirmed", "a"],
  ["blind", "rolled-back", "factory"],
  ["crashes", "rolled-back", "factory"],
] as const)(
  "an update that is %s ends %s wherever the power is cut",
  async (kind, phase, place) => {
    const remove: string[] = [];
    let kills = 0;
    try {
      for (let killAt = 1; ; killAt += EVERY) {
        const life = live(killAt, kind, remove);
        expect(new Set([...life.started, "1.0.0", "1.1.0"])).toEqual(new Set(["1.0.0", "1.1.0"]));
        expect([killAt, life.files.state()?.phase, life.files.current()]).toEqual([killAt, phase, place]);
        if (place !== "factory") expect(await life.problemOf(place)).toBeUndefined();
        kills += life.kills;
        // The first run came to its end before the step was reached: there is none left to cut off.
        if (life.kills === 0) break;
      }
      expect(kills).toBeGreaterThan(3);
    } finally {
      for (const folder of remove) rmSync(folder, { recursive: true, force: true });
    }
  },
  WITHIN_MS,
);
