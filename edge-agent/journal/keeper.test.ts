import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { describe, expect, test } from "vitest";
import { diskFreeBytes } from "../wiring/journal.ts";
import { freshJournalFile, gatewayOf, levelOf, RefusingJournal, saleOf, stamp } from "./journal.test-support.ts";
import { type Journal, openJournal, verifyJournal } from "./journal.ts";
import { Keeper, type KeepingOptions } from "./keeper.ts";
import { WaitingRoomFullError } from "./waiting.ts";

const MB = 1024 * 1024;
const HOUR = 3_600_000;
const PLENTY: KeepingOptions = { keepDays: 90, budgetBytes: 1_000 * MB, minFreeBytes: 0, thinnedLevelMs: HOUR / 2 };

interface World {
  keeper: Keeper;
  clock: { now: number; free: number | undefined };
  log: string[];
}

function keeping(journal: Journal, options: Partial<KeepingOptions> = {}): World {
  const clock = { now: 0, free: (1_000 * MB) as number | undefined };
  const log: string[] = [];
  const keeper = new Keeper({
    ...PLENTY,
    ...options,
    journal,
    stamp: () => ({ ...stamp, monoMs: clock.now }),
    diskFreeBytes: () => clock.free,
    thinnedRecord: (details) => gatewayOf("levels-thinned", details),
    now: () => clock.now,
    log: (message) => log.push(message),
  });
  return { keeper, clock, log };
}

function recordsOf(journal: Journal): JournalRecord[] {
  return journal.read(1, 100_000, 1e9).map(({ line }) => JSON.parse(line) as JournalRecord);
}

const told = (journal: Journal) =>
  recordsOf(journal).map((record) =>
    record.kind === "sale"
      ? `sale ${record.totalVolumeCl}`
      : record.kind === "tank"
        ? `${record.tank} ${record.levelUm}`
        : record.kind,
  );

describe("a disk that refuses", () => {
  test.each([
    ["SQLITE_FULL", "full"],
    ["SQLITE_READONLY_DBMOVED", "read-only"],
    ["SQLITE_IOERR_FSYNC", "unknown"],
  ] as const)(
    "with %s is said to be %s; records wait in order with the time at which they were made",
    (code, state) => {
      const refusing = new RefusingJournal(openJournal(freshJournalFile()));
      const { keeper, clock } = keeping(refusing.journal);
      keeper.append([saleOf("N01", 1)]);
      refusing.refuses = code;
      clock.now = 1_000;
      keeper.append([saleOf("N01", 2), levelOf("T1", 5)]);
      clock.now = 2_000;
      keeper.append([saleOf("N01", 3)]);
      expect([keeper.diskState, keeper.waiting, refusing.journal.head.seq]).toEqual([state, 3, 1]);
      refusing.refuses = undefined;
      clock.now = 9_000;
      keeper.tick();
      expect([keeper.diskState, keeper.waiting]).toEqual(["good", 0]);
      expect(recordsOf(refusing.journal).map(({ monoMs }) => monoMs)).toEqual([0, 1_000, 1_000, 2_000]);
      expect(told(refusing.journal)).toEqual(["sale 1", "sale 2", "T1 5", "sale 3"]);
    },
  );

  test("for long: tank levels give way, then signs of life, and no sale", () => {
    const refusing = new RefusingJournal(openJournal(freshJournalFile()));
    const { keeper } = keeping(refusing.journal);
    refusing.refuses = "SQLITE_FULL";
    const append = (count: number, body: (index: number) => RecordBody) =>
      keeper.append(Array.from({ length: count }, (_, index) => body(index)));
    append(5_000, (index) => levelOf("T1", index));
    append(5_000, () => gatewayOf("heartbeat"));
    append(12_000, (index) => saleOf("N01", index));
    append(7_000, (index) => saleOf("N02", index));
    keeper.append([levelOf("T1", 9, { alarms: ["water-high"] })]);
    expect(() => append(1_000, (index) => saleOf("N03", index))).toThrow(WaitingRoomFullError);
    refusing.refuses = undefined;
    keeper.tick();
    const kinds = Object.groupBy(recordsOf(refusing.journal), ({ kind }) => kind);
    expect(kinds.sale).toHaveLength(19_000);
    expect(kinds.tank).toHaveLength(1);
    expect(kinds.gateway?.filter((record) => record.kind === "gateway" && record.event === "heartbeat")).toHaveLength(
      999,
    );
    expect(kinds.gateway?.at(-1)).toMatchObject({ event: "levels-thinned", thinned: 5_000 });
  });

  test("is not taken for a record that cannot be written: that one is given back, the others go on", () => {
    const refusing = new RefusingJournal(openJournal(freshJournalFile()));
    const { keeper } = keeping(refusing.journal);
    refusing.refuses = "SQLITE_FULL";
    keeper.append([saleOf("N01", 1)]);
    refusing.refuses = undefined;
    expect(() => keeper.append([saleOf("N01", 0.5)])).toThrow("safe integer");
    keeper.append([saleOf("N01", 2)]);
    expect(told(refusing.journal)).toEqual(["sale 1", "sale 2"]);
  });
});

describe("short room", () => {
  test("thins levels without alarm to one a tank in a while, says how many, and leaves everything else", () => {
    const journal = openJournal(freshJournalFile());
    const { keeper, clock } = keeping(journal, { minFreeBytes: 10 * MB });
    clock.free = 0;
    keeper.tick();
    expect(keeper.diskState).toBe("thinning");
    for (let minute = 0; minute < 60; minute += 1) {
      clock.now = minute * 60_000;
      keeper.append([
        levelOf("T1", minute),
        levelOf("T2", minute, { cause: "heartbeat" }),
        levelOf("T3", minute, { alarms: ["leak"], cause: "alarm" }),
        saleOf("N01", minute + 1),
      ]);
    }
    clock.now = HOUR;
    keeper.tick();
    const kinds = Object.groupBy(recordsOf(journal), (record) => (record.kind === "tank" ? record.tank : record.kind));
    expect([kinds.T1, kinds.T2, kinds.T3, kinds.sale].map((list) => list?.length)).toEqual([2, 2, 60, 60]);
    expect(kinds.gateway).toMatchObject([{ event: "levels-thinned", thinned: 116 }]);
    clock.free = 1_000 * MB;
    keeper.tick();
    expect(keeper.diskState).toBe("good");
    keeper.append([levelOf("T1", 1), levelOf("T1", 2)]);
    expect(told(journal).slice(-2)).toEqual(["T1 1", "T1 2"]);
  });

  test("takes acknowledged records first, in small steps, and thins only when few are left", () => {
    const file = freshJournalFile();
    const journal = openJournal(file);
    const { keeper } = keeping(journal, { budgetBytes: 0.9 * MB });
    for (let step = 0; step < 4; step += 1) {
      keeper.append(Array.from({ length: 1_000 }, (_, index) => saleOf("N01", index + 1)));
    }
    journal.acknowledge({ seq: 3_000, hash: journal.hashAt(3_000)! }, Buffer.from("receipt"));
    keeper.tick();
    expect([keeper.diskState, journal.retention.count()]).toEqual(["good", 3_500]);
    for (let tick = 0; tick < 5; tick += 1) keeper.tick();
    expect([keeper.diskState, journal.retention.count()]).toEqual(["thinning", 2_000]);
    journal.close();
    expect(verifyJournal(file)).toBe(2_000);
  });
});

test("after 90 days of running the acknowledged go, in steps, and a clock that was set forward takes nothing", () => {
  const journal = openJournal(freshJournalFile());
  const { keeper, clock } = keeping(journal);
  keeper.append(Array.from({ length: 1_200 }, (_, index) => saleOf("N01", index + 1)));
  journal.acknowledge({ seq: 1_100, hash: journal.hashAt(1_100)! }, Buffer.from("receipt"));
  clock.now = 89 * 24 * HOUR;
  keeper.tick();
  expect(journal.retention.count()).toBe(1_200);
  clock.now = 90 * 24 * HOUR;
  const counts = [1, 2, 3, 4].map(() => {
    keeper.tick();
    return journal.retention.count();
  });
  expect(counts).toEqual([700, 200, 100, 100]);
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("SKIPPED: the tests of real full and read-only disks mount a tmpfs, which needs root");

describe.skipIf(!isRoot)("a real disk", () => {
  /** Runs a test on a small disk of its own. */
  function onDisk(work: (folder: string) => void): void {
    const folder = mkdtempSync(join(tmpdir(), "forecourt-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]);
    try {
      work(folder);
    } finally {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true });
    }
  }

  test("that fills up keeps every sale, in order, once it has room again", () => {
    onDisk((folder) => {
      const journal = openJournal(join(folder, "journal.db"));
      const { keeper } = keeping(journal);
      writeFileSync(join(folder, "ballast"), Buffer.alloc(1 * MB));
      let sales = 0;
      const sell = (count: number) => {
        for (let sold = 0; sold < count; sold += 1) {
          sales += 1;
          keeper.append([saleOf("N01", sales)]);
        }
      };
      while (keeper.diskState !== "full") sell(50);
      sell(200);
      expect(keeper.waiting).toBeGreaterThan(0);
      expect(diskFreeBytes(folder)).toBeLessThan(0.1 * MB);
      rmSync(join(folder, "ballast"));
      keeper.tick();
      expect([keeper.diskState, keeper.waiting]).toEqual(["good", 0]);
      expect(told(journal)).toEqual(Array.from({ length: sales }, (_, index) => `sale ${index + 1}`));
      journal.close();
      expect(verifyJournal(join(folder, "journal.db"))).toBe(sales);
    });
  });

  test("that is read-only at the start is refused as such, nothing is set aside, and all is there later", () => {
    onDisk((folder) => {
      // A disk with files open for writing cannot be remounted: while it runs, a read-only disk is injected above.
      const journal = openJournal(join(folder, "journal.db"));
      const { keeper } = keeping(journal);
      keeper.append([saleOf("N01", 1)]);
      journal.close();
      execFileSync("mount", ["-o", "remount,ro", folder]);
      expect(() => openJournal(join(folder, "journal.db"))).toThrow(expect.objectContaining({ code: "refused" }));
      execFileSync("mount", ["-o", "remount,rw", folder]);
      const again = openJournal(join(folder, "journal.db"));
      expect(told(again)).toEqual(["sale 1"]);
      again.close();
    });
  });
});
