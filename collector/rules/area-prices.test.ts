/** The county's median is filed with each of its stations when it changes, and a grade far below it is flagged. */
import { describe, expect, it } from "vitest";
import { judge, MINUTE, records } from "../testing/judge.ts";
import { NOON_MS, sale } from "../testing/records.ts";
import { STATION } from "../testing/stations.ts";
import { AreaPriceKeeper } from "./area-price-keeper.ts";
import { areaPrices, type PriceInForce } from "./area-prices.ts";
import type { SeenFiling } from "./filings.ts";
import type { RuleInput } from "./rule.ts";

const price = (number: number, unitPriceFen: number | null, medianFen: number | null = null): PriceInForce => ({
  ...{ station: `532801-000${number}`, grade: "92#", unitPriceFen, medianFen },
});
const east = () => "532801";

describe("area prices", () => {
  it("are the median of the county, told to each station whose last word was another", () => {
    const filed = areaPrices([price(1, 700), price(2, 770), price(3, 775, 770), price(4, null)], east, 5);
    expect(filed.map(({ station, medianFen, stations }) => [station, medianFen, stations])).toEqual([
      ["532801-0001", 770, 3],
      ["532801-0002", 770, 3],
      ["532801-0004", 770, 3],
    ]);
  });

  it("need three stations of one county", () => {
    expect(areaPrices([price(1, 700), price(2, 770)], east, 5)).toEqual([]);
    const apart = [price(1, 700), price(2, 770), price(3, 775)];
    expect(areaPrices(apart, (station) => station.slice(-1), 5)).toEqual([]);
    expect(areaPrices(apart, () => undefined, 5)).toEqual([]);
  });

  it("are looked at once an hour", async () => {
    let nowMs = 0;
    const filed: SeenFiling[] = [];
    const store = { pricesInForce: async () => [price(1, 700), price(2, 770), price(3, 775)] };
    const file = async (filing: SeenFiling) => filed.push(filing);
    const keeper = new AreaPriceKeeper({
      store,
      countyOf: east,
      file,
      now: () => nowMs,
      log: { error: () => undefined },
    });
    await keeper.tick();
    nowMs = 59 * MINUTE;
    await keeper.tick();
    expect(filed).toHaveLength(3);
    nowMs = 60 * MINUTE;
    await keeper.tick();
    expect(filed).toHaveLength(6);
  });
});

describe("price.under-area", () => {
  const area = (medianFen: number, stations = 20): RuleInput => {
    const filing = { filing: "area-price", id: `A-${medianFen}`, station: STATION, grade: "92#", medianFen, stations };
    return { kind: "filing", atMs: NOON_MS, filing: { ...filing, fromMs: NOON_MS } as SeenFiling };
  };
  const sales = (count: number, unitPriceFen: number, fromMinute = 1) =>
    Array.from({ length: count }, (_, index): [number, object] => {
      const told = { unitPriceFen, amountFen: 20 * unitPriceFen, lastFuelling: null };
      return [
        (fromMinute + index) * MINUTE,
        sale({ ...told, beforeVolumeCl: 1_000_000 + (fromMinute + index) * 2_000 }),
      ];
    });
  const flagOf = (...inputs: Parameters<typeof judge>[0]) =>
    judge(inputs).flags.find(({ rule }) => rule === "price.under-area");

  it("flags a grade more than a tenth below the median, and ends when it no longer is", () => {
    const cheap = sales(5, 670);
    expect(flagOf(area(770), ...records(...cheap))).toMatchObject({
      subject: "92#",
      figures: { unitPriceFen: 670, medianFen: 770, underPpm: 129_870, stations: 20 },
    });
    expect(flagOf(area(770), ...records(...cheap, ...sales(20, 770, 10)))).toMatchObject({ state: "ended" });
  });

  it("leaves a campaign, four cheap sales and a county of four stations alone", () => {
    expect(flagOf(area(770), ...records(...sales(30, 720)))).toBeUndefined();
    expect(flagOf(area(770), ...records(...sales(4, 670)))).toBeUndefined();
    expect(flagOf(area(770, 4), ...records(...sales(30, 670)))).toBeUndefined();
    expect(flagOf(...records(...sales(30, 670)))).toBeUndefined();
  });
});
