/**
 * A process that does everything a journal can be asked to, at random and as fast as it can, and says on standard
 * output what is committed, once it is. It is killed by the campaign; the arguments are folder, seed and the first
 * number of its records.
 */
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { refusalOf } from "@forecourt/edge-agent/journal/errors.ts";
import { Keeper } from "@forecourt/edge-agent/journal/keeper.ts";
import { journalFile } from "@forecourt/edge-agent/journal/replace.ts";
import { type StartedJournal, startJournal } from "@forecourt/edge-agent/journal/start.ts";
import Database from "better-sqlite3";
import { seeded } from "../rig/random.ts";
import { aboutGateway, mereLevel, numberedSale, numberedStamp } from "./records.ts";

const [folder = "", seed = "0", firstNumber = "1", disk = ""] = process.argv.slice(2);
const isFull = disk === "full";
const BALLAST = join(folder, "ballast");
const random = seeded(Number(seed));
const stamp = numberedStamp;
const upTo = (most: number) => Math.floor(random() * (most + 1));
let number = Number(firstNumber);
let isShort = false;
let clock = 0;

function say(what: object): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

function start(): { started: StartedJournal; keeper: Keeper } {
  const at = new Date().toISOString();
  const breakRecord = (of: object) => ({ body: aboutGateway("journal-replaced", of), stamp });
  const started = startJournal({ folder, at, breakRecord });
  say({ head: started.journal.head.seq, replaced: started.replaced !== undefined });
  const keeper = new Keeper({
    ...{ journal: started.journal, stamp: () => stamp, keepDays: 90, budgetBytes: 1e9, minFreeBytes: 1_000 },
    ...{ thinnedLevelMs: 50, diskFreeBytes: () => (isShort ? 0 : 1e9), now: () => clock, log: () => undefined },
    thinnedRecord: (details) => aboutGateway("levels-thinned", details),
    committed: (records) => {
      for (const record of records) {
        if (record.kind === "sale") say({ seq: record.seq, number: record.totalVolumeCl });
      }
    },
  });
  return { started, keeper };
}

/** Changes a line behind the journal's back, or makes the whole file unreadable. */
function damage(): void {
  const isWhole = random() < 0.3;
  say(isWhole ? { destroyed: true } : { tampered: true });
  if (isWhole) {
    const fd = openSync(journalFile(folder), "r+");
    writeSync(fd, Buffer.alloc(100, 0x55), 0, 100, 0);
    closeSync(fd);
    return;
  }
  const db = new Database(journalFile(folder));
  const { first, last } = db.prepare("SELECT min(seq) AS first, max(seq) AS last FROM entry").get() as {
    first: number;
    last: number;
  };
  const seq = first + upTo(last - first);
  db.prepare("UPDATE entry SET line = line || ' ' WHERE seq = ?").run(seq);
  db.close();
  say({ changed: seq });
}

/** The disk's room comes and goes, as when somebody else fills it. */
function toggleBallast(): void {
  if (random() < 0.5) rmSync(BALLAST, { force: true });
  else writeFileSync(BALLAST, Buffer.alloc(2 * 1024 * 1024));
}

function startWithRoom(): ReturnType<typeof start> {
  try {
    return start();
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    rmSync(BALLAST, { force: true });
    return start();
  }
}

let { started, keeper } = startWithRoom();

function reopen(damaged: boolean): void {
  keeper.finish();
  if (!keeper.commit()) return;
  started.journal.close();
  if (damaged) damage();
  ({ started, keeper } = startWithRoom());
}

function append(): void {
  const bodies = Array.from({ length: 1 + upTo(4) }, () => {
    number += 1;
    return random() < 0.7 ? numberedSale(`N0${1 + upTo(3)}`, number) : mereLevel(`T${1 + upTo(2)}`, number);
  });
  keeper.append(bodies);
}

function acknowledge({ journal }: StartedJournal): void {
  const seq = journal.acknowledged.seq + upTo(journal.head.seq - journal.acknowledged.seq);
  const hash = journal.hashAt(seq);
  if (hash === undefined) return;
  // Said before: it is what a pruned record may be measured by.
  say({ acknowledging: seq });
  journal.acknowledge({ seq, hash }, Buffer.from(`receipt ${seq}`));
}

function prune({ retention, acknowledged }: StartedJournal["journal"]): void {
  retention.prune(Math.max(0, acknowledged.seq - upTo(20)), 1 + upTo(50));
}

function thin(): void {
  isShort = random() < 0.5;
  keeper.tick();
}

/** What is done, and how often out of a thousand. */
const DEEDS: readonly [number, () => void][] = [
  [550, append],
  [150, () => acknowledge(started)],
  [100, () => prune(started.journal)],
  [60, thin],
  [60, () => started.saveMark()],
  [60, () => reopen(false)],
  [20, () => (isFull ? toggleBallast() : reopen(true))],
];

for (;;) {
  clock += 20;
  let dice = random() * 1_000;
  const deed = DEEDS.find(([weight]) => {
    dice -= weight;
    return dice < 0;
  });
  try {
    deed?.[1]();
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
  }
}
