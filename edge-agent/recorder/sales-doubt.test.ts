import { describe, expect, test } from "vitest";
import { Desk, fuelling, known } from "./sales.test-support.ts";

const one = (last = fuelling(1_111, 1)) => new Desk(["N01"], { N01: known(100_000, last) });

describe("total decreased", () => {
  test("without a sale: the new total with the old one, and no litre more", () => {
    const desk = one().settle("N01", 90_000, fuelling(1_111, 1));
    expect(desk.records).toMatchObject([
      { kind: "total", cause: "decreased", volumeCl: 90_000, previousVolumeCl: 100_000 },
    ]);
  });

  test("with a sale at the same time: the litres are those of the last fuelling, unconfirmed", () => {
    const desk = one().settle("N01", 93_000, fuelling(3_000, 2));
    expect(desk.records).toMatchObject([
      { kind: "total", cause: "decreased", volumeCl: 93_000 },
      { kind: "sale", volumeCl: 3_000, basis: "last-fuelling", quality: "unconfirmed", totalVolumeCl: 93_000 },
    ]);
  });

  test("when no earlier last fuelling is known, an old one is not counted a second time", () => {
    const desk = new Desk(["N01"], { N01: known(100_000) }).settle("N01", 90_000, fuelling(1_111, 1));
    expect(desk.records).toMatchObject([{ kind: "total", cause: "decreased" }]);
  });

  test("when the last fuelling never answers, the decrease is recorded all the same", () => {
    const desk = one().settle("N01", 90_000, null);
    expect(desk.records).toMatchObject([{ kind: "total", cause: "decreased", volumeCl: 90_000 }]);
  });

  test("money that went back alone is a decrease too", () => {
    const desk = one().settle("N01", 100_000, fuelling(1_111, 1), { amountFen: 790_000 });
    expect(desk.records).toMatchObject([{ kind: "total", cause: "decreased", amountFen: 790_000 }]);
  });

  test("the next sale counts from the decreased total", () => {
    const desk = one().settle("N01", 90_000, fuelling(1_111, 1)).settle("N01", 92_000, fuelling(2_000, 3));
    expect(desk.records[1]).toMatchObject({ kind: "sale", volumeCl: 2_000, beforeVolumeCl: 90_000, quality: "good" });
  });

  test("a total below the known one is read three times before it is even asked about", () => {
    const desk = one().total("N01", 90_000).total("N01", 90_000);
    expect(desk.wants).toEqual(["grand-total/N01"]);
    expect(desk.total("N01", 90_000).wants).toEqual(["last-fuelling/N01"]);
  });
});

describe("jump faster than the nozzle can flow", () => {
  test("is read three times, and is a good sale when the last fuelling explains it", () => {
    const desk = one().settle("N01", 101_000, fuelling(1_000, 2));
    desk.taken();
    desk.total("N01", 111_000).total("N01", 111_000);
    expect(desk.wants).toEqual(["grand-total/N01"]);
    desk.total("N01", 111_000).last("N01", fuelling(10_000, 3));
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 10_000, quality: "good" }]);
  });

  test("is recorded with that reason when nothing explains it", () => {
    const desk = one().settle("N01", 101_000, fuelling(1_000, 2));
    desk.taken();
    desk.settle("N01", 901_000, fuelling(1_000, 2));
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 800_000, count: null, quality: "unconfirmed" }]);
    expect(desk.records[0]).toHaveProperty("reason", expect.stringContaining("faster than this nozzle can flow"));
  });
});

describe("merged sales", () => {
  test("are recorded as one, count null, litres and money exact", () => {
    const desk = one().settle("N01", 107_000, fuelling(4_000, 5));
    expect(desk.records).toMatchObject([
      { kind: "sale", volumeCl: 7_000, amountFen: 56_000, count: null, unitPriceFen: null, quality: "unconfirmed" },
    ]);
  });

  test("are not recorded before the total was confirmed in three rounds", () => {
    const desk = one().total("N01", 107_000).total("N01", 107_000).last("N01", fuelling(4_000, 5));
    desk.total("N01", 107_000).total("N01", 107_000).last("N01", fuelling(4_000, 5));
    expect(desk.records).toEqual([]);
    desk.total("N01", 107_000).total("N01", 107_000).last("N01", fuelling(4_000, 5));
    expect(desk.records).toHaveLength(1);
  });

  test("a sale during those rounds joins them; nothing is lost or doubled", () => {
    const desk = one().total("N01", 107_000).total("N01", 107_000).last("N01", fuelling(4_000, 5));
    desk.settle("N01", 112_000, fuelling(5_000, 7));
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 12_000, beforeVolumeCl: 100_000, count: null }]);
  });
});

describe("restart in the middle of a sale", () => {
  test("the baseline is the journal's: the sale is found whole, and good", () => {
    const desk = one().settle("N01", 103_000, fuelling(3_000, 2));
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 3_000, beforeVolumeCl: 100_000, quality: "good" }]);
  });

  test("several fuellings while the agent was down say so", () => {
    const desk = one().settle("N01", 108_000, fuelling(3_000, 2));
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 8_000, count: null }]);
    expect(desk.records[0]).toHaveProperty("reason", expect.stringContaining("while the agent was not running"));
  });

  test("an unchanged total is neither a first total nor a sale", () => {
    expect(one().total("N01", 100_000).total("N01", 100_000).records).toEqual([]);
  });

  test("an idle nozzle whose last fuelling is not known is asked for it, a few times at most", () => {
    const desk = new Desk(["N01"], { N01: known(100_000) });
    let asked = 0;
    for (let read = 0; read < 30; read += 1) asked += desk.total("N01", 100_000).wants.length;
    expect(asked).toBe(6);
    const answered = new Desk(["N01"], { N01: known(100_000) }).total("N01", 100_000).last("N01", fuelling(1_111));
    expect(answered.total("N01", 100_000).wants).toEqual([]);
  });
});

describe("after silence", () => {
  test("every total is asked for, and an unchanged one is stated once", () => {
    const desk = one().silence();
    expect(desk.wants).toEqual(["grand-total/N01"]);
    desk.total("N01", 100_000).total("N01", 100_000);
    expect(desk.records).toMatchObject([{ kind: "total", cause: "after-silence", volumeCl: 100_000 }]);
  });

  test("what was sold meanwhile and cannot be explained says so", () => {
    const desk = one().total("N01", 100_000).silence().settle("N01", 105_000, fuelling(2_000, 4));
    expect(desk.records[0]).toHaveProperty("reason", expect.stringContaining("while the tax port was silent"));
  });
});

describe("last fuelling never answers", () => {
  test("the litres are recorded without it", () => {
    const desk = one().settle("N01", 103_000, null);
    expect(desk.records).toMatchObject([
      { kind: "sale", volumeCl: 3_000, count: null, lastFuelling: null, basis: "total", quality: "unconfirmed" },
    ]);
  });

  test("it is asked for five times in all, then left in peace", () => {
    const desk = one();
    let failures = 0;
    for (let round = 0; round < 12; round += 1) {
      desk.total("N01", 103_000);
      while (desk.wants.length > 0) {
        if (desk.wants[0]?.startsWith("grand")) desk.total("N01", 103_000);
        else {
          failures += 1;
          desk.noLast("N01");
        }
      }
    }
    expect(failures).toBe(5);
    expect(desk.records).toHaveLength(1);
  });

  test("answers that never come twice alike end too", () => {
    const desk = new Desk(["N01", "N02"], { N01: known(100_000), N02: known(200_000) });
    for (let round = 0; round < 3; round += 1) {
      desk.total("N01", 103_000).total("N01", 103_000);
      for (let answer = 0; answer < 8; answer += 1) desk.last("N01", fuelling(3_000, answer % 2));
    }
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 3_000, quality: "unconfirmed", count: null }]);
  });
});

test("amount differing from the last fuelling: litres agree, so it is one fuelling, but not a good one", () => {
  const desk = one().settle("N01", 103_000, fuelling(3_000, 2, 23_000));
  expect(desk.records).toMatchObject([
    { kind: "sale", volumeCl: 3_000, amountFen: 24_000, count: 1, unitPriceFen: null, quality: "unconfirmed" },
  ]);
  expect(desk.records[0]).toHaveProperty("reason", expect.stringContaining("amount of the last fuelling differs"));
});

test("all reasons at once fit the record", () => {
  const desk = one().settle("N01", 101_000, fuelling(1_000, 2)).silence();
  desk.settle("N01", 999_999, fuelling(898_999, 3, 1));
  expect(desk.records.at(-1)).toMatchObject({ kind: "sale", count: 1 });
});

test("an unchanged total is stated again when its heartbeat is due, and not before", () => {
  const desk = one();
  desk.now += 3_590_000;
  expect(desk.total("N01", 100_000).records).toEqual([]);
  desk.now += 10_000;
  expect(desk.total("N01", 100_000).records).toMatchObject([{ kind: "total", cause: "heartbeat" }]);
});
