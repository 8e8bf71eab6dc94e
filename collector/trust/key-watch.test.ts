/** One box that reconnects is no thief; two boxes that take turns are. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyWatch } from "./key-watch.ts";

const GATEWAY = "gw-532801-0001" as GatewayId;
const MINUTE_MS = 60_000;

function twoOpen(): KeyWatch {
  const watch = new KeyWatch();
  watch.opened(GATEWAY, "A", "10.0.0.1");
  watch.used(GATEWAY, "A", 0);
  watch.opened(GATEWAY, "B", "10.9.9.9");
  return watch;
}

test("two connections that take turns for a while are told, with their addresses, and not every time", () => {
  const watch = twoOpen();
  const told = [];
  for (let turn = 1; turn <= 20; turn += 1) {
    told.push(watch.used(GATEWAY, "B", turn * 30_000), watch.used(GATEWAY, "A", turn * 30_000 + 1));
  }
  expect(told.filter((one) => one !== undefined)).toEqual([
    { event: "two-places", gateway: GATEWAY, addresses: ["10.0.0.1", "10.9.9.9"], returns: 3, sinceMs: 30_001 },
  ]);
});

test("what a dead line still delivers in one burst is no second program", () => {
  const watch = twoOpen();
  for (let late = 0; late < 50; late += 1) {
    expect(watch.used(GATEWAY, "B", MINUTE_MS + late * 10)).toBeUndefined();
    expect(watch.used(GATEWAY, "A", MINUTE_MS + late * 10 + 5)).toBeUndefined();
  }
});

test("a box that leaves each connection for a newer one is never suspected, however often and from wherever", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ uses: fc.nat(5), closes: fc.boolean(), gapMs: fc.nat(600_000) })), (steps) => {
      const watch = new KeyWatch();
      let nowMs = 0;
      for (const [index, { uses, closes, gapMs }] of steps.entries()) {
        watch.opened(GATEWAY, index, `10.0.0.${index % 2}`);
        for (let use = 0; use < uses; use += 1) {
          nowMs += gapMs;
          expect(watch.used(GATEWAY, index, nowMs)).toBeUndefined();
        }
        if (closes) watch.closed(GATEWAY, index);
      }
    }),
  );
});

test("another gateway's connections do not count", () => {
  const watch = twoOpen();
  const other = "gw-532801-0002" as GatewayId;
  watch.opened(other, "C", "10.9.9.9");
  for (let turn = 1; turn < 10; turn += 1) {
    expect(watch.used(other, "C", turn * MINUTE_MS)).toBeUndefined();
    expect(watch.used(GATEWAY, "A", turn * MINUTE_MS)).toBeUndefined();
  }
});
