/** Runs inputs through a fresh engine, and makes the records of a busy tank: what the tests of rules are made of. */

import { StationEngine } from "../rules/engine.ts";
import { unchanged } from "../rules/entry-book.ts";
import { emptyOutcome } from "../rules/outcome.ts";
import type { Parameters, RuleInput, SeenRecord } from "../rules/rule.ts";
import { NOON_MS, sale, seen, tank } from "./records.ts";
import { GATEWAY, testStation } from "./stations.ts";

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Runs records and other inputs through a fresh engine. */
export function judge(inputs: (SeenRecord | RuleInput)[], configured: Record<string, Parameters> = {}) {
  let number = 0;
  const newId = () => {
    number += 1;
    return `flag-${number}`;
  };
  const engine = new StationEngine(unchanged(testStation()), configured, { states: {}, open: [] }, newId);
  const outcome = emptyOutcome();
  for (const input of inputs) {
    const asInput: RuleInput =
      "record" in input ? { kind: "batch", atMs: input.atMs, gateway: GATEWAY, records: [input] } : input;
    engine.apply(asInput, outcome);
  }
  return { flags: [...outcome.flags.values()], unknowns: [...outcome.unknowns.values()] };
}

/** Numbers bodies as records, a second apart unless they say when. */
export function records(...bodies: (object | [number, object])[]): SeenRecord[] {
  return bodies.map((body, index) =>
    Array.isArray(body)
      ? seen(body[1] as object, index + 1, NOON_MS + (body[0] as number))
      : seen(body, index + 1, NOON_MS + index * SECOND),
  );
}

/** A tank with nozzles that sell: levels every few seconds while fuel flows, a sale at each hang-up. */
export function station(
  seed: number,
  options: { minutes: number; bypassAfterMs?: number; deliveryAtMs?: number },
): SeenRecord[] {
  let random = seed;
  const next = () => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    return random / 2 ** 32;
  };
  const list: SeenRecord[] = [];
  let volumeCl = 1_500_000;
  let lastStatedCl = volumeCl;
  let totalCl = 1_000_000;
  const busy: { leftCl: number; volumeCl: number; hidden: boolean }[] = [];
  const push = (body: object, atMs: number) => list.push(seen(body, list.length + 1, NOON_MS + atMs));
  push(tank(volumeCl), 0);
  for (let atMs = 0; atMs < options.minutes * MINUTE; atMs += 2 * SECOND) {
    if (busy.length < 4 && next() < 0.03) {
      const litresCl = 500 + Math.floor(next() * 7_000);
      const hidden = options.bypassAfterMs !== undefined && atMs > options.bypassAfterMs && next() < 0.5;
      busy.push({ leftCl: litresCl, volumeCl: litresCl, hidden });
    }
    for (const one of busy) {
      const step = Math.min(one.leftCl, 117);
      one.leftCl -= step;
      volumeCl -= step;
    }
    if (
      options.deliveryAtMs !== undefined &&
      atMs > options.deliveryAtMs &&
      atMs < options.deliveryAtMs + 10 * MINUTE
    ) {
      volumeCl += 1_600;
    }
    const noiseCl = Math.round((next() + next() + next() - 1.5) * 200);
    if (Math.abs(volumeCl + noiseCl - lastStatedCl) > 1_500 || atMs % MINUTE === 0) {
      lastStatedCl = volumeCl + noiseCl;
      push(tank(lastStatedCl), atMs);
    }
    for (const done of busy.filter((one) => one.leftCl === 0)) {
      busy.splice(busy.indexOf(done), 1);
      if (done.hidden) continue;
      push(sale({ volumeCl: done.volumeCl, beforeVolumeCl: totalCl }), atMs + SECOND);
      totalCl += done.volumeCl;
    }
  }
  return list;
}
