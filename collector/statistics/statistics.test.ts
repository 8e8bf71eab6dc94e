/** Sums of sales and tank readings: exact against the stored records, whatever came when, and after any crash. */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { AcceptedBatch, Store } from "../store/store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { NOON_MS, sale, tank } from "../testing/records.ts";
import { localDay } from "../wetstock/local-day.ts";
import { StatisticsKeeper } from "./keeper.ts";
import { cutMonths } from "./spans.ts";
import type { SaleFigure, SaleQuestion, TimeStep } from "./store.ts";
import { firstDayOf, hourOfDay, hourStart, monthOf, Sums } from "./sums.ts";

const log = pino({ level: "silent" });
const GRADES: Record<string, string> = { N01: "92#", N02: "95#", N03: "92#" };
const DAY_MS = 86_400_000;

interface Sold {
  station: number;
  nozzle: string;
  atMs: number;
  volumeCl: number;
  good: boolean;
}

const soldArbitrary = fc.record({
  station: fc.integer({ min: 0, max: 1 }),
  nozzle: fc.constantFrom("N01", "N02", "N03", "N04"),
  // Around a turn of months and of a year, late and early ones among them.
  atMs: fc.integer({ min: NOON_MS - 75 * DAY_MS, max: NOON_MS + 40 * DAY_MS }),
  volumeCl: fc.integer({ min: 1, max: 100_000 }),
  good: fc.boolean(),
});

function keeperOf(store: Store): StatisticsKeeper {
  return new StatisticsKeeper({ store: store.statistics, gradeOf: (_station, nozzle) => GRADES[nozzle] ?? "", log });
}

/** Journals of two stations that are stored batch by batch, as the inbox stores them. */
class Stations {
  readonly #store: Store;
  readonly #gateways = [0, 1].map((no) => new FakeGateway(`gw-53280${no}-0001`, stationName(no)));

  constructor(store: Store) {
    this.#store = store;
  }

  async take(station: number, bodies: readonly { body: RecordBody; atMs: number }[], keeper?: StatisticsKeeper) {
    const gateway = this.#gateways[station]!;
    const records = bodies.map(({ body, atMs }) => ({ record: gateway.add(body, atMs), atMs }));
    const lines = records.map(({ record: { seq } }) => ({
      seq,
      line: gateway.lines[seq - 1]!,
      hash: gateway.hashes[seq]!,
    }));
    const about = { gateway: gateway.id, station: gateway.station, receivedMs: NOON_MS, envelope: new Uint8Array(1) };
    const [id] = await this.#store.ingest.commit([{ ...about, lines, records } satisfies AcceptedBatch]);
    keeper?.offer(id!, { kind: "batch", atMs: NOON_MS, gateway: gateway.id, records });
  }
}

const stationName = (no: number) => `53280${no}-0001`;
const bodyOf = ({ nozzle, volumeCl, good, atMs }: Sold) => {
  const doubt = good ? {} : { quality: "unconfirmed" as const, reason: "nobody saw it" };
  return { body: sale({ nozzle, volumeCl, amountFen: volumeCl * 7, ...doubt } as never), atMs };
};

describe("sums of sales", () => {
  it("equal the stored sales by every step, whatever comes when, and after a crash at any point", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.array(soldArbitrary, { minLength: 1, maxLength: 6 }), fc.constantFrom("work", "crash", "wait")),
          {
            maxLength: 12,
          },
        ),
        async (turns) => {
          const store = await openSqliteStore(":memory:");
          const stations = new Stations(store);
          let keeper = keeperOf(store);
          for (const [sold, then] of turns) {
            for (const one of sold) await stations.take(one.station, [bodyOf(one)], keeper);
            if (then === "work") await keeper.workOff();
            if (then === "crash") keeper = keeperOf(store);
          }
          await keeper.workOff();
          const sold = turns.flatMap(([one]) => one);
          expect(await store.statistics.differences()).toEqual([]);
          for (const step of [undefined, "hour", "day", "month", "hourOfDay"] as const) {
            const question = { ...everything, step };
            expect(figuresOf(await store.statistics.sales(question))).toEqual(bruteForce(sold, question));
          }
          const perNozzle = { ...everything, step: "day" as const, perNozzle: true };
          expect(figuresOf(await store.statistics.sales(perNozzle))).toEqual(bruteForce(sold, perNozzle));
          await store.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("answers for the stations and fuels that are asked for, and no others", async () => {
    const store = await openSqliteStore(":memory:");
    const stations = new Stations(store);
    const sold: Sold[] = [0, 1].flatMap((station) =>
      ["N01", "N02"].map((nozzle) => ({ station, nozzle, atMs: NOON_MS, volumeCl: 1_000 + station, good: true })),
    );
    for (const one of sold) await stations.take(one.station, [bodyOf(one)]);
    await keeperOf(store).workOff();
    const one = { ...everything, stations: [stationName(1)], grades: ["92#"] };
    expect(await store.statistics.sales(one)).toMatchObject([
      { station: "532801-0001", grade: "92#", volumeCl: 1_001 },
    ]);
    expect(await store.statistics.sales({ ...everything, stations: [] })).toEqual([]);
    await store.close();
  });

  it("can be forgotten and made again, and a change behind their back is named", async () => {
    const store = await openSqliteStore(":memory:");
    const stations = new Stations(store);
    await stations.take(0, [bodyOf({ station: 0, nozzle: "N01", atMs: NOON_MS, volumeCl: 2_000, good: true })]);
    await keeperOf(store).workOff();
    const before = await store.statistics.sales(everything);
    await store.statistics.clear();
    expect(await store.statistics.differences()).toEqual([
      {
        station: stationName(0),
        day: localDay(NOON_MS),
        summed: { sales: 0, volumeCl: 0, amountFen: 0 },
        stored: { sales: 1, volumeCl: 2_000, amountFen: 14_000 },
      },
    ]);
    await keeperOf(store).workOff();
    expect(await store.statistics.differences()).toEqual([]);
    expect(await store.statistics.sales(everything)).toEqual(before);
    await store.close();
  });
});

describe("two processes at the same sums", () => {
  it("do not add the same batches twice", async () => {
    const store = await openSqliteStore(":memory:");
    const stations = new Stations(store);
    await stations.take(0, [bodyOf({ station: 0, nozzle: "N01", atMs: NOON_MS, volumeCl: 2_000, good: true })]);
    const { after, batches } = await store.statistics.unsummed(10);
    await keeperOf(store).workOff();
    expect(await store.statistics.add(new Sums(), after, batches[0]!.id)).toBe(false);
    expect(await store.statistics.differences()).toEqual([]);
    await store.close();
  });
});

describe("hours of tanks", () => {
  it("keep the last level of the hour and its range, also of readings that come late", async () => {
    const store = await openSqliteStore(":memory:");
    const stations = new Stations(store);
    const keeper = keeperOf(store);
    const at = (minute: number, levelUm: number | null) => ({
      body: tank(levelUm, levelUm === null ? { quality: "missing", reason: "silent" } : { levelUm }),
      atMs: NOON_MS + minute * 60_000,
    });
    await stations.take(0, [at(1, 900_000), at(50, 700_000), at(51, null)], keeper);
    await keeper.workOff();
    await stations.take(0, [at(20, 950_000)], keeper);
    await keeper.workOff();
    const hours = await store.statistics.tankHours(stationName(0), "T1", NOON_MS, NOON_MS + 3_600_000);
    expect(hours).toMatchObject([
      { hourMs: NOON_MS, readings: 3, lowUm: 700_000, highUm: 950_000, levelUm: 700_000, volumeCl: 700_000 },
    ]);
    await store.close();
  });
});

describe("cutting spans", () => {
  it("covers each day once, and months only as a whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20_000, max: 20_800 }), fc.integer({ min: 0, max: 500 }), (fromDay, length) => {
        const untilDay = fromDay + length;
        const { days, months } = cutMonths({ fromDay, untilDay });
        const covered = days.flatMap((span) => range(span.fromDay, span.untilDay));
        if (months !== undefined)
          covered.push(...range(firstDayOf(months.fromMonth), firstDayOf(months.untilMonth + 1) - 1));
        expect(covered.sort((a, b) => a - b)).toEqual(range(fromDay, untilDay));
      }),
    );
  });
});

const everything: SaleQuestion = {
  span: { fromDay: localDay(NOON_MS) - 60, untilDay: localDay(NOON_MS) + 35 },
  stations: [stationName(0), stationName(1)],
  perStation: true,
  perGrade: true,
  perNozzle: false,
};

const range = (from: number, until: number) => Array.from({ length: until - from + 1 }, (_, index) => from + index);

function stepOf(step: TimeStep | undefined, atMs: number): number | null {
  if (step === "hour") return hourStart(atMs);
  if (step === "day") return localDay(atMs);
  if (step === "month") return monthOf(localDay(atMs));
  return step === "hourOfDay" ? hourOfDay(atMs) : null;
}

/** What a question must answer, straight from the sales. */
function bruteForce(sold: readonly Sold[], { span, step, perNozzle }: SaleQuestion): string[] {
  const sums = new Map<string, [number, number, number, number, number]>();
  for (const { station, nozzle, atMs, volumeCl, good } of sold) {
    const day = localDay(atMs);
    if (day < span.fromDay || day > span.untilDay) continue;
    const key = [stepOf(step, atMs), stationName(station), GRADES[nozzle] ?? "", perNozzle ? nozzle : null];
    const before = sums.get(key.join()) ?? [0, 0, 0, 0, 0];
    const doubt = good ? [0, 0] : [1, volumeCl];
    const added = [1, volumeCl, volumeCl * 7, ...doubt];
    sums.set(key.join(), before.map((sum, index) => sum + added[index]!) as typeof before);
  }
  return [...sums].map(([key, sum]) => `${key}: ${sum.join()}`).sort();
}

const figuresOf = (figures: readonly SaleFigure[]) =>
  figures
    .map((one) => {
      const { at, station, grade, nozzle, sales, volumeCl, amountFen, untrustedSales, untrustedVolumeCl } = one;
      const sums = [sales, volumeCl, amountFen, untrustedSales, untrustedVolumeCl];
      return `${[at, station, grade, nozzle].join()}: ${sums.join()}`;
    })
    .sort();
