import type { StationId } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { describe, expect, it } from "vitest";
import { NOON_MS } from "../testing/records.ts";
import { STATION } from "../testing/stations.ts";
import { FilingBook, seenFiling } from "./filings.ts";

const HOUR = 3_600_000;
const at = "2026-03-02T12:00:00.000+08:00";
const header = { id: "f1", station: STATION as StationId, at };

const order = seenFiling({
  ...header,
  filing: "work-order",
  change: "board-replaced",
  subject: "tax-1",
  from: at,
  until: "2026-03-02T13:00:00.000+08:00",
});
const price = (unitPriceFen: number, from: string) =>
  seenFiling({ ...header, filing: "price", grade: "92#", unitPriceFen, from });

describe("the book of filings", () => {
  it("finds the work order of a change, a subject and a time, and no other", () => {
    const book = new FilingBook([order]);
    expect(book.workOrder("board-replaced", "tax-1", NOON_MS + HOUR)).toEqual(order);
    expect(book.workOrder("board-replaced", "tax-2", NOON_MS)).toBeUndefined();
    expect(book.workOrder("total-reset", "tax-1", NOON_MS)).toBeUndefined();
    expect(book.workOrder("board-replaced", "tax-1", NOON_MS + HOUR + 1)).toBeUndefined();
    expect(book.workOrder("board-replaced", "tax-1", NOON_MS + HOUR + 1, 1)).toEqual(order);
  });

  it("takes an order for the whole station as one for each of its parts", () => {
    const book = new FilingBook([{ ...order, subject: "station" } as typeof order]);
    expect(book.workOrder("board-replaced", "tax-2", NOON_MS)).toBeDefined();
  });

  it("forgets an area's old prices but the one that was in force, and never the board's", () => {
    const book = new FilingBook([price(770, at)]);
    const median = (day: number) =>
      seenFiling({
        ...{ ...header, filing: "area-price", grade: "92#", medianFen: 700 + day, stations: 9 },
        from: formatTime(NOON_MS + day * 24 * HOUR),
      });
    for (let day = 0; day < 400; day += 1) book.add(median(day));
    expect(book.toJSON().length).toBeLessThan(125);
    expect(book.price("92#", NOON_MS)).toBe(770);
    expect(book.areaPrice("92#", NOON_MS + 280 * 24 * HOUR)?.medianFen).toBe(980);
  });

  it("knows the price of the board at any time, and null where none was filed", () => {
    const book = new FilingBook([price(770, at), price(781, "2026-03-03T00:00:00.000+08:00")]);
    expect(book.price("92#", NOON_MS - 1)).toBeNull();
    expect(book.price("92#", NOON_MS)).toBe(770);
    expect(book.price("92#", NOON_MS + 24 * HOUR)).toBe(781);
    expect(book.price("95#", NOON_MS)).toBeNull();
  });

  it("comes back from its JSON as it was", () => {
    const book = new FilingBook([order, price(770, at)]);
    expect(new FilingBook(JSON.parse(JSON.stringify(book))).workOrder("board-replaced", "tax-1", NOON_MS)).toEqual(
      order,
    );
  });
});
