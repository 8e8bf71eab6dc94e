/** The audit log altered by hand: the verifier names the place each time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import Database from "better-sqlite3";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { auditTables, sqliteAudit } from "../store/sqlite/audit.ts";
import { verifyAudit } from "./chain.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { AuditTable } from "./table.ts";
import { Verification } from "./verification.ts";

const START = Date.parse("2026-03-01T08:00:00+08:00");
let raw: Database.Database;
let audit: AuditTable;

beforeEach(() => {
  raw = new Database(":memory:");
  for (const step of auditTables) raw.exec(step);
  audit = sqliteAudit(raw);
  for (let index = 0; index < 10; index += 1) {
    const subject = `flag-${index % 3}`;
    audit.append({ atMs: START + index * 1_000, who: "张三", action: "flag.confirm", subject, detail: { index } });
  }
});

const problem = (head = audit.head()) => {
  const verified = verifyAudit(audit.entries(), head);
  return verified.ok ? undefined : { seq: verified.problem.seq, code: verified.problem.code };
};

test("an untouched log verifies up to its head", () => {
  expect(verifyAudit(audit.entries(), audit.head())).toEqual({ ok: true, head: audit.head() });
  expect(audit.of("flag-0").map(({ seq }) => seq)).toEqual([1, 4, 7, 10]);
});

describe("what is altered by hand in the database is found at its place", () => {
  test.each([
    ["a changed word", "UPDATE audit SET who = '李四' WHERE seq = 4", { seq: 4, code: "changed" }],
    ["a changed detail", "UPDATE audit SET detail = '{}' WHERE seq = 10", { seq: 10, code: "changed" }],
    ["a changed hash", "UPDATE audit SET hash = zeroblob(32) WHERE seq = 1", { seq: 1, code: "changed" }],
    ["a removed entry", "DELETE FROM audit WHERE seq = 6", { seq: 6, code: "missing" }],
    [
      "a removed entry closed up",
      "DELETE FROM audit WHERE seq = 6; UPDATE audit SET seq = seq - 1 WHERE seq > 6",
      { seq: 6, code: "changed" },
    ],
    [
      "two entries swapped",
      "UPDATE audit SET seq = -4 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = -4",
      { seq: 4, code: "changed" },
    ],
    ["the tail cut", "DELETE FROM audit WHERE seq > 7", { seq: 8, code: "cut" }],
    ["everything cut", "DELETE FROM audit", { seq: 1, code: "cut" }],
  ])("%s", (_what, sql, expected) => {
    const head = audit.head();
    raw.exec(sql);
    expect(problem(head)).toEqual(expected);
  });

  test("a tail that was rewritten with right hashes does not fit the signed head", () => {
    const head = audit.head();
    raw.exec("DELETE FROM audit WHERE seq > 8");
    for (const who of ["a", "b"]) audit.append({ atMs: START + 20_000, who, action: "x", subject: "y", detail: {} });
    expect(problem(head)).toEqual({ seq: 10, code: "changed" });
  });
});

test("any single change of any entry is found", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.constantFrom("who", "action", "subject"),
      fc.string({ minLength: 1 }),
      (seq, column, text) => {
        fc.pre(text.isWellFormed());
        const before = raw.prepare(`SELECT ${column} AS value FROM audit WHERE seq = ?`).get(seq) as { value: string };
        fc.pre(before.value !== text);
        raw.prepare(`UPDATE audit SET ${column} = ? WHERE seq = ?`).run(text, seq);
        expect(problem()).toEqual({ seq, code: "changed" });
        raw.prepare(`UPDATE audit SET ${column} = ? WHERE seq = ?`).run(before.value, seq);
      },
    ),
  );
});

test("the signed head is read back, and a forged one is told from a missing one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  const file = join(folder, "head");
  const signer = ed25519Signer(generateKeyPem());
  const verifier = ed25519Verifier(signer.publicKey);
  expect(readCheckpoint(file, verifier)).toBe("none");
  await writeCheckpoint(file, audit.head(), signer, START);
  expect(readCheckpoint(file, verifier)).toEqual(audit.head());
  await writeCheckpoint(file, audit.head(), ed25519Signer(generateKeyPem()), START);
  expect(readCheckpoint(file, verifier)).toBe("forged");
  writeFileSync(file, "nothing of the kind");
  expect(readCheckpoint(file, verifier)).toBe("forged");
  rmSync(folder, { recursive: true });
});

test("the walk in a thread of its own comes to the same, and those who ask meanwhile share it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  const file = join(folder, "log.db");
  await raw.backup(file);
  const verification = new Verification(file);
  const both = [verification.verify(audit.head()), verification.verify(undefined)];
  expect(both[0]).toBe(both[1]);
  expect(await both[0]).toEqual({ ok: true, head: audit.head() });
  const copy = new Database(file);
  copy.exec("DELETE FROM audit WHERE seq > 7");
  copy.close();
  expect(await verification.verify(audit.head())).toMatchObject({ ok: false, problem: { seq: 8, code: "cut" } });
  rmSync(folder, { recursive: true });
});
