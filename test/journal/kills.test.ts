/**
 * A process that appends, acknowledges, prunes, thins, damages and replaces its journal is killed at random moments,
 * on the usual disk and on one that is always nearly full. Whatever it had said to be committed is there afterwards:
 * in the journal, in one that was set aside, or pruned after its receipt. Nothing is there twice, no number was used
 * twice, and the chain holds.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { verifyJournal } from "@forecourt/edge-agent/journal/journal.ts";
import { journalFile } from "@forecourt/edge-agent/journal/replace.ts";
import { startJournal } from "@forecourt/edge-agent/journal/start.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { ROOT } from "../rig/program.ts";
import { seeded } from "../rig/random.ts";
import { aboutGateway, numberedStamp } from "./records.ts";

const KILLS = process.env.FORECOURT_SOAK === "1" ? 2_000 : 50;
/** Seed and number of kills name a campaign; the moments of the kills are the machine's. */
const SEED = Number(process.env.FORECOURT_SEED ?? Math.floor(Math.random() * 1e9));
/** A journal lives for so many kills, then a fresh one begins: what is compared stays small. */
const KILLS_A_JOURNAL = 20;
const WORKER = join(ROOT, "test", "journal", "worker.ts");
/** Numbers of one worker's records stay below this. */
const NUMBERS = 1_000_000;

interface Said {
  seq?: number;
  number?: number;
  head?: number;
  acknowledging?: number;
  changed?: number;
  tampered?: true;
  destroyed?: true;
}

type Disk = "usual" | "full";

/** What was said to be committed in one folder so far. */
class Account {
  readonly sales = new Map<number, number>();
  /** seqs whose line was changed on purpose, or may have been when the kill came */
  readonly changed = new Set<number>();
  acknowledged = 0;
  highest = 0;
  mayHaveChanged = false;

  take(said: readonly Said[]): void {
    for (const { seq, number, acknowledging, changed, tampered, destroyed } of said) {
      if (seq !== undefined && number !== undefined) {
        expect(seq, "a number was used again").toBeGreaterThan(this.highest);
        this.highest = seq;
        this.sales.set(number, seq);
      }
      this.acknowledged = Math.max(this.acknowledged, acknowledging ?? 0);
      if (tampered) this.mayHaveChanged = true;
      if (changed !== undefined) {
        this.changed.add(changed);
        this.mayHaveChanged = false;
      }
      // What a file held that cannot be read any more is gone; that its numbers are not used again is not.
      if (destroyed) this.sales.clear();
    }
  }
}

/** Runs the worker until the kill. @returns what it said, whole lines only */
async function killedWorker(folder: string, seed: number, kill: number, disk: Disk): Promise<Said[]> {
  const random = seeded(seed + kill);
  const args = [WORKER, folder, String(seed + kill), String(1 + kill * NUMBERS), disk];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  // Some are killed while they start, most in full swing.
  const [afterLines, afterMs] = random() < 0.2 ? [1, random() * 20] : [5 + random() * 150, random() * 5];
  let said = "";
  let isDoomed = false;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
    if (isDoomed || said.split("\n").length <= afterLines) return;
    isDoomed = true;
    setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  const [code] = (await once(child, "close")) as [number | null];
  expect(code, "the worker ended by itself").toBeNull();
  return said
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Said);
}

/** Every line of the journal and of those set aside that can be read still. */
function linesIn(folder: string): Map<number, string> {
  const lines = new Map<number, string>();
  const files = readdirSync(folder).filter((name) => name.endsWith(".db"));
  for (const name of files) {
    const db = new Database(join(folder, name), { readonly: true });
    try {
      for (const { seq, line } of db.prepare<[], { seq: number; line: string }>("SELECT seq, line FROM entry").all()) {
        const other = lines.get(seq);
        if (other !== undefined) expect(other.trimEnd(), `two stories of ${seq}`).toBe(line.trimEnd());
        lines.set(seq, line);
      }
    } catch (error) {
      expect(name, String(error)).toMatch(/set-aside/);
    } finally {
      db.close();
    }
  }
  return lines;
}

function expectNothingLost(folder: string, account: Account): void {
  rmSync(join(folder, "ballast"), { force: true });
  const breakRecord = (of: object) => ({ body: aboutGateway("journal-replaced", of), stamp: numberedStamp });
  const { journal, replaced } = startJournal({ folder, at: new Date().toISOString(), breakRecord });
  if (replaced !== undefined) expect(journal.head.seq).toBeGreaterThan(account.highest);
  journal.close();
  verifyJournal(journalFile(folder));
  const numbers = new Map<number, number>();
  for (const [seq, line] of linesIn(folder)) {
    const record = JSON.parse(line) as JournalRecord;
    expect(record.seq).toBe(seq);
    if (record.kind !== "sale") continue;
    expect(numbers.has(record.totalVolumeCl), `sale ${record.totalVolumeCl} is there twice`).toBe(false);
    numbers.set(record.totalVolumeCl, seq);
  }
  for (const [number, seq] of account.sales) {
    if (seq <= account.acknowledged && !numbers.has(number)) continue;
    expect(numbers.get(number), `sale ${number} was committed as ${seq}`).toBe(seq);
  }
}

async function campaign(folder: string, kills: number, seed: number, disk: Disk): Promise<number> {
  let account = new Account();
  let sales = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    if (kill % KILLS_A_JOURNAL === 0) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      account = new Account();
    }
    account.take(await killedWorker(folder, seed, kill, disk));
    expectNothingLost(folder, account);
    sales += account.sales.size;
  }
  return sales;
}

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("SKIPPED: the kills on a nearly full disk mount a tmpfs, which needs root");

describe(`kills of a journal at work (seed ${SEED})`, () => {
  it(`nothing committed is lost and nothing doubled after ${KILLS} of them`, {
    timeout: 60_000 + KILLS * 3_000,
  }, async () => {
    const folder = join(ROOT, ".run", "test", "journal-kills");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    expect(await campaign(folder, KILLS, SEED, "usual")).toBeGreaterThan(KILLS);
  });

  it.skipIf(!isRoot)(`nor after ${KILLS / 10} on a disk that is full`, { timeout: 60_000 + KILLS * 300 }, async () => {
    const folder = join(ROOT, ".run", "test", "journal-kills-full");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
    try {
      await campaign(folder, KILLS / 10, SEED + 1_000_000, "full");
    } finally {
      execFileSync("umount", ["-l", folder]);
    }
  });
});
