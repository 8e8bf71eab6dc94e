/** What of a gateway needs a look, and which are shown. */
import { describe, expect, it } from "vitest";
import type { GatewayView } from "../../../../api/device-schemas.ts";
import { chosenGateways } from "./choose.ts";
import { troublesOf } from "./troubles.ts";

const NOW_MS = Date.parse("2026-03-02T12:00:00+08:00");
const DAY_MS = 86_400_000;

function gateway(id: string, changes: Partial<GatewayView> = {}): GatewayView {
  return {
    ...{ gateway: id, station: "532801-0001", county: "景洪市", state: "live", lastHeardAt: null, lastSeq: 9 },
    ...{ unacknowledged: 0, version: "0.1.0", versionApprovedBy: null, configSha256: "ab", configSince: null },
    ...{ configApprovedBy: "王芳", certificateUntil: null, health: null, devices: [], ...changes },
  };
}
const device = (link: "up" | "down") => ({
  ...{ device: "tax-1", kind: "tax-port" as const, link, linkSince: null, linkReason: null },
  ...{ model: null, serial: null, software: null, clockOffsetMs: null },
});
const kinds = (one: GatewayView) => troublesOf(one, NOW_MS).map(({ kind }) => kind);

describe("troubles", () => {
  it("are none for a gateway that is well, and none of what is not known", () => {
    expect(kinds(gateway("gw-a"))).toEqual([]);
    expect(kinds(gateway("gw-a", { state: "never", configSha256: null, configApprovedBy: null }))).toEqual([]);
  });

  it.each([
    ["silent", { state: "silent" }],
    ["deviceDown", { devices: [device("up"), device("down")] }],
    ["configNotApproved", { configApprovedBy: null }],
    ["certificate", { certificateUntil: new Date(NOW_MS + 13 * DAY_MS).toISOString() }],
    ["backlog", { unacknowledged: 201 }],
  ] as [string, Partial<GatewayView>][])("name %s", (kind, changes) => {
    expect(kinds(gateway("gw-a", changes))).toEqual([kind]);
  });

  it("do not name a certificate that lasts", () => {
    expect(kinds(gateway("gw-a", { certificateUntil: new Date(NOW_MS + 15 * DAY_MS).toISOString() }))).toEqual([]);
  });
});

describe("the list", () => {
  const all = [
    gateway("gw-a"),
    gateway("gw-b", { state: "silent" }),
    gateway("gw-c", { configApprovedBy: null, county: "勐海县" }),
  ];
  const choice = { words: "", county: "", nowMs: NOW_MS, nameOf: () => "江滨加油站" };
  const ids = (changes: Partial<Parameters<typeof chosenGateways>[1]>) =>
    chosenGateways(all, { view: "all", ...choice, ...changes }).map((one) => one.gateway);

  it("begins with what needs a look", () => {
    expect(ids({})).toEqual(["gw-b", "gw-c", "gw-a"]);
  });

  it("is narrowed by view, county and words", () => {
    expect(ids({ view: "troubled" })).toEqual(["gw-b", "gw-c"]);
    expect(ids({ view: "offline" })).toEqual(["gw-b"]);
    expect(ids({ view: "unapproved" })).toEqual(["gw-c"]);
    expect(ids({ county: "勐海县" })).toEqual(["gw-c"]);
    expect(ids({ words: "GW-A" })).toEqual(["gw-a"]);
    expect(ids({ words: "江滨" })).toHaveLength(3);
    expect(ids({ words: "nothing" })).toEqual([]);
  });
});
