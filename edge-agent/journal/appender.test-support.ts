/** A process of its own that appends as fast as it can and prints each seq once it is committed. Run by the kill test. */
import { writeSync } from "node:fs";
import { saleOf, stamp } from "./journal.test-support.ts";
import { openJournal } from "./journal.ts";

const journal = openJournal(process.argv[2]!);
for (;;) {
  const next = journal.head.seq + 1;
  const records = journal.append([saleOf("N01", next), saleOf("N02", next)], { ...stamp, boot: `boot-${process.pid}` });
  writeSync(1, `${records.at(-1)!.seq}\n`);
}
