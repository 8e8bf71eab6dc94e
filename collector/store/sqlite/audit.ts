/** The audit log in SQLite: appended in the transaction of what it tells of, never changed. */
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import type Database from "better-sqlite3";
import { AUDIT_GENESIS, type AuditEntry, type AuditHead, type ChainedEntry, entryHash } from "../../audit/chain.ts";
import type { AuditTable } from "../../audit/table.ts";

interface Row {
  seq: number;
  at_ms: number;
  who: string;
  action: string;
  subject: string;
  detail: string;
  hash: Buffer;
}

/** The step of the schema. No index is unique but the place itself: what was written stays written. */
export const auditTables: readonly string[] = [
  `CREATE TABLE audit (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL) STRICT`,
  "CREATE INDEX audit_by_subject ON audit (subject, seq)",
];

export function sqliteAudit(raw: Database.Database): AuditTable {
  const last = raw.prepare<[], Pick<Row, "seq" | "hash">>("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
  const insert = raw.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)");
  const all = raw.prepare<[], Row>("SELECT * FROM audit ORDER BY seq");
  const ofSubject = raw.prepare<[string], Row>("SELECT * FROM audit WHERE subject = ? ORDER BY seq");
  // Each condition may be left out.
  const page = raw.prepare<[object], Row>(
    `SELECT * FROM audit WHERE (@beforeSeq IS NULL OR seq < @beforeSeq) AND (@who IS NULL OR instr(who, @who) > 0)
       AND (@action IS NULL OR action = @action) AND (@subject IS NULL OR subject = @subject)
       AND (@fromMs IS NULL OR at_ms >= @fromMs) AND (@untilMs IS NULL OR at_ms < @untilMs)
     ORDER BY seq DESC LIMIT @limit`,
  );
  const append = (entry: Omit<AuditEntry, "seq">): AuditHead => {
    const before = last.get();
    const seq = (before?.seq ?? 0) + 1;
    const hash = entryHash(before?.hash ?? AUDIT_GENESIS, { ...entry, seq });
    insert.run(seq, entry.atMs, entry.who, entry.action, entry.subject, canonical(entry.detail), hash);
    return { seq, hash: hash.toString("hex") };
  };
  return {
    append,
    appendAll: raw.transaction((entries: readonly Omit<AuditEntry, "seq">[]) => {
      for (const entry of entries) append(entry);
    }),
    page: (
      { who = null, action = null, subject = null, fromMs = null, untilMs = null },
      limit,
      beforeSeq = undefined,
    ) => page.all({ who, action, subject, fromMs, untilMs, limit, beforeSeq: beforeSeq ?? null }).map(entryOf),
    *entries() {
      for (const row of all.iterate()) yield entryOf(row);
    },
    of: (subject) => ofSubject.all(subject).map(entryOf),
    head: () => {
      const { seq, hash } = last.get() ?? { seq: 0, hash: Buffer.from(AUDIT_GENESIS) };
      return { seq, hash: hash.toString("hex") };
    },
  };
}

function entryOf({ seq, at_ms: atMs, who, action, subject, detail, hash }: Row): ChainedEntry {
  return { seq, atMs, who, action, subject, detail: JSON.parse(detail) as AuditEntry["detail"], hash };
}
