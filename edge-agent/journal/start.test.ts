import { copyFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import Database from "better-sqlite3";
import { beforeEach, describe, expect, test } from "vitest";
import { breakRecord, saleOf, stamp, totalOf } from "./journal.test-support.ts";
import { type Journal, openJournal, verifyJournal } from "./journal.ts";
import { RESERVED_AT_A_TIME, readMark } from "./mark-file.ts";
import { type StartedJournal, startJournal } from "./start.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-start-"));
});

const start = (): StartedJournal => startJournal({ folder, at: "2026-11-24T09:00:00.000+08:00", breakRecord });
const file = () => join(folder, "journal.db");
const keptFiles = (ending = ".db") =>
  readdirSync(folder).filter((name) => name.startsWith("journal-set-aside-") && name.endsWith(ending));

/** A closed journal of ten sales, of which the collector has acknowledged some. */
function tenSales(acknowledged = 4): void {
  const { journal, saveMark } = start();
  for (let total = 1; total <= 10; total += 1) journal.append([saleOf("N01", total)], stamp);
  if (acknowledged > 0) {
    journal.acknowledge({ seq: acknowledged, hash: journal.hashAt(acknowledged)! }, Buffer.from("receipt"));
  }
  saveMark();
  journal.close();
}

function tamper(sql: string): void {
  const db = new Database(file());
  db.exec(sql);
  db.close();
}

const seqs = (journal: Journal) => journal.read(1, 100, 1e7).map(({ seq }) => seq);

test("a journal that is well goes on where it ended", () => {
  tenSales();
  const { journal, replaced } = start();
  expect(replaced).toBeUndefined();
  expect(journal.append([saleOf("N01", 11)], stamp)[0]?.seq).toBe(11);
  journal.close();
  expect(keptFiles()).toEqual([]);
});

describe("a line that does not hold", () => {
  test("ends what goes over: unacknowledged lines before it are sent still, the file is kept, and the break is named", () => {
    tenSales(4);
    const hashes = (() => {
      const journal = openJournal(file());
      const found = [4, 6].map((seq) => journal.hashAt(seq)!);
      journal.close();
      return found;
    })();
    tamper("UPDATE entry SET line = replace(line, '\"volumeCl\":1', '\"volumeCl\":9') WHERE seq = 7");
    const { journal, replaced } = start();
    expect(replaced).toMatchObject({ previousSeq: 6, previousHash: hashes[1]!.toString("hex") });
    expect(keptFiles()).toEqual([
      expect.stringMatching(/^journal-set-aside-2026-11-24T.*-chain-broken-before-\d+\.db$/),
    ]);
    const firstOfNew = 10 + RESERVED_AT_A_TIME - 10 + 1 + 2;
    expect(journal.head.seq).toBe(firstOfNew);
    expect(seqs(journal)).toEqual([5, 6]);
    const [first] = journal.read(7, 10, 1e6);
    expect(first).toMatchObject({ seq: firstOfNew });
    expect(first!.line).toContain('"event":"journal-replaced"');
    expect(journal.hashBefore(firstOfNew)).toEqual(GENESIS_HASH);
    expect(journal.hashBefore(5)).toEqual(hashes[0]);
    expect(journal.hashAt(4)).toEqual(hashes[0]);
    expect(journal.acknowledged.seq).toBe(4);
    expect(journal.latest()).toMatchObject([]);
    journal.close();
    expect(verifyJournal(file())).toBe(3);
    const old = new Database(join(folder, keptFiles()[0]!), { readonly: true });
    expect(old.prepare("SELECT count(*) AS lines FROM entry").get()).toEqual({ lines: 10 });
    old.close();
  });

  test("long acknowledged loses nothing that the collector has not", () => {
    tenSales(8);
    tamper("UPDATE entry SET line = '{}' WHERE seq = 2");
    const { journal, replaced } = start();
    expect(replaced).toMatchObject({ previousSeq: 10 });
    expect(seqs(journal)).toEqual([9, 10]);
    // The total of the nozzle is known still.
    expect(journal.latest()).toMatchObject([{ seq: 10, kind: "sale", totalVolumeCl: 10 }]);
    journal.close();
  });
});

test("a file that is no database is kept, and no number is used again", () => {
  tenSales(4);
  const { reservedSeq } = readMark(join(folder, "journal.mark"))!;
  writeFileSync(file(), "this is not a database, but long enough to be taken for one ".repeat(50));
  const { journal, replaced } = start();
  expect(replaced).toMatchObject({ previousSeq: 4, keptAs: expect.stringContaining("-damaged-") });
  expect(journal.head.seq).toBe(reservedSeq + 2);
  // What the collector may hold of the lost lines cannot be contradicted.
  expect([4, 7, reservedSeq, reservedSeq + 1, reservedSeq + 2].map((seq) => journal.isSetAside(seq))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
  journal.acknowledge({ seq: 7, hash: Buffer.alloc(32, 3) }, Buffer.from("receipt for lost lines"));
  journal.close();
  const again = start();
  expect(again.replaced).toBeUndefined();
  expect(again.journal.acknowledged.seq).toBe(7);
  again.journal.close();
});

test("a file that is missing although there was one is a break too", () => {
  tenSales(4);
  rmSync(file());
  const { journal, replaced } = start();
  expect(replaced).toMatchObject({ previousSeq: 4, keptAs: undefined, reason: expect.stringContaining("missing") });
  expect(journal.head.seq).toBeGreaterThan(10);
  journal.close();
});

test("an old copy put back is noticed, and kept apart", () => {
  tenSales(0);
  const copy = join(folder, "copy");
  copyFileSync(file(), copy);
  const { journal, saveMark } = start();
  journal.append([saleOf("N01", 11), saleOf("N01", 12)], stamp);
  journal.acknowledge({ seq: 12, hash: journal.hashAt(12)! }, Buffer.from("receipt"));
  saveMark();
  journal.close();
  renameSync(copy, file());
  const again = start();
  expect(again.replaced).toMatchObject({ previousSeq: 12, reason: expect.stringContaining("acknowledged up to 12") });
  again.journal.close();
});

test("without the file beside it a new chain begins far beyond anything that was written", () => {
  tenSales();
  rmSync(join(folder, "journal.mark"));
  writeFileSync(file(), "rubbish ".repeat(1_000));
  const first = start();
  expect(first.journal.head.seq).toBe(1_000_000_002);
  first.journal.close();
  rmSync(join(folder, "journal.mark"));
  writeFileSync(file(), "rubbish ".repeat(1_000));
  const second = start();
  expect(second.journal.head.seq).toBeGreaterThan(1_000_000_002);
  second.journal.close();
  expect(keptFiles()).toHaveLength(2);
});

test("a journal that was replaced can be replaced again, and all good lines go over in order", () => {
  tenSales(4);
  tamper("UPDATE entry SET line = '{}' WHERE seq = 7");
  const first = start();
  const begun = first.journal.head.seq;
  first.journal.append([totalOf("N02", 5), totalOf("N02", 6)], stamp);
  first.journal.close();
  tamper(`UPDATE entry SET line = '{}' WHERE seq = ${begun + 2}`);
  const second = start();
  expect(second.replaced).toMatchObject({ previousSeq: begun + 1 });
  const lines = [5, 7, begun + 2].flatMap((from) => second.journal.read(from, 100, 1e7).map(({ seq }) => seq));
  expect(lines).toEqual([5, 6, begun, begun + 1, second.journal.head.seq]);
  second.journal.close();
  expect(verifyJournal(file())).toBe(5);
});

describe("a disk that refuses", () => {
  test("is no damage: nothing is set aside", () => {
    tenSales();
    renameSync(file(), join(folder, "elsewhere"));
    // A folder in the file's place cannot be opened, and is not the journal.
    const db = new Database(join(folder, "elsewhere"));
    db.close();
    rmSync(folder, { recursive: true });
    expect(() => start()).toThrow(/cannot be opened/);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a power cut in the middle of a replacement", () => {
  const damage = () => writeFileSync(file(), "rubbish ".repeat(1_000));

  test("before the old file was moved: it is done again", () => {
    tenSales();
    damage();
    writeFileSync(`${file()}.new`, "half a file");
    const { journal, replaced } = start();
    expect(replaced?.keptAs).toBeDefined();
    expect(existsSync(`${file()}.new`)).toBe(false);
    journal.close();
  });

  test("after it was moved: it is finished, and what was left of the old one follows it", () => {
    tenSales();
    damage();
    const { journal } = start();
    const { seq } = journal.head;
    journal.close();
    renameSync(file(), `${file()}.new`);
    writeFileSync(`${file()}-wal`, "the old one's");
    const again = start();
    expect(again.replaced).toBeUndefined();
    expect(again.journal.head.seq).toBe(seq);
    again.journal.close();
    expect(keptFiles("-wal")).toHaveLength(1);
  });
});
