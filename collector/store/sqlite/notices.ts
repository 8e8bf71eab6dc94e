/** Notices in SQLite: the outbox, deliveries with every try, and what is on somebody's screen. */
import type Database from "better-sqlite3";
import type { AuditTable } from "../../audit/table.ts";
import type { Notice } from "../../notices/notice.ts";
import type { Delivery, DeliveryState, NewDelivery, NoticeStore, OutboxEvent, Try } from "../../notices/store.ts";
import { noticePeople } from "./notice-people.ts";

interface DeliveryColumns {
  id: number;
  body: string;
  recipient: string;
  channel: string;
  state: string;
  due_ms: number;
  tries: number;
  done_ms: number | null;
  read_ms: number | null;
}

const SELECT = `SELECT d.id, n.body, d.recipient, d.channel, d.state, d.due_ms, d.tries, d.done_ms, d.read_ms
  FROM notice_delivery AS d JOIN notice AS n ON n.id = d.notice`;

/** @param audit of the same database */
export function sqliteNotices(raw: Database.Database, audit: Pick<AuditTable, "append">): NoticeStore {
  return {
    ...outboxOf(raw),
    ...sendingOf(raw),
    ...screenOf(raw),
    ...recordOf(raw, audit),
    ...noticePeople(raw, audit),
  };
}

function outboxOf(raw: Database.Database): Pick<NoticeStore, "outbox" | "dropStale" | "fanOut"> {
  const outbox = raw.prepare<[number], { id: number; kind: string; subject: string; detail: string; at_ms: number }>(
    "SELECT * FROM notice_outbox ORDER BY id LIMIT ?",
  );
  const stale = raw.prepare("DELETE FROM notice_outbox WHERE at_ms < ?");
  const takeOut = raw.prepare("DELETE FROM notice_outbox WHERE id = ?");
  const keep = raw.prepare("INSERT INTO notice VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const known = raw.prepare<[string], { id: string }>("SELECT id FROM notice WHERE key = ?");
  const deliver = raw.prepare(
    `INSERT INTO notice_delivery (notice, recipient, channel, state, due_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const one = (notice: Notice, { recipient, channel, dueMs }: NewDelivery): boolean => {
    const id = known.get(notice.key)?.id ?? notice.id;
    const state: DeliveryState = dueMs === null ? "shown" : "waiting";
    return deliver.run(id, recipient, channel, state, dueMs ?? notice.atMs).changes > 0;
  };
  return {
    outbox: (limit) =>
      outbox.all(limit).map(({ at_ms: atMs, kind, ...row }) => ({ ...row, kind: kind as OutboxEvent["kind"], atMs })),
    dropStale: (beforeMs) => stale.run(beforeMs).changes,
    fanOut: raw.transaction((events: readonly number[], told: Parameters<NoticeStore["fanOut"]>[1]): string[] => {
      const accounts = new Set<string>();
      for (const { notice, deliveries } of told) {
        if (deliveries.length === 0) continue;
        const { id, key, atMs } = notice;
        keep.run(id, key, atMs, JSON.stringify(notice));
        for (const delivery of deliveries) {
          if (one(notice, delivery) && delivery.dueMs === null) accounts.add(delivery.recipient);
        }
      }
      for (const event of events) takeOut.run(event);
      return [...accounts];
    }),
  };
}

function sendingOf(raw: Database.Database): Pick<NoticeStore, "due" | "postpone" | "begin" | "end" | "interrupted"> {
  const due = raw.prepare<[number, number], DeliveryColumns>(
    `${SELECT} WHERE d.state = 'waiting' AND d.due_ms <= ? ORDER BY d.due_ms, d.id LIMIT ?`,
  );
  const postpone = raw.prepare("UPDATE notice_delivery SET due_ms = ? WHERE id = ? AND state = 'waiting'");
  const begin = raw.prepare("UPDATE notice_delivery SET state = 'sending', tries = tries + 1 WHERE id = ?");
  const over = raw.prepare("UPDATE notice_delivery SET state = ?, done_ms = ? WHERE id = ?");
  const retry = raw.prepare("UPDATE notice_delivery SET state = 'waiting', due_ms = ? WHERE id = ?");
  const cut = raw.prepare<[], { id: number }>("SELECT id FROM notice_delivery WHERE state = 'sending'");
  const dead = raw.prepare(
    `INSERT INTO notice_outbox (kind, subject, detail, at_ms)
     SELECT 'system', channel, ?, ? FROM notice_delivery WHERE id = ?`,
  );
  const putTry = tryWriter(raw);
  const end: NoticeStore["end"] = (ids, state, done, retryMs) => {
    for (const id of ids) {
      putTry(id, done);
      if (retryMs === undefined) over.run(state, done.atMs, id);
      else retry.run(retryMs, id);
    }
    // The system administrator is told, once a day and channel.
    if (state === "dead" && retryMs === undefined && ids[0] !== undefined) dead.run(state, done.atMs, ids[0]);
  };
  return {
    due: (nowMs, limit) => due.all(nowMs, limit).map(deliveryOf),
    postpone: raw.transaction((ids: readonly number[], dueMs: number) => {
      for (const id of ids) postpone.run(dueMs, id);
    }),
    begin: raw.transaction((ids: readonly number[]) => {
      for (const id of ids) begin.run(id);
    }),
    end: raw.transaction(end),
    interrupted: raw.transaction((atMs: number) => {
      const ids = cut.all().map(({ id }) => id);
      const detail = "the collector ended while it was handed over";
      end(ids, "unsure", { atMs, result: "unsure", detail, address: null }, undefined);
      return ids.length;
    }),
  };
}

function screenOf(raw: Database.Database): Pick<NoticeStore, "shown" | "markRead"> {
  const page = (only: string) =>
    raw.prepare<[string, number, number], DeliveryColumns>(
      `${SELECT} WHERE d.recipient = ? AND d.state = 'shown' ${only} AND d.id < ? ORDER BY d.id DESC LIMIT ?`,
    );
  const all = page("");
  const unread = page("AND d.read_ms IS NULL");
  const readOne = raw.prepare(
    "UPDATE notice_delivery SET read_ms = ? WHERE id = ? AND recipient = ? AND state = 'shown' AND read_ms IS NULL",
  );
  const readAll = raw.prepare(
    "UPDATE notice_delivery SET read_ms = ? WHERE recipient = ? AND state = 'shown' AND read_ms IS NULL AND id <= ?",
  );
  return {
    shown: (account, limit, beforeId, unreadOnly) =>
      (unreadOnly ? unread : all).all(account, beforeId ?? Number.MAX_SAFE_INTEGER, limit).map(deliveryOf),
    markRead: raw.transaction((account: string, atMs: number, ids: readonly number[] | undefined, untilId: number) => {
      if (ids === undefined) readAll.run(atMs, account, untilId);
      else for (const id of ids) readOne.run(atMs, id, account);
    }),
  };
}

function recordOf(
  raw: Database.Database,
  audit: Pick<AuditTable, "append">,
): Pick<NoticeStore, "deliveries" | "delivery" | "tries" | "again" | "counts"> {
  const page = raw.prepare<[object], DeliveryColumns>(
    `${SELECT} WHERE d.state <> 'shown' AND (@state IS NULL OR d.state = @state)
       AND (@channel IS NULL OR d.channel = @channel) AND d.id < @beforeId ORDER BY d.id DESC LIMIT @limit`,
  );
  const one = raw.prepare<[number], DeliveryColumns>(`${SELECT} WHERE d.id = ?`);
  const tries = raw.prepare<[number], { at_ms: number; result: string; detail: string; address: string | null }>(
    "SELECT at_ms, result, detail, address FROM notice_try WHERE delivery = ? ORDER BY id",
  );
  const again = raw.prepare(
    "UPDATE notice_delivery SET state = 'waiting', due_ms = ?, tries = 0, done_ms = NULL WHERE id = ?",
  );
  const counts = raw.prepare<[], { state: string; count: number }>(
    "SELECT state, count(*) AS count FROM notice_delivery WHERE state <> 'shown' GROUP BY state",
  );
  const putTry = tryWriter(raw);
  return {
    deliveries: ({ state = null, channel = null, beforeId = Number.MAX_SAFE_INTEGER }, limit) =>
      page.all({ state, channel, beforeId, limit }).map(deliveryOf),
    delivery: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : deliveryOf(row);
    },
    tries: (delivery) =>
      tries.all(delivery).map(({ at_ms: atMs, result, ...row }) => ({ ...row, result: result as Try["result"], atMs })),
    again: raw.transaction((id: number, dueMs: number, done: Try, note: Parameters<AuditTable["append"]>[0]) => {
      again.run(dueMs, id);
      putTry(id, done);
      audit.append(note);
    }),
    counts: () => Object.fromEntries(counts.all().map(({ state, count }) => [state, count])),
  };
}

function tryWriter(raw: Database.Database): (delivery: number, done: Try) => void {
  const insert = raw.prepare(
    "INSERT INTO notice_try (delivery, at_ms, result, detail, address) VALUES (?, ?, ?, ?, ?)",
  );
  return (delivery, { atMs, result, detail, address }) => void insert.run(delivery, atMs, result, detail, address);
}

function deliveryOf(row: DeliveryColumns): Delivery {
  const { id, recipient, channel, tries } = row;
  const state = row.state as DeliveryState;
  const notice = JSON.parse(row.body) as Notice;
  return { id, notice, recipient, channel, state, dueMs: row.due_ms, tries, doneMs: row.done_ms, readMs: row.read_ms };
}
