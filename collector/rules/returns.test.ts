/** What a port tells as soon as it is back belongs to the silence: it was sold unseen, and its minute is no clock's fault. */
import { expect, it } from "vitest";
import { HOUR, judge, MINUTE, records, SECOND } from "../testing/judge.ts";
import { link, sale, total } from "../testing/records.ts";

const rulesOf = (inputs: Parameters<typeof judge>[0]) => judge(inputs).flags.map(({ rule }) => rule);

/** A silence of an hour from the first minute on, and single fuellings that ended at `minutes` of it, by nozzle. */
const silence = (minutes: readonly number[], volumeCl = 4_000) =>
  records(
    ...minutes.map((_, index): [number, object] => [0, total(1_000_000, { nozzle: `N0${index + 1}` })]),
    [MINUTE, link("down")],
    [HOUR, link("up")],
    ...minutes.map((minute, index): [number, object] => {
      const amountFen = Math.round(volumeCl * 7.7);
      const stamp = { dayOfMonth: 2, hour: 12, minute, volumeCl, amountFen, unitPriceFen: 770 };
      const told = { nozzle: `N0${index + 1}`, volumeCl, amountFen, beforeVolumeCl: 1_000_000, lastFuelling: stamp };
      return [HOUR + (index + 1) * SECOND, sale(told)];
    }),
  );

it("single fuellings that ports remember when they are back were sold unseen", () => {
  const flag = judge(silence([20, 40])).flags.find(({ rule }) => rule === "tax-port.sold-unseen");
  expect(flag).toMatchObject({ subject: "tax-1", figures: { unseenCl: 8_000, allUnseenCl: 8_000, nozzles: 2 } });
});

it("fuellings that a power cut ended, and a single one, are no sales in the dark", () => {
  expect(rulesOf(silence([2, 3]))).not.toContain("tax-port.sold-unseen");
  expect(rulesOf(silence([30]))).not.toContain("tax-port.sold-unseen");
});

it("the minutes of what was fuelled in a silence are old, and the clock is right", () => {
  expect(rulesOf(silence([10, 12, 14]))).not.toContain("tax-port.clock-drift");
});
