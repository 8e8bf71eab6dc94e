/** The driver against answers as a tax port gives them, over a line that the test speaks for. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { encodeAnswer, type TaxPortAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import { decodeFrame } from "@forecourt/protocol/tax-port/frame.ts";
import { decodeRequest, type TaxPortRequest } from "@forecourt/protocol/tax-port/requests.ts";
import { describe, expect, test } from "vitest";
import type { DriverLine, LineError } from "../../lines/exchange.ts";
import { taxPortDriver, taxPortPoll } from "./driver.ts";

const profile = profiles["28-byte"];
const driver = taxPortDriver({ device: "tax-1", profile, nozzles: [{ nozzle: "N01", index: 0 }], totalIntervalMs: 0 });

function requestOf(bytes: Uint8Array): TaxPortRequest {
  const frame = decodeFrame(bytes, profile.frame);
  const request = frame.ok ? decodeRequest(frame.value, profile) : frame;
  if (!request.ok) throw new Error(request.error.message);
  return request.value;
}

/** Asks one poll of a device that answers as it says. @returns the result, and what was sent */
async function ask(key: string, argument: string | undefined, answer: (request: TaxPortRequest) => TaxPortAnswer) {
  const sent: TaxPortRequest[] = [];
  const line: DriverLine = {
    async exchange({ request, reader }) {
      sent.push(requestOf(request));
      const read = reader();
      for (const frame of encodeAnswer(answer(requestOf(request)), profile)) {
        const found = read.push(frame);
        if (found !== undefined) return ok(found);
      }
      return fail({ code: "timeout", message: "no answer" });
    },
    async send(bytes): Promise<Result<void, LineError>> {
      sent.push(requestOf(bytes));
      return ok(undefined);
    },
  };
  const poll = driver.polls.find((one) => one.key === key)!;
  return { result: await driver.read(line, argument === undefined ? poll : { ...poll, argument }), sent };
}

const day = (date: string, more: object = {}): TaxPortAnswer => ({
  ...{ command: "day-total", status: 1, date, volumeCl: 12_345, amountFen: 98_760, unitPriceFen: 800 },
  ...more,
});

describe("day and month totals", () => {
  test("are asked for the day or month that is wanted, in plain text", async () => {
    const { result, sent } = await ask(taxPortPoll.periodTotal("day", "N01"), "2026-11-24", () => day("2026-11-24"));
    expect(sent).toEqual([{ command: "day-total", nozzleIndex: 0, date: "2026-11-24", returnMethod: 1 }]);
    expect(result).toMatchObject({
      ok: true,
      value: [
        {
          point: "period-total",
          scope: "day",
          period: "2026-11-24",
          volumeCl: 12_345,
          amountFen: 98_760,
          noData: null,
        },
      ],
    });
    const month = await ask(taxPortPoll.periodTotal("month", "N01"), "2026-10", () => ({
      ...{ command: "month-total", status: 1, month: "2026-10", volumeCl: 5, amountFen: 40 },
    }));
    expect(month.result).toMatchObject({ ok: true, value: [{ scope: "month", period: "2026-10", volumeCl: 5 }] });
  });

  test("of another day are no answer to this question", async () => {
    const { result } = await ask(taxPortPoll.periodTotal("day", "N01"), "2026-11-24", () => day("2026-11-23"));
    expect(result).toMatchObject({
      ok: false,
      error: { code: "bad-answer", message: expect.stringContaining("2026-11-23") },
    });
  });

  test.each([
    ["status 0", { status: 0 }],
    ["price 0000", { unitPriceFen: 0 }],
  ])("with %s are no data, with the reason, whatever else stands in them", async (_, more) => {
    const { result } = await ask(taxPortPoll.periodTotal("day", "N01"), "2026-11-24", () => day("2026-11-24", more));
    expect(result).toMatchObject({
      ok: true,
      value: [{ volumeCl: 0, amountFen: 0, noData: expect.stringContaining("0") }],
    });
  });

  test("with a status that nobody documented are refused", async () => {
    const { result } = await ask(taxPortPoll.periodTotal("day", "N01"), "2026-11-24", () =>
      day("2026-11-24", { status: 7 }),
    );
    expect(result).toMatchObject({ ok: false, error: { code: "refused" } });
  });
});

test("after device information the display is put back", async () => {
  const { result, sent } = await ask(taxPortPoll.information("N01"), undefined, () => ({
    ...{ command: "information", initialised: false, factorySerial: "4001900001" },
  }));
  expect(result).toMatchObject({ ok: true, value: [{ initialised: false, factorySerial: "4001900001" }] });
  expect(sent.map(({ command }) => command)).toEqual(["information", "last-fuelling"]);
  expect(sent[1]).toMatchObject({ returnMethod: 0 });
});

test("only grand totals are routine; what disturbs or can wait is asked for on request and goes last", () => {
  const routine = driver.polls.filter(({ intervalMs }) => intervalMs !== null).map(({ key }) => key);
  expect(routine).toEqual(["grand-total/N01"]);
  for (const key of ["information/N01", "day-total/N01", "month-total/N01"]) {
    expect(driver.polls.find((poll) => poll.key === key)).toMatchObject({ priority: "last", intervalMs: null });
  }
});
