/** Cases at the desk: kept with their history, their terms and their files. */

import { describe, expect, it } from "vitest";
import { verifyAudit } from "../audit/chain.ts";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { sqliteCases } from "../store/sqlite/cases.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { NOON_MS } from "../testing/records.ts";
import { Deadlines } from "./deadlines.ts";
import { type Actor, CaseDesk, type CaseOrder, type NewCase } from "./desk.ts";

const DAY_MS = 86_400_000;
const PNG = Buffer.from("89504e470d0a1a0a00", "hex");
const officer: Actor = { name: "李娜", department: "commerce" };
const inspector: Actor = { name: "王强", department: "market-regulation" };
const reported: NewCase = {
  station: "532801-0001",
  county: "532801",
  nature: "technical",
  origin: "flag",
  title: "N01 短少",
  text: "规则指出 N01 计量短少",
  lead: "market-regulation",
  flags: ["f1"],
};

async function desk() {
  const { raw } = await openDatabase(":memory:");
  const audit = sqliteAudit(raw);
  const store = sqliteCases(raw, audit);
  const clock = { nowMs: NOON_MS };
  const dueAfter = (fromMs: number, days: number) => fromMs + days * DAY_MS;
  const flagSteps: string[] = [];
  let ids = 0;
  const cases = new CaseDesk({
    store,
    dueAfter,
    unitFor: (department, county) => (department === "tax" ? `tax-${county}` : undefined),
    sign: async () => undefined,
    stepFlag: async (flag, step, by) => flagSteps.push(`${flag} ${step} ${by}`),
    now: () => clock.nowMs,
    newId: () => `id-${++ids}`,
  });
  const open = async (order = reported) => {
    const made = await cases.open(order, officer);
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  };
  const step = async (id: string, order: Omit<CaseOrder, "after" | "text"> & { text?: string }, actor = inspector) => {
    const after = (await store.whole(id))!.events.length;
    const taken = await cases.step(id, { text: null, after, ...order }, actor);
    if (!taken.ok) throw new Error(`${taken.error.code}: ${taken.error.message}`);
    return taken.value;
  };
  const deadlines = new Deadlines({ store, dueAfter, sign: async () => undefined, now: () => clock.nowMs });
  const stepsOf = async (id: string) => (await store.whole(id))!.events.map((event) => event.step);
  return { cases, deadlines, store, audit, clock, flagSteps, open, step, stepsOf };
}

describe("the desk of cases", () => {
  it("counts them by year, and opens one a flag", async () => {
    const { open, cases, clock, step } = await desk();
    const { id, number } = await open();
    expect(number).toBe("2026-0001");
    expect(await cases.open(reported, officer)).toMatchObject({ ok: false, error: { code: "flag" } });
    expect((await open({ ...reported, flags: [] })).number).toBe("2026-0002");
    clock.nowMs += 365 * DAY_MS;
    expect((await open({ ...reported, flags: [] })).number).toBe("2027-0001");
    await step(id, { step: "assign", department: "market-regulation" });
  });

  it("takes a case and its flag from report to end, and writes down who did what", async () => {
    const { open, step, store, flagSteps, audit } = await desk();
    const { id } = await open();
    await step(id, { step: "assign", department: "market-regulation" }, officer);
    expect((await step(id, { step: "accept", assignee: inspector.name })).row).toMatchObject({
      assignee: "王强",
      state: "handling",
    });
    await step(id, { step: "invite", department: "tax" });
    await step(id, { step: "site-visit", text: "封存 N01，读取累计" });
    await step(id, { step: "answer", text: "短少 3 %，属实", outcome: "confirmed" });
    await step(id, { step: "feed-back", text: "已告知举报人" }, officer);
    const { row, events } = await step(id, { step: "close" }, officer);
    expect(row).toMatchObject({ state: "closed", outcome: "confirmed", together: ["tax"], dueMs: null });
    expect(flagSteps).toEqual(["f1 check 王强", "f1 confirm 王强"]);
    expect(events.map((one) => [one.step, one.who])).toEqual([
      ["report", "李娜"],
      ["assign", "李娜"],
      ["accept", "王强"],
      ["invite", "王强"],
      ["site-visit", "王强"],
      ["answer", "王强"],
      ["feed-back", "李娜"],
      ["close", "李娜"],
    ]);
    expect(verifyAudit(audit.entries(), undefined).ok).toBe(true);
    expect(audit.of(id).map(({ action }) => action)).toEqual(events.map((one) => `case.${one.step}`));
    expect(await store.openCaseOf("f1")).toBeUndefined();
  });

  it("refuses a step when somebody else was quicker", async () => {
    const { open, step, cases } = await desk();
    const { id } = await open();
    await step(id, { step: "comment", text: "先看数据" });
    const late = await cases.step(id, { step: "assign", text: null, department: "tax", after: 1 }, officer);
    expect(late).toMatchObject({ ok: false, error: { code: "moved-on" } });
    expect(await cases.step("none", { step: "accept", text: null, after: 1 }, officer)).toMatchObject({
      error: { code: "case" },
    });
  });

  it("gives each state its term, and tells once when it ends soon, is over, and is long over", async () => {
    const { open, step, deadlines, clock, stepsOf } = await desk();
    const { id } = await open();
    const assigned = await step(id, { step: "assign", department: "market-regulation" });
    expect(assigned.row).toMatchObject({ dueMs: NOON_MS + DAY_MS, warnMs: NOON_MS });
    const { row } = await step(id, { step: "accept" });
    expect(row).toMatchObject({ dueMs: NOON_MS + 3 * DAY_MS, warnMs: NOON_MS + 2 * DAY_MS });
    clock.nowMs += 2 * DAY_MS;
    expect(await deadlines.tell()).toEqual([]);
    expect((await stepsOf(id)).at(-1)).toBe("reminded");
    // A comment is no progress: the term goes on.
    expect((await step(id, { step: "comment", text: "等待配件" })).row.dueMs).toBe(NOON_MS + 3 * DAY_MS);
    clock.nowMs += DAY_MS + 1;
    expect((await deadlines.tell()).map((one) => one.id)).toEqual([id]);
    expect(await deadlines.tell()).toEqual([]);
    clock.nowMs += 2 * DAY_MS;
    for (let round = 0; round < 2; round += 1) await deadlines.tell();
    expect((await stepsOf(id)).slice(-4)).toEqual(["reminded", "comment", "escalated", "supervised"]);
    expect((await step(id, { step: "answer", text: "已修复", outcome: "mended" })).row.escalatedMs).toBeNull();
  });

  it("gives what a rule found to the unit of its department and county, and what people report to a dispatcher", async () => {
    const { open, store } = await desk();
    const { id } = await open({ ...reported, lead: "tax" });
    expect((await store.whole(id))!.row).toMatchObject({ state: "assigned", unit: "tax-532801", lead: "tax" });
    const { id: other } = await open({ ...reported, lead: "tax", origin: "report", flags: [] });
    expect((await store.whole(other))!.row).toMatchObject({ state: "reported", unit: null });
  });

  it("is handed over by its lead, who goes on to handle it together with the new one", async () => {
    const { open, step } = await desk();
    const { id } = await open({ ...reported, flags: [] });
    await step(id, { step: "assign", department: "market-regulation" });
    await step(id, { step: "accept", assignee: inspector.name });
    const { row } = await step(id, { step: "hand-over", department: "tax", text: "涉税，移交税务部门" });
    expect(row).toMatchObject({ state: "assigned", lead: "tax", unit: "tax-532801", assignee: null });
    expect(row.together).toEqual(["market-regulation"]);
  });

  it("begins a violation with the tasks of Article 15, and does not close while one is open", async () => {
    const { open, step, cases, store } = await desk();
    const { id } = await open({ ...reported, nature: "violation" });
    await step(id, { step: "assign", department: "market-regulation" });
    await step(id, { step: "accept" });
    const { tasks } = (await store.whole(id))!;
    expect(tasks.map((task) => task.id)).toContain("transfer");
    await step(id, { step: "answer", text: "属实", outcome: "confirmed" });
    await step(id, { step: "feed-back", text: "已反馈" });
    await expect(step(id, { step: "close" })).rejects.toThrow(/tasks/);
    await step(id, { step: "return", text: "任务未完" });
    for (const [index, task] of tasks.entries()) {
      const after = (await store.whole(id))!.events.length;
      const done = await cases.doTask(id, task.id, index === 6 ? "不涉及犯罪" : null, after, inspector);
      expect(done.ok, task.id).toBe(true);
    }
    expect(await cases.doTask(id, "tax", null, 99, inspector)).toMatchObject({ error: { code: "task" } });
    await step(id, { step: "answer", text: "属实", outcome: "confirmed" });
    await step(id, { step: "feed-back", text: "已反馈" });
    expect((await step(id, { step: "close" })).row).toMatchObject({ state: "closed", openTasks: 0 });
  });

  it("keeps files by their content, and a special report opens the way to the end of a major case", async () => {
    const { open, step, cases, store } = await desk();
    const { id } = await open({ ...reported, flags: [] });
    const kept = await cases.addFile(id, { name: "现场.png", content: PNG, report: false }, inspector);
    expect(kept).toMatchObject({ ok: true, value: { type: "image/png", bytes: PNG.length } });
    const html = Buffer.from("<script>alert(1)</script>");
    expect(await cases.addFile(id, { name: "x.png", content: html, report: false }, inspector)).toMatchObject({
      error: { code: "file" },
    });
    const file = await store.file(id, kept.ok ? kept.value.id : "");
    expect(Buffer.from(file!.content).equals(PNG)).toBe(true);
    await step(id, { step: "mark-major", text: "涉及多站" });
    const pdf = Buffer.from("%PDF-1.7 report");
    await cases.addFile(id, { name: "专项报告.pdf", content: pdf, report: true }, inspector);
    expect((await store.whole(id))!.row).toMatchObject({ major: true, hasReport: true });
  });
});

describe("lists of cases", () => {
  it("show what lies in the reader's counties and is led or handled by its departments", async () => {
    const { open, step, store, clock } = await desk();
    const one = await open();
    await step(one.id, { step: "assign", department: "market-regulation" });
    await step(one.id, { step: "accept" });
    await step(one.id, { step: "invite", department: "tax" });
    clock.nowMs += 1;
    const two = await open({ ...reported, county: "532822", station: null, lead: "commerce", flags: [] });
    const ids = async (filter: Parameters<typeof store.list>[0]) => (await store.list(filter, 10)).map(({ id }) => id);
    expect(await ids({})).toEqual([two.id, one.id]);
    expect(await ids({ counties: ["532801"] })).toEqual([one.id]);
    expect(await ids({ departments: ["tax"] })).toEqual([one.id]);
    expect(await ids({ departments: ["finance"] })).toEqual([]);
    expect(await ids({ counties: [] })).toEqual([]);
    expect(await ids({ state: "reported", open: true })).toEqual([two.id]);
    expect(await ids({ overdueAtMs: clock.nowMs + 2 * DAY_MS, station: "532801-0001" })).toEqual([]);
    const [first] = await store.list({}, 1);
    expect((await store.list({}, 10, first)).map(({ id }) => id)).toEqual([one.id]);
  });
});
