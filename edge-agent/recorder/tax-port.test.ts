import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { describe, expect, test } from "vitest";
import type { Outcome } from "./outcome.ts";
import { DEVICE, expectValid, salesOptions } from "./sales.test-support.ts";
import { TaxPortRecorder } from "./tax-port.ts";

const nobody = { totals: new Map(), identities: new Map(), periods: new Map() };
const idleMs = 10_000;

/** A tax port with one nozzle, polled once a second; whatever is wanted is answered by the test. */
class Bank {
  now = 1_000_000;
  volumeCl = 500_000;
  records: RecordBody[] = [];
  asked: string[] = [];
  #wants: { key: string; argument?: string }[] = [];
  readonly #recorder = new TaxPortRecorder({ ...salesOptions(["N01"]), idleMs }, nobody, this.now);

  get #moment() {
    return { now: this.now, local: "2026-11-25T12:00:00.000+08:00" };
  }

  up(downMs: number | null) {
    this.#take(this.#recorder.afterSilence(downMs, this.#moment));
  }

  poll(answers = true): this {
    this.now += 1_000;
    const { key, argument } = this.#wants.shift() ?? { key: "grand-total/N01" };
    this.asked.push(key);
    const place = { device: DEVICE, nozzle: "N01", raw: ["00"] };
    const kind = key.split("/")[0];
    const { volumeCl } = this;
    const amountFen = volumeCl * 8;
    const recorder = this.#recorder;
    if (!answers) {
      const poll = { device: DEVICE, key, intervalMs: null, ...(argument === undefined ? {} : { argument }) };
      this.#take(recorder.failed(poll, this.#moment));
    } else if (kind === "grand-total") {
      this.#take(recorder.observed({ point: "grand-total", ...place, volumeCl, amountFen }, this.#moment));
    } else if (kind === "last-fuelling") {
      const fuelling = { dayOfMonth: 25, hour: 12, minute: 0, volumeCl: 1_000, amountFen: 8_000, unitPriceFen: 800 };
      this.#take(recorder.observed({ point: "last-fuelling", ...place, fuelling }, this.#moment));
    } else if (kind === "information") {
      const who = {
        initialised: false,
        factorySerial: "4001900001",
        gunCode: null,
        taxpayerId: null,
        oilCode: null,
        deviceTime: null,
      };
      this.#take(recorder.observed({ point: "information", ...place, ...who }, this.#moment));
    } else {
      const scope = kind === "day-total" ? ("day" as const) : ("month" as const);
      const of = { scope, period: argument ?? "", volumeCl: 100, amountFen: 800, noData: null };
      this.#take(recorder.observed({ point: "period-total", ...place, ...of }, this.#moment));
    }
    return this;
  }

  polls(count: number, answers = true): this {
    for (let made = 0; made < count; made += 1) this.poll(answers);
    return this;
  }

  #take({ records, wants }: Outcome): void {
    expectValid(records);
    this.records.push(...records);
    for (const want of wants) if (!this.#wants.some(({ key }) => key === want.key)) this.#wants.push(want);
  }
}

const isChore = (key: string) => /^(information|day-total|month-total)/.test(key);

describe("a tax port that has just been found", () => {
  test("is asked who it is and what it counted, one question at a time, and everything is recorded", () => {
    const bank = new Bank();
    bank.up(null);
    bank.polls(60);
    expect(bank.records.filter(({ kind }) => kind === "identity")).toHaveLength(1);
    const totals = bank.records
      .filter((record) => record.kind === "total")
      .map(({ scope, period }) => `${scope} ${period}`);
    expect(totals.toSorted()).toEqual([
      "day 2026-11-24",
      "day 2026-11-25",
      "grand null",
      "month 2026-10",
      "month 2026-11",
    ]);
    expect(bank.asked.filter(isChore).length).toBe(2 + 4 * 2);
  });
});

describe("while a nozzle may be in use", () => {
  test("nothing is asked that disturbs or can wait: not while a sale is confirmed, nor until it is idle", () => {
    const bank = new Bank();
    bank.up(null);
    bank.polls(60);
    bank.up(null);
    bank.polls(2, false);
    bank.asked = [];
    bank.polls(3);
    bank.volumeCl += 1_000;
    bank.polls(10);
    expect(bank.records.filter(({ kind }) => kind === "sale")).toHaveLength(1);
    expect(bank.asked.filter(isChore)).toEqual([]);
    bank.polls(20);
    expect(bank.asked.filter(isChore).length).toBeGreaterThan(0);
  });

  test("totals are asked for after half an hour all the same, device information never", () => {
    const bank = new Bank();
    bank.up(60_000);
    for (let minute = 0; minute < 40; minute += 1) {
      // Silent now and then, as a device is that fuels all day.
      for (let time = 0; time < 8; time += 1) bank.polls(4).polls(2, false);
    }
    expect(bank.asked.some((key) => key.startsWith("day-total"))).toBe(true);
    expect(bank.asked.filter((key) => key.startsWith("information"))).toEqual([]);
  });

  test("one lost answer is no sign of use", () => {
    const bank = new Bank();
    bank.up(null);
    bank.poll(false);
    bank.polls(30);
    expect(bank.asked.filter((key) => key.startsWith("information")).length).toBe(2);
  });
});

test("who it is, is asked again after a day", () => {
  const bank = new Bank();
  bank.up(null);
  bank.polls(60);
  bank.now += 86_400_000;
  bank.asked = [];
  bank.polls(10);
  expect(bank.asked.filter((key) => key.startsWith("information")).length).toBe(1);
  expect(bank.records.filter(({ kind }) => kind === "identity")).toMatchObject([
    { cause: "first" },
    { cause: "daily" },
  ]);
});
