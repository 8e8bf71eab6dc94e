import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { JournalError } from "./errors.ts";
import { freshJournalFile, saleOf, stamp, totalOf } from "./journal.test-support.ts";
import { type Journal, openJournal, verifyJournal } from "./journal.ts";

/** A closed journal with so many records. */
function written(count: number): string {
  const file = freshJournalFile();
  const journal = openJournal(file);
  for (let number = 1; number <= count; number += 1) journal.append([totalOf("N01", number)], stamp);
  journal.close();
  return file;
}

function tamper(file: string, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof JournalError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "no error";
}

describe("append", () => {
  test("numbers records 1, 2, 3 … and chains each line to the one before", () => {
    const journal = openJournal(freshJournalFile());
    const records = journal.append([totalOf("N01", 5), totalOf("N02", 6)], stamp);
    expect(records.map(({ seq }) => seq)).toEqual([1, 2]);
    const lines = journal.read(1, 10, 1e6);
    const first = chainHash(GENESIS_HASH, lines[0]!.line);
    expect(lines[0]!.hash).toEqual(first);
    expect(journal.head).toEqual({ seq: 2, hash: chainHash(first, lines[1]!.line) });
    expect(journal.hashAt(0)).toEqual(GENESIS_HASH);
    expect(journal.hashAt(3)).toBeUndefined();
    journal.close();
  });

  test("of nothing is nothing", () => {
    const journal = openJournal(freshJournalFile());
    expect(journal.append([], stamp)).toEqual([]);
    expect(journal.head.seq).toBe(0);
    journal.close();
  });

  test("goes on with the next seq after a restart", () => {
    const file = written(3);
    const journal = openJournal(file);
    expect(journal.append([totalOf("N01", 9)], stamp)[0]?.seq).toBe(4);
    journal.close();
    expect(verifyJournal(file)).toBe(4);
  });

  test("that fails in the middle leaves head, lines and newest records as they were", () => {
    const journal = openJournal(freshJournalFile());
    journal.append([totalOf("N01", 1)], stamp);
    const before = { head: journal.head, latest: journal.latest() };
    const bad = { ...totalOf("N01", 3), volumeCl: 0.5 } as RecordBody;
    expect(() => journal.append([totalOf("N01", 2), bad], stamp)).toThrow("not a safe integer");
    expect({ head: journal.head, latest: journal.latest() }).toEqual(before);
    expect(journal.append([totalOf("N01", 4)], stamp)[0]?.seq).toBe(2);
    expect(journal.read(1, 10, 1e6)).toHaveLength(2);
    journal.close();
  });

  test("of a second process on the same file fails rather than fork the chain", () => {
    const file = written(1);
    const [mine, other] = [openJournal(file), openJournal(file)];
    mine.append([totalOf("N01", 2)], stamp);
    expect(() => other.append([totalOf("N01", 3)], stamp)).toThrow();
    expect(other.head.seq).toBe(1);
    mine.close();
    other.close();
    expect(verifyJournal(file)).toBe(2);
  });
});

describe("read", () => {
  const withTen = (): Journal => openJournal(written(10));

  test("gives lines from a seq on, at most so many", () => {
    const journal = withTen();
    expect(journal.read(4, 3, 1e6).map(({ seq }) => seq)).toEqual([4, 5, 6]);
    expect(journal.read(11, 3, 1e6)).toEqual([]);
    journal.close();
  });

  test("gives the first line even when it alone is longer than wanted", () => {
    const journal = withTen();
    expect(journal.read(2, 5, 1).map(({ seq }) => seq)).toEqual([2]);
    expect(journal.append([totalOf("N01", 1)], stamp)).toHaveLength(1);
    journal.close();
  });
});

describe("the newest record of each subject", () => {
  test("a sale is also its nozzle's newest total, and a later total takes its place", () => {
    const file = freshJournalFile();
    const journal = openJournal(file);
    journal.append([totalOf("N01", 1), saleOf("N01", 2), saleOf("N02", 7), totalOf("N02", 8)], stamp);
    journal.close();
    const again = openJournal(file);
    const latest = again.latest().map(({ seq, kind }) => `${seq} ${kind}`);
    expect(latest.sort()).toEqual(["2 sale", "4 total"]);
    again.close();
  });

  test("a day total is not the nozzle's grand total", () => {
    const journal = openJournal(freshJournalFile());
    journal.append(
      [totalOf("N01", 1), { ...totalOf("N01", 9), scope: "day", period: "2026-11-24" } as RecordBody],
      stamp,
    );
    expect(journal.latest().map(({ seq }) => seq)).toEqual([1]);
    journal.close();
  });
});

describe("the receipt", () => {
  test("is kept over a restart, and may go back", () => {
    const file = written(5);
    const journal = openJournal(file);
    journal.acknowledge({ seq: 4, hash: journal.hashAt(4)! }, Buffer.from("four"));
    journal.acknowledge({ seq: 2, hash: journal.hashAt(2)! }, Buffer.from("two"));
    const acknowledged = journal.acknowledged;
    journal.close();
    const again = openJournal(file);
    expect(again.acknowledged).toEqual(acknowledged);
    expect(acknowledged.seq).toBe(2);
    again.close();
  });
});

describe("tampering is named, at open and by verifyJournal", () => {
  test.each([
    ["a changed line", "UPDATE entry SET line = replace(line, '\"volumeCl\":3', '\"volumeCl\":2') WHERE seq = 3", 3],
    ["a changed hash", "UPDATE entry SET hash = zeroblob(32) WHERE seq = 4", 4],
    ["a removed line", "DELETE FROM entry WHERE seq = 2", 2],
    ["the first line removed", "DELETE FROM entry WHERE seq = 1", 1],
    [
      "two lines exchanged",
      "UPDATE entry SET seq = -1 WHERE seq = 2; UPDATE entry SET seq = 2 WHERE seq = 3; UPDATE entry SET seq = 3 WHERE seq = -1",
      2,
    ],
    ["the last lines removed", "DELETE FROM entry WHERE seq >= 5", 5],
    ["all lines removed", "DELETE FROM entry", 1],
  ])("%s", (_, sql, seq) => {
    const file = written(6);
    tamper(file, sql);
    const expected = new RegExp(`chain-broken: .*breaks at seq ${seq}:.*evidence`);
    expect(codeOf(() => openJournal(file))).toMatch(expected);
    expect(codeOf(() => verifyJournal(file))).toMatch(expected);
  });

  test("a chain rebuilt over another past does not fit the collector's receipt", () => {
    const file = written(2);
    const journal = openJournal(file);
    journal.acknowledge({ seq: 2, hash: journal.hashAt(2)! }, Buffer.from("receipt"));
    journal.close();
    const other = freshJournalFile();
    const forged = openJournal(other);
    forged.append([totalOf("N01", 1), totalOf("N01", 99)], stamp);
    forged.close();
    tamper(file, `ATTACH '${other}' AS other; DELETE FROM entry; INSERT INTO entry SELECT * FROM other.entry`);
    expect(codeOf(() => openJournal(file))).toMatch(/seq 2: the collector's receipt names another hash/);
    expect(codeOf(() => verifyJournal(file))).toMatch(/seq 2/);
  });

  test("beyond the last thousand lines a start looks as long as it may, and verifyJournal at every line", () => {
    const file = freshJournalFile();
    const journal = openJournal(file);
    journal.append(
      Array.from({ length: 1_100 }, (_, index) => totalOf("N01", index)),
      stamp,
    );
    journal.close();
    tamper(file, "UPDATE entry SET line = '{}' WHERE seq = 50");
    openJournal(file, { check: { budgetMs: 0, now: () => 0 } }).close();
    expect(codeOf(() => openJournal(file))).toMatch(/seq 50/);
    expect(codeOf(() => verifyJournal(file))).toMatch(/seq 50/);
  });
});

describe("a file that is no journal", () => {
  test("is said to be damaged, and is left as it is", () => {
    const file = freshJournalFile();
    writeFileSync(file, "this is not a database, but it is long enough to be taken for one ".repeat(20));
    expect(codeOf(() => openJournal(file))).toMatch(/^damaged: .*evidence/);
    expect(codeOf(() => verifyJournal(file))).toMatch(/^damaged/);
  });

  test("cut off in the middle is damaged", () => {
    const file = written(50);
    truncateSync(file, 8_192);
    expect(codeOf(() => openJournal(file))).toMatch(/^(damaged|chain-broken)/);
  });

  test("that is missing is not made by verifying it", () => {
    const file = freshJournalFile();
    expect(codeOf(() => verifyJournal(file))).toMatch(/^refused/);
    expect(existsSync(file)).toBe(false);
  });

  test("whose folder is missing is an error with a cure, not a crash", () => {
    expect(codeOf(() => openJournal("/nonexistent/journal.db"))).toMatch(/^refused: .*look at the disk/);
  });
});
