/** The books of a station's tanks: hands each record to the tanks that it concerns. */
import type { WorkOrderChange } from "@forecourt/protocol/filings/schema.ts";
import type { LinkRecord, RecordOf, SaleRecord, TankRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import type { TankEntry } from "../registry/schema.ts";
import type { EntryInForce } from "../rules/entry-book.ts";
import type { SeenFiling } from "../rules/filings.ts";
import type { Layout, SeenRecord } from "../rules/rule.ts";
import { type BookTime, bookTime } from "./book-clock.ts";
import { expansionPerC } from "./expansion.ts";
import type { TankState, WetstockEvent } from "./state.ts";
import { TankBook, type TankFacts } from "./tank-book.ts";

interface NozzlePlace {
  book: TankBook;
  index: number;
}

export interface BooksState {
  tanks: Record<string, TankState>;
  /** last grand total of each nozzle, 0.01 L */
  totals: Record<string, number>;
  /** tax ports that are down */
  down: string[];
  /** the chart that each gauge used last */
  charts: Record<string, string>;
  /** time of the book at each gateway's last record; missing in what was stored before it was kept */
  times?: Record<string, BookTime>;
  /** version of the registry entry that the books are kept by; missing in what was stored before there were versions */
  version?: number;
}

const NOTHING: readonly WetstockEvent[] = [];
/** Work after which a nozzle may measure otherwise, and honestly. */
const METER_WORK: readonly WorkOrderChange[] = ["meter-recalibrated", "board-replaced"];
/** Beyond this a chip may cheat while a 20 L can shows nothing, 0.01 L. */
const BEYOND_CL = 2_000;
/** A jump of a total by more than this is no sale of one nozzle, 0.01 L. */
const MOST_CL = 5_000_000;

export class WetstockBooks {
  readonly #books = new Map<string, TankBook>();
  readonly #places = new Map<string, NozzlePlace>();
  #layout: Layout;
  #version: number;
  readonly #totals: Map<string, number>;
  readonly #charts: Map<string, string>;
  readonly #times: Map<string, BookTime>;
  #down: string[];

  /**
   * @param entry the version of the registry entry of `state`, else the first
   * @param state as {@link WetstockBooks.toJSON} gave it
   */
  constructor(entry: Pick<EntryInForce, "station" | "layout" | "version">, state?: BooksState) {
    const { station, layout } = entry;
    this.#layout = layout;
    this.#version = entry.version;
    this.#totals = new Map(Object.entries(state?.totals ?? {}));
    this.#charts = new Map(Object.entries(state?.charts ?? {}));
    this.#times = new Map(Object.entries(state?.times ?? {}));
    this.#down = state?.down ?? [];
    for (const tank of station.tanks) this.#open(tank, state?.tanks[tank.tank]);
  }

  #open(tank: TankEntry, state: TankState | undefined): void {
    const facts = factsOf(tank, this.#layout);
    if (facts.nozzles.length === 0) return;
    const book = new TankBook(facts, state);
    this.#books.set(tank.tank, book);
    facts.nozzles.forEach((nozzle, index) => {
      this.#places.set(nozzle, { book, index });
    });
  }

  /**
   * From now on the books are kept by this version of the registry entry: a tank that has other nozzles or another
   * shape begins a new book. A version that is not newer changes nothing: what comes late is booked as things are now.
   */
  moveTo({ version, station, layout }: Pick<EntryInForce, "station" | "layout" | "version">): void {
    if (version <= this.#version) return;
    this.#version = version;
    this.#layout = layout;
    const former = new Map(this.#books);
    this.#books.clear();
    this.#places.clear();
    for (const tank of station.tanks) {
      const book = former.get(tank.tank);
      const same = book !== undefined && JSON.stringify(book.facts) === JSON.stringify(factsOf(tank, layout));
      this.#open(tank, same ? book.state : undefined);
    }
  }

  /**
   * Takes a record.
   * @param inspected whether somebody inspected the station at a moment
   * @returns what the books have to tell, mostly nothing
   */
  take(seen: SeenRecord, inspected: (atMs: number) => boolean): readonly WetstockEvent[] {
    const { record } = seen;
    const atMs = this.#timeOf(seen);
    switch (record.kind) {
      case "tank":
        return this.#tank(record, atMs, inspected);
      case "sale":
        this.#sale(record, atMs);
        return NOTHING;
      case "total":
        this.#total(record, atMs);
        return NOTHING;
      case "link":
        this.#link(record, atMs);
        return NOTHING;
      case "chart":
        this.#chart(record);
        return NOTHING;
      default:
        return NOTHING;
    }
  }

  /** Takes what was filed: a meter that was set, or a board that was changed, gives otherwise from then on. */
  file(filing: SeenFiling): void {
    if (filing.filing !== "work-order" || !METER_WORK.includes(filing.change)) return;
    for (const [nozzle, { book, index }] of this.#places) {
      const subjects = [nozzle, this.#layout.deviceOfNozzle.get(nozzle), "station"];
      if (subjects.includes(filing.subject)) book.meterSet(index, filing.untilMs);
    }
  }

  /** For the checkpoint. */
  toJSON(): BooksState {
    return {
      tanks: Object.fromEntries([...this.#books].map(([tank, book]) => [tank, book.state])),
      totals: Object.fromEntries(this.#totals),
      down: this.#down,
      charts: Object.fromEntries(this.#charts),
      times: Object.fromEntries(this.#times),
      version: this.#version,
    };
  }

  #timeOf({ record, atMs }: SeenRecord): number {
    const time = bookTime(this.#times.get(record.gateway), record, atMs);
    this.#times.set(record.gateway, time);
    return time.bookMs;
  }

  #tank(record: TankRecord, atMs: number, inspected: (atMs: number) => boolean): readonly WetstockEvent[] {
    const book = this.#books.get(record.tank);
    if (book === undefined) return NOTHING;
    if (record.quality === "good" && record.volumeCl !== null) {
      const { gateway, seq } = record;
      const levelMm = record.levelUm === null ? 0 : record.levelUm / 1_000;
      const temperatureC = record.temperatureMc === null ? null : record.temperatureMc / 1_000;
      book.reading({
        atMs,
        levelMm,
        volumeL: record.volumeCl / 100,
        temperatureC,
        gateway,
        seq,
        quiet: record.cause === "quiet",
      });
    }
    return book.advance(atMs, inspected);
  }

  #sale(sale: SaleRecord, atMs: number): void {
    const known = this.#totals.get(sale.nozzle);
    // The total knows what was sold unseen as well; a sale that is known from the last fuelling alone moved none.
    const moved = known === undefined ? sale.volumeCl : sale.totalVolumeCl - known;
    const isMoved = moved > 0 && moved < MOST_CL && sale.basis !== "last-fuelling";
    const volumeCl = isMoved ? moved : sale.volumeCl;
    this.#totals.set(sale.nozzle, sale.totalVolumeCl);
    const single = sale.count === 1 && Math.abs(volumeCl - sale.volumeCl) <= 1;
    this.#fuelled(sale.nozzle, volumeCl, single, atMs);
  }

  #total(total: TotalRecord, atMs: number): void {
    if (total.scope !== "grand" || total.quality !== "good") return;
    const known = this.#totals.get(total.nozzle);
    // What a total tells ahead of its sale is booked by the sale; only after a silence nothing else tells it.
    if (known !== undefined && total.cause !== "after-silence" && total.volumeCl >= known) return;
    this.#totals.set(total.nozzle, total.volumeCl);
    if (known === undefined || total.volumeCl <= known || total.volumeCl - known > MOST_CL) return;
    this.#fuelled(total.nozzle, total.volumeCl - known, false, atMs);
  }

  #fuelled(nozzle: string, volumeCl: number, single: boolean, atMs: number): void {
    const place = this.#places.get(nozzle);
    if (place === undefined || volumeCl <= 0) return;
    const beyondL = single ? Math.max(0, volumeCl - BEYOND_CL) / 100 : null;
    place.book.fuelling({ atMs, nozzle: place.index, litres: volumeCl / 100, beyondL });
  }

  #link(link: LinkRecord, atMs: number): void {
    const device = link.device ?? link.line;
    if (!this.#layout.taxPorts.has(device)) return;
    const others = this.#down.filter((one) => one !== device);
    this.#down = link.state === "down" ? [...others, device] : others;
    for (const [tank, devices] of this.#layout.devicesOfTank) {
      if (devices.includes(device)) {
        this.#books.get(tank)?.blind(
          devices.some((one) => this.#down.includes(one)),
          atMs,
        );
      }
    }
  }

  /** Another chart is another scale: what was learnt of the old one says nothing. */
  #chart(chart: RecordOf<"chart">): void {
    const { tank, chartSha256, points } = chart;
    const known = this.#charts.get(tank);
    const book = this.#books.get(tank);
    if (known === chartSha256) return;
    this.#charts.set(tank, chartSha256);
    if (known !== undefined) book?.restart();
    if (chart.quality !== "good") return;
    book?.chart(points.map(({ levelUm, volumeCl }) => ({ levelMm: levelUm / 1_000, volumeL: volumeCl / 100 })));
  }
}

function factsOf(entry: TankEntry, layout: Layout): TankFacts {
  const { tank, capacityL, diameterMm, lengthMm } = entry;
  return {
    tank,
    nozzles: layout.nozzlesOfTank.get(tank) ?? [],
    capacityL,
    cylinder: diameterMm === undefined || lengthMm === undefined ? null : { diameterMm, lengthMm },
    expansionPerC: expansionPerC(entry.grade),
  };
}
