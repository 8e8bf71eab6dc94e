/** An installation goes forward step by step, in any order that makes sense, and never says something that is not so. */
import type { Commission, Tested } from "@forecourt/protocol/commission/state.ts";
import { CommissionSchema } from "@forecourt/protocol/commission/state.ts";
import { makeCode } from "@forecourt/protocol/enrolment/code.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { allPlaced, foundLines, reportAnswers, site } from "./found.test-support.ts";
import { canRun, canSeal, isFinished, nextStep, standings } from "./steps.ts";
import * as go from "./transitions.ts";

const AT = "2026-11-25T09:00:00.000+08:00";
const STATION = "532801-0001" as StationId;
const code = makeCode(new Uint8Array(9).fill(3));
const order = { collector: "https://collector.example", station: STATION, code };
const EXPECTED = ["N01", "N02", "N03"];

/** The state after these steps; a refusal fails the test. */
function after(...steps: ((state: Commission) => go.Next | Commission)[]): Commission {
  return steps.reduce((state, step) => {
    const next = step(state);
    if (!("ok" in next)) return next;
    if (!next.ok) throw new Error(next.error.message);
    return next.value;
  }, go.begin(AT));
}

const search = (state: Commission) => go.searched(state, foundLines, AT);
const accept = (state: Commission) => go.linesAccepted(state, true);
const place = (state: Commission) => go.placed(state, allPlaced, true, AT);
const tell = (state: Commission) => go.siteTold(state, site, { at: AT, clockSource: "none", clockOffsetMs: null });
const enrolOrder = (state: Commission) => go.enrolmentOrdered(state, order, AT);
const enrol = (state: Commission) =>
  go.enrolled(state, {
    gateway: "gw-532801-0001-a" as GatewayId,
    station: STATION,
    collector: order.collector,
    at: AT,
  });
const sale = (nozzle: string, seq: number, isReceipted: boolean): Tested => ({
  nozzle,
  sale: { seq, hash: "a".repeat(64), volumeCl: 100, amountFen: 770, at: AT },
  receipt: isReceipted ? { seq, hash: "b".repeat(64), at: AT, signature: "c2ln" } : null,
});
const proveAll = (state: Commission) =>
  go.testedNow(
    state,
    EXPECTED.map((nozzle, index) => sale(nozzle, index + 1, true)),
    EXPECTED,
    AT,
  );
const fillIn = (state: Commission) => go.reportTold(state, reportAnswers);
const sign = (state: Commission) =>
  go.signed(state, { role: "technician", name: "张三", strokes: [[10, 20, 30, 40, 50, 60]] }, AT);
const finish = (state: Commission) => go.reportOrdered(state, AT);
const shown = (state: Commission) => standings(state).map(({ standing }) => standing);

describe("the way through", () => {
  test("leads from nothing to a filed report, each step opening the next", () => {
    const steps = [search, accept, place, tell, enrolOrder, enrol, proveAll, fillIn, sign, finish];
    const seen: string[] = [];
    let state = go.begin(AT);
    for (const step of steps) {
      seen.push(nextStep(state));
      state = after(() => state, step);
      expect(Value.Check(CommissionSchema, state)).toBe(true);
    }
    expect(seen).toEqual([
      ...["lines", "lines", "places", "site", "enrol", "report", "self-test", "report", "report", "report"],
    ]);
    expect(canSeal(state)).toBe(true);
    const filed = go.filing(go.sealed(state, "report-0001", AT), { filedAt: AT });
    expect(isFinished(filed)).toBe(true);
    expect(shown(filed)).toEqual(["done", "done", "done", "done", "done", "done"]);
  });

  test("without network what needs the collector waits, and the technician can finish all the same", () => {
    const state = after(search, accept, place, tell, enrolOrder, fillIn, sign, finish);
    expect(shown(state)).toEqual(["done", "done", "done", "waiting", "waiting", "waiting"]);
    expect([canRun(state), canSeal(state)]).toEqual([false, false]);
    const later = after(() => state, enrol, proveAll);
    expect(canSeal(later)).toBe(true);
  });

  test("a code is kept only until it was used or refused; a network that fails keeps it", () => {
    const ordered = after(enrolOrder);
    expect(ordered.enrol.order?.code).toBe(code);
    const offline = go.enrolmentFailed(ordered, { code: "network", message: "no answer", cure: "wait" });
    expect(offline.enrol.order?.code).toBe(code);
    expect(go.enrolmentFailed(offline, { code: "refused", message: "used", cure: "ask" }).enrol.order).toBeNull();
    expect(JSON.stringify(after(() => offline, enrol))).not.toContain(code);
  });
});

describe("what was said of things that a new search finds again stays", () => {
  test("and the rest is forgotten, and must be said anew", () => {
    const state = after(search, accept, place);
    const again = after(
      () => state,
      (one) => go.searched(one, foundLines.slice(0, 2), AT),
    );
    expect(again.places.answers.nozzles).toEqual(allPlaced.nozzles);
    expect(again.places.answers.seals).toEqual([]);
    expect(again.places.answers.tanks.map(({ tank }) => tank)).toEqual(["T3"]);
    expect(shown(again).slice(0, 2)).toEqual(["open", "blocked"]);
  });
});

describe("the self-test", () => {
  const state = after(search, accept, place, tell, enrol);

  test("counts the first sale of each nozzle, and is done when all are receipted", () => {
    const one = go.testedNow(state, [sale("N01", 5, false)], EXPECTED, AT);
    const second = go.testedNow(one, [sale("N01", 9, true), sale("N02", 6, true), sale("N03", 7, true)], EXPECTED, AT);
    expect(second.selfTest).toMatchObject({ doneAt: null });
    const receipted = go.testedNow(second, [sale("N01", 5, true)], EXPECTED, AT);
    expect(receipted.selfTest.doneAt).toBe(AT);
    expect(receipted.selfTest.tested.find(({ nozzle }) => nozzle === "N01")?.sale.seq).toBe(5);
  });

  test("a nozzle that cannot be tested is left out with a reason, one that is not there is not", () => {
    const two = go.testedNow(state, [sale("N01", 5, true), sale("N02", 6, true)], EXPECTED, AT);
    const skipped = after(
      () => two,
      (one) => go.testSkipped(one, "N03", "the nozzle is being repaired", EXPECTED, AT),
    );
    expect(skipped.selfTest).toMatchObject({ doneAt: AT, skipped: [{ nozzle: "N03" }] });
    expect(go.testSkipped(two, "N09", "why", EXPECTED, AT)).toMatchObject({ ok: false, error: { code: "no-nozzle" } });
  });
});

describe("refused, with the state as it was:", () => {
  const ready = after(search, accept, place, tell, enrol, proveAll, fillIn, sign);
  test.each([
    ["lines that were not searched", go.linesAccepted(go.begin(AT), true), "order"],
    [
      "lines on which nothing answers",
      after(
        () => go.begin(AT),
        (one) => go.searched(one, foundLines.slice(3), AT),
      ),
      "nothing-found",
    ],
    ["places before the lines are accepted", go.placed(after(search), allPlaced, false, AT), "order"],
    ["a mistyped code", go.enrolmentOrdered(go.begin(AT), { ...order, code: "7K3QM-9ZD40" }, AT), "code"],
    ["a code for a box that is enrolled", go.enrolmentOrdered(ready, order, AT), "enrolled"],
    [
      "a report that nobody signed",
      go.reportOrdered(after(search, accept, place, tell, enrol, fillIn), AT),
      "signature",
    ],
    [
      "a report of a box without a code",
      go.reportOrdered(after(search, accept, place, tell, fillIn, sign), AT),
      "order",
    ],
    [
      "a stroke without its y",
      go.signed(ready, { role: "station", name: "李", strokes: [[1, 2, 3, 4, 5]] }, AT),
      "signature",
    ],
    [
      "a stroke out of the field",
      go.signed(ready, { role: "station", name: "李", strokes: [[1, 2, 3, 400]] }, AT),
      "signature",
    ],
    ["a change after the box has signed", go.reportTold(go.sealed(ready, "report-0001", AT), reportAnswers), "sealed"],
    ["a search after the box has signed", go.searched(go.sealed(ready, "report-0001", AT), [], AT), "sealed"],
  ])("%s", (_what, outcome, reason) => {
    const refused = "ok" in outcome ? outcome : go.linesAccepted(outcome, true);
    expect(refused).toMatchObject({ ok: false, error: { code: reason, cure: expect.stringMatching(/\w/) } });
  });
});

describe("a signature stands for what was there when it was given:", () => {
  const signed = after(search, accept, place, tell, enrol, proveAll, fillIn, sign, finish);
  const photo = { name: "0011223344556677.jpg", sha256: "c".repeat(64), bytes: 9, of: "seal S01" };
  const answers = { ...reportAnswers, remarks: "the seal of pump 2 is missing" };

  test.each([
    ["another word in the report", (state: Commission) => go.reportTold(state, answers)],
    ["another photo", (state: Commission) => go.photographed(state, photo)],
    ["a nozzle left out", (state: Commission) => go.testSkipped(state, "N01", "no fuel", EXPECTED, AT)],
    ["a seal less", (state: Commission) => go.placed(state, { ...allPlaced, seals: [] }, true, AT)],
    ["a search that finds less", (state: Commission) => go.searched(state, foundLines.slice(0, 2), AT)],
  ])("%s asks for it again", (_what, change) => {
    const changed = after(() => signed, change);
    expect(changed.report).toMatchObject({ signatures: [], orderedAt: null, trouble: { code: "changed" } });
    expect(canSeal(changed)).toBe(false);
    expect(after(() => changed, sign).report).toMatchObject({ signatures: [{ name: "张三" }], trouble: null });
  });

  test("the same said once more does not", () => {
    expect(after(() => signed, fillIn, place, tell).report).toMatchObject({ signatures: [{}], orderedAt: AT });
  });
});

test("a report that the collector refuses can be mended; one that it did not get is sent again", () => {
  const sealed = go.sealed(
    after(search, accept, place, tell, enrol, proveAll, fillIn, sign, finish),
    "report-0001",
    AT,
  );
  const offline = go.filing(sealed, { trouble: { code: "network", message: "no answer", cure: "wait" } });
  expect(offline.report).toMatchObject({ sealedAt: AT, id: "report-0001" });
  const refused = go.filing(offline, { trouble: { code: "refused", message: "another station", cure: "mend" } });
  expect(refused.report).toMatchObject({ sealedAt: null, orderedAt: null, trouble: { message: "another station" } });
  expect(go.reportTold(refused, reportAnswers).ok).toBe(true);
});
