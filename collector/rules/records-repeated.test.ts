/** Fuellings told again: by their old minute, or as a row in its old order. */
import { describe, expect, it } from "vitest";
import { HOUR, judge, MINUTE, records } from "../testing/judge.ts";
import { sale } from "../testing/records.ts";

const rulesOf = (inputs: Parameters<typeof judge>[0]) => judge(inputs).flags.map(({ rule }) => rule);

describe("tax-port.records-repeated", () => {
  it("flags a fuelling that comes again with its old minute", () => {
    const first = sale({ beforeVolumeCl: 1_000_000 });
    const again = sale({ beforeVolumeCl: 1_002_000 });
    const { flags } = judge(records([0, first], [2 * HOUR, again]));
    expect(flags.find(({ rule }) => rule === "tax-port.records-repeated")).toMatchObject({ subject: "N01" });
    expect(rulesOf(records([0, first], [MINUTE, again]))).not.toContain("tax-port.records-repeated");
  });
});

describe("tax-port.records-repeated in a row", () => {
  const played = (volumes: number[]) =>
    volumes.map((volumeCl, index): [number, object] => {
      const amountFen = Math.round(volumeCl * 7.72);
      const stamp = {
        dayOfMonth: 2,
        hour: 12 + Math.floor(index / 4),
        minute: (index % 4) * 15,
        volumeCl,
        amountFen,
        unitPriceFen: 772,
      };
      const before = 1_000_000 + volumes.slice(0, index).reduce((a, b) => a + b, 0);
      return [
        index * 15 * MINUTE,
        sale({ volumeCl, amountFen, unitPriceFen: 772, beforeVolumeCl: before, lastFuelling: stamp }),
      ];
    });

  it("flags old fuellings that come again in their order with fresh minutes", () => {
    const loop = [3897, 3781, 2611, 1307, 2829];
    const { flags } = judge(records(...played([...loop, ...loop])));
    expect(flags.find(({ rule }) => rule === "tax-port.records-repeated")).toMatchObject({
      subject: "N01",
      figures: { distance: 5, times: 5 },
    });
    expect(rulesOf(records(...played([...loop, ...loop.slice(0, 2)])))).not.toContain("tax-port.records-repeated");
  });

  it("leaves a queue of round amounts alone", () => {
    const round = [1295, 2591, 3886, 2591, 2000];
    expect(rulesOf(records(...played([...round, ...round, ...round])))).not.toContain("tax-port.records-repeated");
  });
});
