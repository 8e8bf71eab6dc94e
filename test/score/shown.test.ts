import { expect, it } from "vitest";
import { findShown, type Line } from "./shown.ts";
import type { Planted, Truth } from "./truth.ts";

const HOUR = 3_600_000;
const planted = (kind: string, subject: string): Planted => ({
  ...{ id: "c", kind, subject, nozzle: null, honest: false, expects: [], also: [], byFen: null, litres: null },
  ...{ fromMs: HOUR, shownMs: HOUR, untilMs: 100 * HOUR },
});
const truth = (one: Planted, more: Partial<Truth> = {}): Truth => ({
  ...{ fromMs: 0, untilMs: 100 * HOUR, planted: [one], dark: [], deliveries: [], hidden: [], sales: [] },
  ...more,
});
const devices = new Map([
  ["N01", "tax-1"],
  ["N02", "tax-2"],
]);

it("a swapped board is shown by the first identity that is another", () => {
  const swap = planted("board-swap", "tax-1");
  const identity = (hour: number, device: string, cause: string): Line => ({
    ...{ kind: "identity", atMs: hour * HOUR, device, cause },
  });
  findShown(
    truth(swap),
    [identity(2, "tax-1", "daily"), identity(3, "tax-2", "changed"), identity(9, "tax-1", "changed")],
    devices,
  );
  expect(swap.shownMs).toBe(9 * HOUR);
});

it("a wrong amount is shown by the first sale that does not multiply out", () => {
  const wrong = planted("amount-mismatch", "N01");
  const sale = (hour: number, amountFen: number): Line => ({
    ...{ kind: "sale", atMs: hour * HOUR, nozzle: "N01", count: 1, volumeCl: 1_000, unitPriceFen: 770, amountFen },
  });
  findShown(truth(wrong), [sale(2, 7_700), sale(4, 7_500)], devices);
  expect(wrong.shownMs).toBe(4 * HOUR);
});

it("a price under the board is shown by the first sale at it", () => {
  const cheap = { ...planted("price-under-board", "N01"), byFen: 50 };
  const sale = (hour: number, unitPriceFen: number): Line => ({
    ...{ kind: "sale", atMs: hour * HOUR, nozzle: "N01", count: 1, unitPriceFen },
  });
  findShown(truth(cheap), [sale(2, 770), sale(3, 765), sale(6, 715)], devices);
  expect(cheap.shownMs).toBe(6 * HOUR);
});

it("a delivery that nobody announced is shown when the tanker comes", () => {
  const supply = planted("unannounced-supply", "T1");
  const deliveries = [5, 50].map((hour) => ({ tank: "T1", atMs: hour * HOUR }));
  findShown(truth(supply, { deliveries }), [], devices);
  expect(supply.shownMs).toBe(5 * HOUR);
});

it("what was sold unseen is what ended while the cable was out, of its own tax port", () => {
  const cable = planted("cable-pulled", "tax-1");
  const link = (hour: number, state: string): Line => ({ kind: "link", atMs: hour * HOUR, device: "tax-1", state });
  const sales = [
    { nozzle: "N01", atMs: 2 * HOUR, litres: 10 },
    { nozzle: "N01", atMs: 4 * HOUR, litres: 20 },
    { nozzle: "N02", atMs: 4 * HOUR, litres: 40 },
  ];
  findShown(truth(cable, { sales }), [link(3, "down"), link(5, "up")], devices);
  expect(cable).toMatchObject({ shownMs: 3 * HOUR, litres: 20 });
});

it("a replay is shown by the third fuelling told again that is not round: one and two are chance", () => {
  const replay = planted("replayed-records", "N01");
  const sale = (hour: number, volumeCl: number): Line => ({
    ...{ kind: "sale", atMs: hour * HOUR, nozzle: "N01", count: 1, volumeCl, amountFen: volumeCl * 7 + 50 },
  });
  const loop = [2_345, 2_000, 3_781, 1_311];
  const lines = [...loop, ...loop].map((volumeCl, index) => sale(2 + index, volumeCl));
  findShown(truth(replay), lines, devices);
  expect(replay.shownMs).toBe(9 * HOUR);
});
