/** Seals, the gateway and what a station owes: each is flagged, and the filed or honest one of its kind is not. */
import { describe, expect, it } from "vitest";
import { HOUR, judge, MINUTE, records } from "../testing/judge.ts";
import { command, gateway, health, identity, link, NOON_MS, seal } from "../testing/records.ts";
import { GATEWAY, STATION } from "../testing/stations.ts";
import type { SeenFiling } from "./filings.ts";
import type { RuleInput } from "./rule.ts";

const DAY = 24 * HOUR;

function workOrder(change: string, subject: string): RuleInput {
  const span = { fromMs: NOON_MS - HOUR, untilMs: NOON_MS + HOUR };
  const filing = { filing: "work-order", id: "WO-1", station: STATION, change, subject, ...span } as SeenFiling;
  return { kind: "filing", atMs: NOON_MS - HOUR, filing };
}

const rulesOf = (inputs: Parameters<typeof judge>[0]) => judge(inputs).flags.map(({ rule }) => rule);

describe("seals", () => {
  it("opened, or changed for another, are flagged unless a work order covers them", () => {
    const swapped = records(seal(), seal({ serial: "B777" }));
    expect(rulesOf(swapped)).toEqual(["seal.swapped"]);
    expect(rulesOf([workOrder("seal-service", "S01"), ...swapped])).toEqual([]);
    expect(
      rulesOf([workOrder("seal-service", "S01"), ...records(seal(), seal({ state: "open", openCount: 1 }))]),
    ).toEqual([]);
  });

  it("that stay offline are flagged after two hours, and again heard, it ends", () => {
    const offline: [number, object][] = [
      [0, seal({ state: "offline" })],
      [3 * HOUR, gateway()],
    ];
    expect(judge(records(...offline)).flags).toMatchObject([{ rule: "seal.silent", subject: "S01", state: "open" }]);
    expect(judge(records(...offline, [4 * HOUR, seal()])).flags).toMatchObject([
      { rule: "seal.silent", state: "ended" },
    ]);
  });

  it("with an empty battery or without their hub are told", () => {
    expect(judge(records(seal({ batteryPercent: 10 }))).flags).toMatchObject([
      { rule: "seal.battery-low", severity: "notice" },
    ]);
    const hub = { device: "seals-1", line: "line-2" };
    const gone = records([0, seal()], [MINUTE, link("down", hub)], [HOUR, gateway()]);
    expect(rulesOf(gone)).toContain("seal.hub-gone");
  });
});

describe("gateways and duties", () => {
  it("a cabinet that is opened without a work order is flagged until it is closed", () => {
    const open = records(health(), health({ cabinet: "open", cause: "changed" }), health({ cause: "changed" }));
    expect(judge(open).flags).toMatchObject([{ rule: "gateway.cabinet-opened", subject: GATEWAY, state: "ended" }]);
    expect(rulesOf([workOrder("cabinet-opened", GATEWAY), ...open])).toEqual([]);
  });

  it("a clock that is set by hand is flagged; the first correction after a start is not", () => {
    const step = (uptimeMs: number) => gateway({ event: "clock-stepped", stepMs: -2 * HOUR, uptimeMs });
    expect(rulesOf(records(step(DAY)))).toEqual(["gateway.clock-stepped"]);
    expect(rulesOf(records(step(MINUTE)))).toEqual([]);
  });

  it("a configuration that changed without a command or an order is flagged", () => {
    const other = gateway({ event: "start", configSha256: "b".repeat(64) });
    expect(rulesOf(records(gateway(), other))).toEqual(["gateway.program-changed"]);
    expect(rulesOf(records(gateway(), command(), other))).toEqual([]);
  });

  it("a fault of a day that nobody reported is flagged, one with a work order is not", () => {
    const down = records([0, link("down", { device: "gauge-1" })], [25 * HOUR, gateway()]);
    expect(rulesOf(down)).toContain("station.fault-unreported");
    const ordered = { ...workOrder("gauge-service", "gauge-1") } as Extract<RuleInput, { kind: "filing" }>;
    const filing = { ...ordered.filing, untilMs: NOON_MS + 2 * DAY } as SeenFiling;
    expect(rulesOf([{ ...ordered, filing }, ...down])).not.toContain("station.fault-unreported");
  });

  it("a gateway that is silent for three days withholds data", () => {
    const inputs: RuleInput[] = [
      { kind: "hello", atMs: NOON_MS, gateway: GATEWAY },
      { kind: "tick", atMs: NOON_MS + 3 * DAY },
    ];
    expect(rulesOf(inputs)).toContain("station.data-withheld");
  });

  it("an identity that changed under a work order is honest", () => {
    const swap = records(identity(), identity({ cause: "changed", factorySerial: "4001900999" }));
    expect(rulesOf(swap)).toEqual(["tax-port.identity-changed"]);
    expect(rulesOf([workOrder("board-replaced", "tax-1"), ...swap])).toEqual([]);
  });
});
