import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR, judge, MINUTE, records, SECOND, station } from "../testing/judge.ts";
import { gateway, health, identity, link, NOON_MS, sale, seal, seen, total } from "../testing/records.ts";
import { GATEWAY, testStation } from "../testing/stations.ts";
import { catalogue } from "./catalogue.ts";
import { StationEngine } from "./engine.ts";
import { unchanged } from "./entry-book.ts";
import type { FlagRow } from "./flag.ts";
import { emptyOutcome } from "./outcome.ts";
import type { RuleInput } from "./rule.ts";

describe("tax-port.total-decreased", () => {
  it("flags a total below the last known one, with both records as evidence", () => {
    const { flags } = judge(
      records(total(500_000), sale({ beforeVolumeCl: 500_000 }), total(400_000, { cause: "decreased" })),
    );
    expect(flags).toMatchObject([
      {
        rule: "tax-port.total-decreased",
        subject: "N01",
        severity: "high",
        state: "open",
        figures: { previousVolumeCl: 502_000, volumeCl: 400_000, lostCl: 102_000 },
        evidence: [{ gateway: GATEWAY, fromSeq: 2, toSeq: 3 }],
      },
    ]);
    expect(flags[0]?.text.zh).toContain("1020.00 L");
  });

  it("believes the gateway's own word when it knows no earlier total", () => {
    const { flags } = judge(records(total(400_000, { cause: "decreased", previousVolumeCl: 450_000 })));
    expect(flags).toMatchObject([{ rule: "tax-port.total-decreased", figures: { lostCl: 50_000 } }]);
  });

  it("does not mind a day total that starts anew", () => {
    const day = { scope: "day" as const, period: "2026-03-02" };
    expect(judge(records(total(5_000, day), total(0, day))).flags).toEqual([]);
  });
});

describe("tax-port.litres-missing", () => {
  it("flags litres between the last total and the next sale", () => {
    const { flags } = judge(records(sale({ beforeVolumeCl: 100_000 }), sale({ beforeVolumeCl: 105_000 })));
    expect(flags).toMatchObject([{ rule: "tax-port.litres-missing", subject: "N01", figures: { missingCl: 3_000 } }]);
  });

  it("is only a notice when a merged sale follows a restart, and high otherwise", () => {
    const merged = sale({
      volumeCl: 5_000,
      count: null,
      lastFuelling: { dayOfMonth: 2, hour: 12, minute: 0, volumeCl: 2_000, amountFen: 15_400, unitPriceFen: 770 },
    });
    expect(judge(records(gateway({ event: "start" }), merged)).flags).toMatchObject([
      { rule: "tax-port.litres-missing", severity: "notice", figures: { unseenCl: 3_000 } },
    ]);
    expect(judge(records(merged)).flags).toMatchObject([{ severity: "high", figures: { unseenCl: 3_000 } }]);
  });

  it("waits for the sale that explains a total, and flags when none comes", () => {
    const start = total(100_000);
    const ahead = total(104_000);
    const explained = sale({ beforeVolumeCl: 100_000, volumeCl: 4_000 });
    expect(judge(records(start, ahead, explained)).flags).toEqual([]);
    const { flags } = judge(records(start, [SECOND, ahead], [2 * MINUTE, ahead]));
    expect(flags).toMatchObject([{ rule: "tax-port.litres-missing", figures: { missingCl: 4_000 } }]);
  });

  it("says unknown when the last fuelling could not be read", () => {
    const { flags, unknowns } = judge(records(sale({ count: null, lastFuelling: null, unitPriceFen: null })));
    expect(flags).toEqual([]);
    expect(unknowns.map((one) => one.rule)).toContain("tax-port.litres-missing");
  });
});

describe("tax-port.amount-mismatch", () => {
  it("flags an amount that is not volume times price, and ends after twenty right sales", () => {
    let before = 100_000;
    const next = (changes: object = {}) => {
      const body = sale({ beforeVolumeCl: before, ...changes });
      before += 2_000;
      return body;
    };
    const wrong = next({ amountFen: 16_000, totalAmountFen: 7_716_000 });
    expect(judge(records(wrong)).flags).toMatchObject([
      { rule: "tax-port.amount-mismatch", state: "open", figures: { differenceFen: 600 } },
    ]);
    const right = Array.from({ length: 20 }, () => next());
    expect(judge(records(wrong, ...right)).flags).toMatchObject([{ state: "ended" }]);
  });

  it("never flags an honest rounding", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 2_000 }), (volumeCl, unitPriceFen) => {
        const amountFen = Math.floor((volumeCl * unitPriceFen) / 100);
        const last = { dayOfMonth: 2, hour: 12, minute: 0, volumeCl, amountFen, unitPriceFen };
        expect(judge(records(sale({ volumeCl, amountFen, unitPriceFen, lastFuelling: last }))).flags).toEqual([]);
      }),
    );
  });
});

describe("tax-port.identity-changed", () => {
  it("makes one flag of a board swap that every nozzle of the device shows", () => {
    const { flags } = judge(
      records(
        identity(),
        identity({ nozzle: "N02" }),
        identity({ cause: "changed", factorySerial: "4001900999" }),
        identity({ nozzle: "N02", cause: "changed", factorySerial: "4001900999" }),
      ),
    );
    expect(flags).toMatchObject([
      { subject: "tax-1", findings: 2, figures: { previousFactorySerial: "4001900123", factorySerial: "4001900999" } },
    ]);
  });

  it("flags a lost tax state, and nothing when the identity stays", () => {
    const lost = identity({ initialised: false, taxpayerId: null, oilCode: null, gunCode: null });
    expect(judge(records(identity(), lost)).flags).toMatchObject([{ figures: { taxState: "lost" } }]);
    expect(judge(records(identity(), identity())).flags).toEqual([]);
  });
});

describe("seal.opened", () => {
  it("flags a cut seal and keeps it open when the hub says sealed again", () => {
    const { flags } = judge(records(seal(), seal({ state: "cut", tamperCount: 1 }), seal({ tamperCount: 1 })));
    expect(flags).toMatchObject([
      { rule: "seal.opened", subject: "S01", state: "open", figures: { previousState: "sealed", state: "cut" } },
    ]);
  });

  it("flags a counter that moved while nobody looked, and a seal that is open at first sight", () => {
    expect(judge(records(seal(), seal({ openCount: 1 }))).flags).toMatchObject([{ figures: { openCount: 1 } }]);
    expect(judge(records(seal({ state: "open" }))).flags).toMatchObject([{ rule: "seal.opened" }]);
  });

  it("takes a seal that is offline as unknown, not as sealed and not as opened", () => {
    const { flags, unknowns } = judge(records(seal(), seal({ state: "offline" }), seal()));
    expect(flags).toEqual([]);
    expect(unknowns).toMatchObject([{ rule: "seal.opened", subject: "S01" }]);
  });
});

describe("tax-port.silent", () => {
  it("flags a port that is down for a minute while its gateway lives, and ends when it is back", () => {
    const down = records([0, link("down")], [61 * SECOND, gateway()]);
    expect(judge(down).flags).toMatchObject([{ rule: "tax-port.silent", subject: "tax-1", state: "open" }]);
    const back = records([0, link("down")], [61 * SECOND, gateway()], [90 * SECOND, link("up")]);
    expect(judge(back).flags).toMatchObject([{ state: "ended", figures: { silentMs: 90_000 } }]);
    expect(judge(records([0, link("down")], [20 * SECOND, link("up")], [2 * MINUTE, gateway()])).flags).toEqual([]);
  });

  it("takes the devices of a line down with the line", () => {
    const { flags } = judge(
      records([0, link("up")], [SECOND, link("down", { device: null })], [2 * MINUTE, gateway()]),
    );
    expect(flags).toMatchObject([{ rule: "tax-port.silent", subject: "tax-1" }]);
  });
});

describe("gateway.silent and gateway.chain-broken", () => {
  const heard = (atMs: number): RuleInput => ({ kind: "hello", atMs, gateway: GATEWAY });
  const tick = (atMs: number): RuleInput => ({ kind: "tick", atMs });

  it("flags a gateway that was heard and is silent, once, and ends when it is heard again", () => {
    const silent = [heard(0), tick(MINUTE), tick(3 * MINUTE), tick(3 * MINUTE + SECOND), tick(4 * MINUTE)];
    expect(judge(silent).flags).toMatchObject([{ rule: "gateway.silent", findings: 1, state: "open" }]);
    const back = [...silent, heard(5 * MINUTE), tick(6 * MINUTE)];
    expect(judge(back).flags).toMatchObject([{ state: "ended", endedMs: 5 * MINUTE, figures: { cause: "unknown" } }]);
  });

  it("tells power, network and box apart by what the journal says afterwards", () => {
    const causeOf = (...bodies: [number, object][]) => {
      const before = records([0, total(1_000)], [SECOND, gateway()]);
      const after = records(...bodies);
      const hour = [3, 6, 9, 60].map((minute) => tick(NOON_MS + minute * MINUTE));
      const batch: RuleInput = { kind: "batch", atMs: NOON_MS + HOUR, gateway: GATEWAY, records: after };
      const { flags } = judge([...before, ...hour, batch, tick(NOON_MS + HOUR + MINUTE)]);
      return flags.find(({ rule }) => rule === "gateway.silent")?.figures.cause;
    };
    const start: [number, object] = [59 * MINUTE, gateway({ event: "start" })];
    expect(causeOf([30 * MINUTE, gateway()])).toBe("network");
    expect(causeOf([MINUTE, health({ mains: "lost" })], start)).toBe("power");
    expect(causeOf(start, [59 * MINUTE, total(1_000, { cause: "after-silence" })])).toBe("off");
    expect(causeOf(start, [59 * MINUTE, total(9_000, { cause: "after-silence" })])).toBe("box");
    // A single fuelling that the port remembers was sold meanwhile as well.
    expect(causeOf(start, [59 * MINUTE + SECOND, sale({ beforeVolumeCl: 1_000 })])).toBe("box");
  });

  it("does not count the collector's own absence", () => {
    const away: RuleInput[] = [heard(0), { kind: "started", atMs: HOUR }, tick(HOUR + SECOND)];
    expect(judge(away).flags).toEqual([]);
  });

  it("makes one growing flag of refused batches that contradict the stored chain", () => {
    const refused = { code: "fork", message: "m", envelopeSha256: "ab", firstSeq: 3, count: 2, positionSeq: 7 };
    const input: RuleInput = { kind: "refused", atMs: NOON_MS, gateway: GATEWAY, refused };
    expect(judge([input, input]).flags).toMatchObject([
      { rule: "gateway.chain-broken", findings: 2, evidence: [{ fromSeq: 7, toSeq: 7 }] },
    ]);
  });
});

describe("a journal that was replaced", () => {
  it("is a break that names the last good record, seen once", () => {
    const details = { previousSeq: 41, previousHash: "ab".repeat(32), reason: "damaged" };
    const replaced = seen(gateway({ event: "journal-replaced", ...details }), 10_002, NOON_MS);
    const batch: RuleInput = { kind: "batch", atMs: NOON_MS, gateway: GATEWAY, records: [replaced] };
    const { flags } = judge([batch]);
    expect(flags).toMatchObject([
      { rule: "gateway.chain-broken", severity: "high", figures: { lastGoodSeq: 41, newFirstSeq: 10_002 } },
    ]);
    expect(flags[0]!.evidence).toEqual([{ gateway: GATEWAY, fromSeq: 10_002, toSeq: 10_002 }]);
    expect(flags[0]!.text.zh).toContain("第 41 条");
  });
});

describe("the catalogue", () => {
  it("gives every rule an id, a clause, words in both languages and a reason for each parameter", () => {
    expect(new Set(catalogue.map((rule) => rule.id)).size).toBe(catalogue.length);
    for (const rule of catalogue) {
      expect(rule.basis).toMatch(/第.+条.*Art\. \d/);
      expect(rule.title.zh).not.toBe(rule.title.en);
      for (const parameter of Object.values(rule.parameters)) expect(parameter.why.length).toBeGreaterThan(10);
    }
  });

  it("judges the same records the same way when its memory was stored and read back between any two", () => {
    const list = station(7, { minutes: 60, bypassAfterMs: 10 * MINUTE });
    const whole = judge(list).flags;
    const outcome = emptyOutcome();
    let memory = { states: {} as Record<string, unknown>, open: [] as FlagRow[] };
    let number = 0;
    for (const record of list) {
      const engine = new StationEngine(unchanged(testStation()), {}, memory, () => {
        number += 1;
        return `flag-${number}`;
      });
      engine.apply({ kind: "batch", atMs: record.atMs, gateway: GATEWAY, records: [record] }, outcome);
      const open = [...outcome.flags.values()].filter((flag) => flag.state === "open");
      memory = JSON.parse(JSON.stringify({ states: engine.states, open })) as typeof memory;
    }
    expect([...outcome.flags.values()].map(({ id: _, ...flag }) => flag)).toEqual(
      whole.map(({ id: _, ...flag }) => flag),
    );
  });
});
