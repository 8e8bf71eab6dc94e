import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { expect, test } from "vitest";
import { type FleetPlan, fleetMembers } from "./fleet.ts";

const plan: FleetPlan = {
  ...{ stations: 60, days: 1, seed: 7, cheats: 0.3, late: 0.2, storms: 1, everyMs: 1_800_000, speed: undefined },
  until: Date.parse("2026-03-03T00:00:00+08:00"),
};

test("the same plan gives the same stations, keys, cheats and latecomers", () => {
  const described = () =>
    fleetMembers({ ...plan, stations: 3 }).map(({ station, signer, model, onlineAt }) => ({
      ...{ station, key: signer.publicKey, cheat: model.cheat, onlineAt, lines: model.lines.length },
    }));
  expect(described()).toEqual(described());
});

test("every gateway has a key of its own; about the chosen share cheats, and comes late", () => {
  const members = fleetMembers(plan);
  expect(new Set(members.map(({ signer }) => signer.publicKey)).size).toBe(60);
  const cheating = members.filter(({ model }) => model.cheat !== undefined).length;
  expect(cheating).toBeGreaterThan(8);
  expect(cheating).toBeLessThan(30);
  const late = members.filter(({ onlineAt }) => onlineAt > plan.until - 86_400_000).length;
  expect(late).toBeGreaterThan(3);
  expect(late).toBeLessThan(25);
});

test("what a model reports are journal lines: whole, numbered from 1, in the order of time", () => {
  const [member] = fleetMembers({ ...plan, stations: 1, cheats: 0 });
  const { lines } = member!.model;
  expect(lines.length).toBeGreaterThan(200);
  for (const [index, { at, line }] of lines.entries()) {
    const record = parseLine(line);
    expect(record.ok).toBe(true);
    if (record.ok) expect(record.value.seq).toBe(index + 1);
    expect(at).toBeGreaterThanOrEqual(lines[index - 1]?.at ?? 0);
  }
});
