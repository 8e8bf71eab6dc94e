/** The audit log as it is kept: appended to, read by the auditor, never changed. */
import type { AuditEntry, AuditHead, ChainedEntry } from "./chain.ts";

export interface AuditFilter {
  /** part of the name, or the whole sign-in name */
  who?: string | undefined;
  action?: string | undefined;
  subject?: string | undefined;
  /** epoch ms */
  fromMs?: number | undefined;
  untilMs?: number | undefined;
}

export interface AuditTable {
  /** Adds an entry; call it within the transaction of what it tells of. @returns the new head */
  append(entry: Omit<AuditEntry, "seq">): AuditHead;
  /** Adds entries in one transaction, on disk when it returns. */
  appendAll(entries: readonly Omit<AuditEntry, "seq">[]): void;
  /** All entries in order, read a row at a time. */
  entries(): IterableIterator<ChainedEntry>;
  /** What was done to one subject, oldest first. */
  of(subject: string): ChainedEntry[];
  /** The newest first. @param beforeSeq only entries before this one */
  page(filter: AuditFilter, limit: number, beforeSeq: number | undefined): ChainedEntry[];
  head(): AuditHead;
}
