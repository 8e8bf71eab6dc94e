import { describe, expect, test } from "vitest";
import type { Member, Rollout } from "./plan-file.ts";
import { advance, beginRollout, type Candidate, ordered, type RingPolicy, type Seen } from "./rollout.ts";

const HOUR_MS = 3_600_000;
const policy: RingPolicy = { sizes: [5, 50], soakMs: 24 * HOUR_MS, toleratedPermille: 20, enoughPermille: 800 };
const well: Seen = { outcome: "done", isSilent: false, unreadable: 0 };

/** 200 gateways; every fortieth alone has a dispenser for trucks. */
const candidates: Candidate[] = Array.from({ length: 200 }, (_, at) => ({
  gateway: `gw-${at}`,
  station: `s-${at}`,
  kinds:
    at % 40 === 39 ? ["tax-port digit", "tax-port large"] : at % 2 === 0 ? ["tax-port digit"] : ["tax-port letter"],
}));
const kindsOf = new Map(candidates.map(({ gateway, kinds }) => [gateway, kinds]));

/** Lives through a roll-out, an hour at a time, until it ends. */
function live(see: (member: Member, nowMs: number) => Seen): { rollout: Rollout; nowMs: number } {
  let rollout = beginRollout("2.0.0", candidates, policy, 0);
  let nowMs = 0;
  while (rollout.state === "running" && nowMs < 90 * 24 * HOUR_MS) {
    const at = nowMs;
    const seen = (member: Member) => (member.command === null ? { ...well, outcome: null } : see(member, at));
    const step = advance(rollout, seen, policy, nowMs);
    rollout = step.rollout;
    for (const { gateway } of step.order)
      rollout = ordered(rollout, gateway, { command: `c-${gateway}`, unreadableBefore: 0 });
    nowMs += HOUR_MS;
  }
  return { rollout, nowMs };
}
const updated = ({ members }: Rollout) => members.filter(({ command }) => command !== null).length;

describe("a roll-out over 200 gateways", () => {
  test("goes to 5, then 50, then all, a day apart", () => {
    const { rollout, nowMs } = live(() => well);
    expect([rollout.state, updated(rollout)]).toEqual(["finished", 200]);
    expect([0, 1, 2].map((ring) => rollout.members.filter((member) => member.ring === ring).length)).toEqual([
      5, 50, 145,
    ]);
    expect(nowMs).toBeGreaterThan(3 * 24 * HOUR_MS);
  });

  test.each(["tax-port digit", "tax-port letter", "tax-port large"])(
    "stops by itself after the first ring when the version breaks %s",
    (broken) => {
      const { rollout } = live(({ gateway }) =>
        kindsOf.get(gateway)?.includes(broken) ? { ...well, outcome: "rolled-back" } : well,
      );
      expect([rollout.state, rollout.ring, updated(rollout)]).toEqual(["stopped", 0, 5]);
      expect(rollout.reason).toContain("rolled-back");
    },
  );

  test.each([
    ["falls silent", { ...well, isSilent: true }],
    ["reads a device less", { ...well, unreadable: 1 }],
    ["could not put it together", { ...well, outcome: "failed" as const }],
  ])("stops when a gateway of the first ring %s, though hours later", (_what, bad) => {
    const { rollout } = live((member, nowMs) => (member.gateway === "gw-1" && nowMs > 10 * HOUR_MS ? bad : well));
    expect([rollout.state, updated(rollout)]).toEqual(["stopped", 5]);
  });

  test("stops in a later ring when more than two in a hundred get worse, not for one alone", () => {
    const late = new Set(["gw-100", "gw-101", "gw-102", "gw-103", "gw-104"]);
    const one = live(({ gateway }) => (gateway === "gw-100" ? { ...well, outcome: "rolled-back" } : well));
    expect(one.rollout.state).toBe("finished");
    const five = live(({ gateway }) => (late.has(gateway) ? { ...well, outcome: "rolled-back" } : well));
    expect(five.rollout).toMatchObject({ state: "stopped", ring: 2 });
  });

  test("waits as long as too few of a ring were reached, and not for those that are off for ever", () => {
    const off = live(({ gateway }) => (gateway === "gw-0" ? { ...well, outcome: "open", isSilent: true } : well));
    expect(off.rollout.state).toBe("finished");
    const most = live(({ ring }) => (ring === 0 ? { ...well, outcome: "open" } : well));
    expect([most.rollout.state, updated(most.rollout)]).toEqual(["running", 5]);
  });
});
