/**
 * The tables of notices. What happens to flags, cases and requests is put into the outbox by triggers, in the transaction
 * in which it happens: nothing is told that did not last, and nothing is forgotten when the collector ends.
 */

export const noticeTables: readonly string[] = [
  `CREATE TABLE notice_outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject TEXT NOT NULL,
    detail TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT`,
  `CREATE TABLE notice (id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL,
    body TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE notice_delivery (id INTEGER PRIMARY KEY AUTOINCREMENT, notice TEXT NOT NULL, recipient TEXT NOT NULL,
    channel TEXT NOT NULL, state TEXT NOT NULL, due_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    done_ms INTEGER, read_ms INTEGER, UNIQUE (notice, recipient, channel)) STRICT`,
  "CREATE INDEX notice_delivery_due ON notice_delivery (due_ms) WHERE state = 'waiting'",
  "CREATE INDEX notice_delivery_shown ON notice_delivery (recipient, id) WHERE state = 'shown'",
  "CREATE INDEX notice_delivery_unread ON notice_delivery (recipient, id) WHERE state = 'shown' AND read_ms IS NULL",
  "CREATE INDEX notice_delivery_state ON notice_delivery (state, id) WHERE state <> 'shown'",
  `CREATE TABLE notice_try (id INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    result TEXT NOT NULL, detail TEXT NOT NULL, address TEXT) STRICT`,
  "CREATE INDEX notice_try_of ON notice_try (delivery, id)",
  "CREATE TABLE notice_person (account TEXT PRIMARY KEY, preferences TEXT NOT NULL) STRICT, WITHOUT ROWID",
  `CREATE TABLE notice_address (account TEXT NOT NULL, channel TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account, channel)) STRICT, WITHOUT ROWID`,
  "CREATE TABLE notice_channel (id TEXT PRIMARY KEY, setting TEXT NOT NULL) STRICT, WITHOUT ROWID",
  `CREATE TRIGGER notice_of_flag AFTER INSERT ON flag BEGIN
    INSERT INTO notice_outbox (kind, subject, detail, at_ms) VALUES ('flag', NEW.id, NEW.severity, NEW.until_ms); END`,
  `CREATE TRIGGER notice_of_graver_flag AFTER UPDATE OF severity ON flag WHEN NEW.severity <> OLD.severity BEGIN
    INSERT INTO notice_outbox (kind, subject, detail, at_ms) VALUES ('flag', NEW.id, NEW.severity, NEW.until_ms); END`,
  `CREATE TRIGGER notice_of_case AFTER INSERT ON case_event BEGIN
    INSERT INTO notice_outbox (kind, subject, detail, at_ms) VALUES ('case', NEW.case_id, NEW.seq, NEW.at_ms); END`,
  `CREATE TRIGGER notice_of_request AFTER INSERT ON audit
    WHEN NEW.action IN ('access.requested', 'access.reminded', 'access.escalated', 'access.approved') BEGIN
    INSERT INTO notice_outbox (kind, subject, detail, at_ms) VALUES ('request', NEW.subject, NEW.action, NEW.at_ms); END`,
];
