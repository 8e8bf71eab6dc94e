/** A day's inspections from the morning to the day after: made by themselves, confirmed by people, told when they are not. */
import { parseTime } from "@forecourt/protocol/time.ts";
import { describe, expect, it } from "vitest";
import { machine } from "../access/reader.ts";
import { verifyAudit } from "../audit/chain.ts";
import { ofInspection } from "../notices/events/of-inspection.ts";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { sqliteInspections } from "../store/sqlite/inspections.ts";
import { sqliteNotices } from "../store/sqlite/notices.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { sqliteQueries } from "../store/sqlite/queries.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { InspectionDesk } from "./desk.ts";
import { InspectionKeeper } from "./keeper.ts";

const at = (time: string, day = "2026-03-02") => parseTime(`${day}T${time}:00.000+08:00`)!;
const DAY = "2026-03-02";
const STATION = "532801-0001";
const OTHER = "532822-0002";
const inspector = { name: "岩温 (yan.wen)", department: "service-provider" } as const;

async function desk() {
  const { raw, typed } = await openDatabase(":memory:");
  const audit = sqliteAudit(raw);
  const store = sqliteInspections(raw, audit);
  const notices = sqliteNotices(raw, audit);
  const registry = testRegistry(testStation([], STATION), testStation([], OTHER));
  const clock = { nowMs: at("07:29") };
  const parts = { registry, queries: sqliteQueries(typed), store, now: () => clock.nowMs };
  const opened: string[] = [];
  const cases = {
    open: async ({ title, lead }: { title: string; lead: string }) => {
      opened.push(`${lead} ${title}`);
      return { ok: true, value: { id: "c1", number: "2026-0001" } } as const;
    },
  };
  const keeper = new InspectionKeeper(parts);
  const go = async (time: string, day?: string) => {
    clock.nowMs = at(time, day);
    await keeper.tick();
  };
  const told = () => notices.outbox(50).map(({ subject, detail }) => ofInspection(subject, detail, 0)!.notice);
  const people = new InspectionDesk({ ...parts, cases, sign: async () => undefined });
  return { store, go, told, people, opened, audit };
}

describe("a day's inspections", () => {
  it("are made once, from 07:30 on, for every station in service", async () => {
    const { store, go } = await desk();
    await go("07:29");
    expect(store.ofDay(DAY, undefined)).toEqual([]);
    await go("07:30");
    await go("08:30");
    const rows = store.ofDay(DAY, undefined);
    expect(rows.map(({ station }) => station)).toEqual([STATION, OTHER]);
    expect(rows[0]).toMatchObject({ madeMs: at("07:30"), confirmedMs: null, county: "532801" });
    expect(rows[0]!.checks).toHaveLength(9);
    expect(store.ofDay(DAY, ["532822"]).map(({ station }) => station)).toEqual([OTHER]);
  });

  it("are not made up for when the collector stood still that day", async () => {
    const { store, go } = await desk();
    await go("10:00", "2026-03-04");
    expect(store.days("2026-03-01", "2026-03-31", undefined)).toEqual([
      { day: "2026-03-04", made: 2, confirmed: 0, wrong: 2 },
    ]);
  });

  it("are told of when ready, reminded of in the evening, and escalated by county the day after, each once", async () => {
    const { go, told, people } = await desk();
    for (const time of ["07:30", "08:00", "16:59"]) await go(time);
    expect(told().map(({ title }) => title.zh)).toEqual([`${DAY} 巡检已生成，2 个站待签认`]);
    expect(await people.confirm(STATION, DAY, "网关断电，已恢复", inspector)).toMatchObject({ ok: true });
    for (const time of ["17:00", "17:01"]) await go(time);
    await go("09:00", "2026-03-03");
    await go("09:01", "2026-03-03");
    const late = told().filter(({ title }) => title.zh.includes(DAY));
    expect(late.map(({ severity, county }) => [severity, county])).toEqual([
      ["notice", null],
      ["medium", null],
      ["high", "532822"],
    ]);
  });

  it("concern those who confirm, and the day after those who give work out", () => {
    const confirms = machine("a", ["inspections:view", "inspections:confirm"]);
    const dispatches = machine("b", ["inspections:view", "cases:dispatch"]);
    const of = (told: string) => ofInspection(DAY, JSON.stringify({ told, county: null, count: 1, wrong: 0 }), 0)!;
    expect([of("ready").concern(confirms), of("ready").concern(dispatches)]).toEqual(["own", "none"]);
    expect([of("escalate").concern(confirms), of("escalate").concern(dispatches)]).toEqual(["own", "own"]);
  });
});

describe("a person", () => {
  it("says what was found where a check is not good, confirms once, and stands on record", async () => {
    const { store, go, people, audit } = await desk();
    await go("07:30");
    expect(await people.confirm(STATION, DAY, " ", inspector)).toMatchObject({ ok: false, error: { code: "text" } });
    expect(await people.recheck(STATION, DAY, inspector)).toMatchObject({ ok: true });
    expect(await people.confirm(STATION, DAY, "已到站查看", inspector)).toMatchObject({
      value: { confirmedBy: "岩温 (yan.wen)" },
    });
    expect(await people.confirm(STATION, DAY, "再次", inspector)).toMatchObject({ error: { code: "confirmed" } });
    expect(await people.remark(STATION, DAY, "下午复电", inspector)).toMatchObject({ ok: true });
    expect(store.events(STATION, DAY).map(({ step, who }) => `${step} ${who}`)).toEqual([
      "made collector",
      "recheck 岩温 (yan.wen)",
      "confirm 岩温 (yan.wen)",
      "remark 岩温 (yan.wen)",
    ]);
    const actions = audit.of(STATION).map(({ action }) => action);
    expect(actions).toEqual(["inspection.recheck", "inspection.confirm", "inspection.remark"]);
    expect(verifyAudit(audit.entries(), audit.head())).toMatchObject({ ok: true });
  });

  it("cannot confirm together with others what is not good", async () => {
    const { go, people, store } = await desk();
    await go("07:30");
    expect(await people.confirmGood([STATION, OTHER], DAY, inspector)).toEqual([STATION, OTHER]);
    expect(store.days(DAY, DAY, undefined)[0]).toMatchObject({ confirmed: 0 });
  });

  it("turns a finding into a case of the service provider, and the inspection names it", async () => {
    const { go, people, opened, store } = await desk();
    await go("07:30");
    await people.finding(STATION, DAY, { title: "网关离线", text: "更换电源" }, inspector);
    expect(opened).toEqual(["service-provider 网关离线"]);
    expect(store.events(STATION, DAY).at(-1)).toMatchObject({
      step: "finding",
      caseId: "c1",
      text: "2026-0001 网关离线",
    });
    expect(await people.finding(STATION, "2026-03-09", { title: "x", text: "" }, inspector)).toMatchObject({
      error: { code: "missing" },
    });
  });
});
