import { describe, expect, test } from "vitest";
import { Desk, fuelling, known } from "./sales.test-support.ts";

const two = () => new Desk(["N01", "N02"], { N01: known(100_000), N02: known(200_000) });
const one = () => new Desk(["N01"], { N01: known(100_000) });

describe("totals are read twice", () => {
  test("a changed total that was read once is only asked for again", () => {
    const desk = two().total("N01", 103_000);
    expect(desk.records).toEqual([]);
    expect(desk.wants).toEqual(["grand-total/N01"]);
  });

  test("read twice alike, it is confirmed with the last fuelling, and that is read twice too", () => {
    const desk = two().total("N01", 103_000).total("N01", 103_000);
    expect(desk.wants).toEqual(["last-fuelling/N01"]);
    desk.last("N01", fuelling(3_000));
    expect(desk.records).toEqual([]);
    expect(desk.wants).toEqual(["last-fuelling/N01"]);
    desk.last("N01", fuelling(3_000));
    expect(desk.records).toMatchObject([
      {
        kind: "sale",
        nozzle: "N01",
        volumeCl: 3_000,
        amountFen: 24_000,
        unitPriceFen: 800,
        count: 1,
        quality: "good",
        beforeVolumeCl: 100_000,
        totalVolumeCl: 103_000,
        raw: ["89", "89", "86", "86"],
      },
    ]);
  });

  test("behind a single nozzle nothing can be swapped: one last fuelling is enough", () => {
    const desk = one().total("N01", 103_000).total("N01", 103_000).last("N01", fuelling(3_000));
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 3_000, quality: "good" }]);
  });

  test("a flicker to another value and back leaves no record", () => {
    const desk = two().total("N01", 103_000).total("N01", 100_000).total("N01", 103_000).total("N01", 100_000);
    expect(desk.records).toEqual([]);
  });

  test("a sale is recorded once, however often its total is read afterwards", () => {
    const desk = one().settle("N01", 103_000, fuelling(3_000));
    for (let again = 0; again < 10; again += 1) desk.total("N01", 103_000).last("N01", fuelling(3_000));
    expect(desk.records).toHaveLength(1);
  });

  test("the question for the last fuelling is put again when its answer never came back to the recorder", () => {
    const desk = one().total("N01", 103_000).total("N01", 103_000);
    expect(desk.total("N01", 103_000).wants).toEqual(["last-fuelling/N01"]);
  });
});

describe("the first total is read three times", () => {
  test("two reads alike are not enough, three are", () => {
    const desk = new Desk(["N01"]).total("N01", 50_000).total("N01", 50_000);
    expect(desk.records).toEqual([]);
    desk.total("N01", 50_000);
    expect(desk.records).toMatchObject([
      { kind: "total", cause: "first", volumeCl: 50_000, previousVolumeCl: null, raw: ["89", "89", "89"] },
    ]);
  });

  test("a swapped answer among them starts the count anew", () => {
    const desk = new Desk(["N01"]).total("N01", 50_000).total("N01", 50_000).total("N01", 70_000);
    desk.total("N01", 50_000).total("N01", 50_000);
    expect(desk.records).toEqual([]);
    expect(desk.total("N01", 50_000).records).toHaveLength(1);
  });

  test("the first total is no sale, whatever was sold before", () => {
    const desk = new Desk(["N01"]).settle("N01", 50_000, fuelling(50_000));
    desk.last("N01", fuelling(50_000)).total("N01", 50_000);
    expect(desk.records.map(({ kind }) => kind)).toEqual(["total"]);
  });
});

describe("swapped nozzles: the answer to X carries Y's figures", () => {
  test("transient: a neighbour's known total is put aside", () => {
    const desk = two().total("N01", 200_000).total("N01", 200_000).total("N01", 200_000);
    expect(desk.records).toEqual([]);
    expect(desk.wants).toEqual([]);
  });

  test("transient, before Y itself was read: the next read shows X's own total", () => {
    const desk = two().total("N01", 205_000).total("N01", 100_000);
    expect(desk.records).toEqual([]);
  });

  test("persisting, before Y itself was read: once Y is read, its total is put aside at X", () => {
    const desk = two()
      .total("N01", 205_000)
      .total("N01", 205_000)
      .last("N01", fuelling(1_000))
      .last("N01", fuelling(1_000));
    desk.settle("N02", 205_000, fuelling(5_000));
    expect(desk.taken()).toMatchObject([{ kind: "sale", nozzle: "N02", volumeCl: 5_000, quality: "good" }]);
    for (let again = 0; again < 8; again += 1) desk.total("N01", 205_000);
    desk.total("N01", 100_000);
    expect(desk.records).toEqual([]);
  });

  test("persisting downwards: three reads of Y's lower total are no decreased total yet", () => {
    const desk = new Desk(["N01", "N02"], { N01: known(300_000), N02: known(200_000) });
    for (let read = 0; read < 3; read += 1) desk.total("N01", 205_000);
    desk.last("N01", fuelling(5_000)).last("N01", fuelling(5_000));
    expect(desk.records).toEqual([]);
    desk.settle("N02", 205_000, fuelling(5_000)).total("N01", 205_000).total("N01", 300_000);
    expect(desk.records).toMatchObject([{ kind: "sale", nozzle: "N02" }]);
  });

  test("a neighbour's total that stays beyond ten reads in a row is believed, as what it is", () => {
    const desk = two();
    for (let read = 0; read < 10; read += 1) desk.total("N01", 200_000);
    expect(desk.wants).toEqual([]);
    desk.settle("N01", 200_000, null);
    expect(desk.records).toMatchObject([{ kind: "sale", count: null, quality: "unconfirmed", volumeCl: 100_000 }]);
  });

  test("ten such reads that did not follow each other are not enough", () => {
    const desk = two();
    for (let read = 0; read < 30; read += 1) desk.total("N01", 200_000).total("N01", 104_000 + read);
    expect(desk.total("N01", 200_000).wants).toEqual([]);
    expect(desk.records).toEqual([]);
  });

  test("both new totals of zero: Y's first sale, answered at X with total and last fuelling, is no sale of X", () => {
    const desk = new Desk(["N01", "N02"], { N01: known(0), N02: known(0) });
    desk.total("N01", 3_000).total("N01", 3_000).last("N01", fuelling(3_000)).last("N01", fuelling(3_000));
    expect(desk.records).toEqual([]);
    desk.settle("N02", 3_000, fuelling(3_000));
    for (let read = 0; read < 5; read += 1) desk.total("N01", 3_000);
    desk.total("N01", 0);
    expect(desk.records.filter((record) => record.kind === "sale" && record.nozzle === "N01")).toEqual([]);
  });

  test("both new totals of zero: X's own first sale is recorded good after the neighbours were read", () => {
    const desk = new Desk(["N01", "N02"], { N01: known(0), N02: known(0) });
    desk.settle("N01", 3_000, fuelling(3_000));
    expect(desk.records).toMatchObject([{ kind: "sale", nozzle: "N01", volumeCl: 3_000, quality: "good", count: 1 }]);
  });

  test("both first totals of zero are found, although each looks like the other", () => {
    const desk = new Desk(["N01", "N02"]);
    desk.settle("N01", 0, fuelling(0)).settle("N02", 0, fuelling(0), { rounds: 20 });
    expect(desk.records).toMatchObject([
      { kind: "total", nozzle: "N01", cause: "first" },
      { kind: "total", nozzle: "N02", cause: "first" },
    ]);
  });

  test("total and last fuelling that stay exactly a neighbour's are never a good sale", () => {
    const desk = new Desk(["N01", "N02"], { N01: known(0), N02: known(0) });
    desk.settle("N02", 3_000, fuelling(3_000));
    desk.taken();
    for (let read = 0; read < 10; read += 1) desk.total("N01", 3_000);
    desk.settle("N01", 3_000, fuelling(3_000));
    expect(desk.records).toMatchObject([{ kind: "sale", nozzle: "N01", count: null, quality: "unconfirmed" }]);
    expect(desk.records[0]).toHaveProperty("reason", expect.stringContaining("are those of another nozzle"));
  });

  test("a last fuelling swapped once does not spoil a sale", () => {
    const desk = two().total("N01", 103_000).total("N01", 103_000);
    desk.last("N01", fuelling(7_777)).last("N01", fuelling(3_000)).last("N01", fuelling(3_000));
    expect(desk.records).toMatchObject([{ kind: "sale", volumeCl: 3_000, quality: "good", count: 1 }]);
  });

  test("the same preset sold at both nozzles within a minute: both sales are recorded good", () => {
    const desk = two().settle("N01", 102_500, fuelling(2_500)).settle("N02", 202_500, fuelling(2_500));
    desk.settle("N02", 202_500, fuelling(2_500));
    expect(desk.records).toMatchObject([
      { kind: "sale", nozzle: "N01", quality: "good" },
      { kind: "sale", nozzle: "N02", quality: "good" },
    ]);
  });
});
