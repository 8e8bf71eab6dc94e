/** What can and cannot be done with a case. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEPARTMENTS } from "../access/departments.ts";
import { CASE_STATES, CASE_STEPS, type CaseStanding, OUTCOMES, possibleSteps, takeStep } from "./life.ts";
import { CASE_NATURES, dueState, termOf } from "./terms.ts";

const reported: CaseStanding = {
  state: "reported",
  lead: "commerce",
  together: [],
  major: false,
  outcome: null,
  hasReport: false,
  openTasks: 0,
};

function after(standing: CaseStanding, ...steps: Parameters<typeof takeStep>[1][]): CaseStanding {
  return steps.reduce((now, facts) => {
    const taken = takeStep(now, facts);
    if (!taken.ok) throw new Error(taken.error.message);
    return taken.value;
  }, standing);
}

const toClosed = [
  { step: "assign", text: null, department: "tax" },
  { step: "accept", text: null },
  { step: "site-visit", text: "meters sealed, totals read" },
  { step: "answer", text: "one nozzle was bypassed", outcome: "confirmed" },
  { step: "feed-back", text: "told to who reported it" },
  { step: "close", text: null },
] as const;

describe("a case", () => {
  it("goes from report to its end", () => {
    expect(after(reported, ...toClosed)).toMatchObject({ state: "closed", lead: "tax", outcome: "confirmed" });
  });

  it("is handed over: the new lead accepts it anew, and is no longer among those beside it", () => {
    const handling = after(reported, ...toClosed.slice(0, 2), {
      step: "invite",
      text: null,
      department: "public-security",
    });
    expect(handling.together).toEqual(["public-security"]);
    const handed = after(handling, { step: "assign", text: "a crime", department: "public-security" });
    expect(handed).toMatchObject({ state: "assigned", lead: "public-security", together: [] });
  });

  it("that is major is closed only with its special report, and one of a procedure only without open tasks", () => {
    const fedBack = after(reported, ...toClosed.slice(0, 5));
    const close = { step: "close", text: null } as const;
    expect(takeStep({ ...fedBack, major: true }, close)).toMatchObject({ error: { code: "report" } });
    expect(takeStep({ ...fedBack, major: true, hasReport: true }, close).ok).toBe(true);
    expect(takeStep({ ...fedBack, openTasks: 2 }, close)).toMatchObject({ error: { code: "tasks" } });
  });

  it("that is returned or opened again has no outcome any more", () => {
    const answered = after(reported, ...toClosed.slice(0, 4));
    expect(after(answered, { step: "return", text: "photos are missing" })).toMatchObject({
      state: "handling",
      outcome: null,
    });
    expect(after(reported, ...toClosed, { step: "reopen", text: "it went on" })).toMatchObject({ outcome: null });
  });

  it("says what is missing and how to mend it", () => {
    const handling = after(reported, ...toClosed.slice(0, 2));
    for (const [facts, code] of [
      [{ step: "assign", text: null }, "department"],
      [{ step: "answer", text: "seen", outcome: undefined }, "outcome"],
      [{ step: "comment", text: " " }, "text"],
      [{ step: "close", text: null }, "not-from-here"],
    ] as const) {
      const taken = takeStep(handling, facts);
      expect(taken).toMatchObject({ ok: false, error: { code, cure: expect.stringMatching(/\w/) } });
    }
  });

  it("never ends without having been accepted, answered and fed back, whatever is tried in whatever order", () => {
    const facts = fc.record({
      step: fc.constantFrom(...CASE_STEPS),
      text: fc.constantFrom("why", null),
      department: fc.constantFrom(undefined, ...DEPARTMENTS),
      outcome: fc.constantFrom(undefined, ...OUTCOMES),
    });
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 60 }), (tried) => {
        let now = reported;
        let taken: string[] = [];
        for (const one of tried) {
          const result = takeStep(now, one);
          expect(
            result.ok || result.error.code !== "not-from-here" || !possibleSteps(now.state).includes(one.step),
          ).toBe(true);
          if (!result.ok) continue;
          now = result.value;
          taken = one.step === "reopen" || one.step === "return" ? ["accept"] : [...taken, one.step];
          if (now.state === "closed") expect(taken).toEqual(expect.arrayContaining(["accept", "answer", "feed-back"]));
          if (now.state === "closed") expect(now.outcome).not.toBeNull();
          expect(now.together).not.toContain(now.lead);
        }
      }),
    );
  });
});

describe("terms", () => {
  it("give a technical problem three working days (Article 8(3)), and run in every state but the last", () => {
    expect(termOf("technical", "handling")).toBe(3);
    for (const nature of CASE_NATURES) {
      for (const state of CASE_STATES) expect(termOf(nature, state) === undefined).toBe(state === "closed");
    }
  });

  it("warn before the end and tell when it is past", () => {
    expect([50, 90, 100, 101].map((nowMs) => dueState(100, 90, nowMs))).toEqual(["in-time", "soon", "soon", "overdue"]);
    expect(dueState(null, null, 5)).toBe("none");
  });
});
