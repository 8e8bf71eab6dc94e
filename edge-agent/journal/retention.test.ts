import { describe, expect, test } from "vitest";
import { freshJournalFile, saleOf, stamp, totalOf } from "./journal.test-support.ts";
import { type Journal, openJournal, verifyJournal } from "./journal.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function append(journal: Journal, count: number): void {
  const first = journal.head.seq + 1;
  const bodies = Array.from({ length: count }, (_, index) => totalOf("N01", first + index));
  journal.append(bodies, stamp);
}

function acknowledge(journal: Journal, seq: number): void {
  journal.acknowledge({ seq, hash: journal.hashAt(seq)! }, Buffer.from(`receipt ${seq}`));
}

/** A journal with 30 records: 1 to 10 acknowledged on day 0, to 20 on day 50. */
function aged(): { file: string; journal: Journal } {
  const file = freshJournalFile();
  const journal = openJournal(file);
  append(journal, 30);
  acknowledge(journal, 10);
  journal.retention.ran(50 * DAY);
  acknowledge(journal, 20);
  return { file, journal };
}

describe("age", () => {
  test("counts from the receipt, in running time", () => {
    const { journal } = aged();
    expect(journal.retention.acknowledgedBefore(90 * DAY)).toBe(0);
    journal.retention.ran(40 * DAY);
    expect(journal.retention.acknowledgedBefore(90 * DAY)).toBe(10);
    journal.retention.ran(50 * DAY);
    expect(journal.retention.acknowledgedBefore(90 * DAY)).toBe(20);
    journal.close();
  });

  test("of what the collector has lost again begins anew", () => {
    const { journal } = aged();
    acknowledge(journal, 5);
    journal.retention.ran(200 * DAY);
    expect(journal.retention.acknowledgedBefore(90 * DAY)).toBe(5);
    journal.close();
  });

  test("goes on over a restart", () => {
    const { file, journal } = aged();
    journal.retention.ran(40 * DAY);
    journal.close();
    const again = openJournal(file);
    expect(again.retention.acknowledgedBefore(90 * DAY)).toBe(10);
    again.close();
  });
});

describe("pruning", () => {
  test("removes the oldest lines in small steps; the rest is chained from a kept beginning", () => {
    const { file, journal } = aged();
    const before = journal.hashAt(4);
    expect(journal.retention.prune(10, 4)).toBe(4);
    expect(journal.read(1, 100, 1e6)[0]?.seq).toBe(5);
    expect(journal.hashAt(4)).toEqual(before);
    expect(journal.hashAt(3)).toBeUndefined();
    expect(journal.hashBefore(5)).toEqual(before);
    expect(journal.retention.count()).toBe(26);
    expect([journal.retention.prune(10, 100), journal.retention.prune(10, 100)]).toEqual([6, 0]);
    journal.close();
    expect(verifyJournal(file)).toBe(20);
    const again = openJournal(file);
    expect(again.append([totalOf("N02", 1)], stamp)[0]?.seq).toBe(31);
    again.close();
  });

  test("keeps the newest record of each subject, so that a nozzle is known after years of rest", () => {
    const file = freshJournalFile();
    const journal = openJournal(file);
    journal.append([saleOf("N07", 77), totalOf("N01", 1), totalOf("N01", 2)], stamp);
    acknowledge(journal, 3);
    journal.retention.prune(2, 100);
    const known = () =>
      journal
        .latest()
        .map(({ seq, kind }) => `${seq} ${kind}`)
        .sort();
    expect(known()).toEqual(["1 sale", "3 total"]);
    journal.append([totalOf("N07", 78), totalOf("N01", 3)], stamp);
    expect(known()).toEqual(["4 total", "5 total"]);
    journal.close();
  });

  test("never takes the last line, nor anything without a receipt", () => {
    const file = freshJournalFile();
    const journal = openJournal(file);
    append(journal, 5);
    expect(journal.retention.prune(5, 100)).toBe(0);
    acknowledge(journal, 5);
    expect(journal.retention.prune(5, 100)).toBe(4);
    expect(journal.head.seq).toBe(5);
    journal.close();
    expect(verifyJournal(file)).toBe(1);
  });

  test("gives its room back to later records", () => {
    const journal = openJournal(freshJournalFile());
    append(journal, 2_000);
    acknowledge(journal, 2_000);
    const full = journal.retention.size();
    journal.retention.prune(1_900, 5_000);
    const pruned = journal.retention.size();
    expect(pruned.usedBytes).toBeLessThan(full.usedBytes / 4);
    append(journal, 1_000);
    expect(journal.retention.size().usedBytes + journal.retention.size().freeBytes).toBe(
      full.usedBytes + full.freeBytes,
    );
    journal.close();
  });
});

test("a journal that holds nothing counts nothing", () => {
  const journal = openJournal(freshJournalFile());
  expect(journal.retention.count()).toBe(0);
  expect(journal.retention.acknowledgedBefore(0)).toBe(0);
  journal.close();
});
