import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { freshJournalFile, stamp, totalOf } from "./journal.test-support.ts";
import { openJournal, verifyJournal } from "./journal.ts";

const action = fc.oneof(
  fc.record({
    do: fc.constant("append" as const),
    totals: fc.array(fc.tuple(fc.nat(3), fc.nat(1_000)), { maxLength: 4 }),
  }),
  fc.record({ do: fc.constant("append-bad" as const) }),
  fc.record({ do: fc.constant("acknowledge" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant("reopen" as const) }),
);

test("after any appends, failures, receipts and restarts the journal is what was committed, gap-free and chained", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      const file = freshJournalFile();
      let journal = openJournal(file);
      const lines: string[] = [];
      const latest = new Map<string, number>();
      let acknowledged = 0;
      for (const step of actions) {
        if (step.do === "append") {
          journal.append(
            step.totals.map(([nozzle, volumeCl]) => totalOf(`N0${nozzle}`, volumeCl)),
            stamp,
          );
          for (const [nozzle, volumeCl] of step.totals) {
            lines.push(canonical({ ...totalOf(`N0${nozzle}`, volumeCl), ...stamp, seq: lines.length + 1 }));
            latest.set(`N0${nozzle}`, lines.length);
          }
        } else if (step.do === "append-bad") {
          expect(() => journal.append([totalOf("N00", 1), totalOf("N00", Number.NaN)], stamp)).toThrow();
        } else if (step.do === "acknowledge") {
          acknowledged = Math.floor(step.share * lines.length);
          journal.acknowledge({ seq: acknowledged, hash: journal.hashAt(acknowledged)! }, Buffer.from("receipt"));
        } else {
          journal.close();
          journal = openJournal(file);
        }
        expect(journal.head.seq).toBe(lines.length);
        expect(journal.acknowledged.seq).toBe(acknowledged);
      }
      const kept = journal.read(1, 1_000, 1e7);
      expect(kept.map(({ line }) => line)).toEqual(lines);
      expect(kept.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
      expect(journal.head.hash).toEqual(lines.reduce((hash, line) => chainHash(hash, line), GENESIS_HASH));
      expect(
        journal
          .latest()
          .map(({ seq }) => seq)
          .sort(),
      ).toEqual([...latest.values()].sort());
      journal.close();
      expect(verifyJournal(file)).toBe(lines.length);
    }),
    { numRuns: 40 },
  );
});
