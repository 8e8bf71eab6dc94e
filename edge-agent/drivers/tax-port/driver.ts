/**
 * Reads the tax port of a dispenser: grand totals as routine; last fuellings, device information, day and month totals
 * on request.
 * It only ever reads. Source: tax-port.md 1.4 to 1.8 and 1.10.
 */
import { toHex } from "@forecourt/protocol/hex.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { decodeAnswer, type TaxPortAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import { decodeFrame } from "@forecourt/protocol/tax-port/frame.ts";
import type { CommandName, TaxPortProfile } from "@forecourt/protocol/tax-port/profile.ts";
import { decodeRequest, encodeRequest, type TaxPortRequest } from "@forecourt/protocol/tax-port/requests.ts";
import type { DriverLine } from "../../lines/exchange.ts";
import type { Driver, DriverError, Poll } from "../driver.ts";
import type { Observation } from "../observation.ts";
import { taxPortReader } from "./reader.ts";

export interface TaxPortNozzle {
  nozzle: string;
  /** 0-based number that the tax device gives the nozzle */
  index: number;
}

export interface TaxPortDevice {
  device: string;
  profile: TaxPortProfile;
  nozzles: readonly TaxPortNozzle[];
  /** How often each grand total is due; 0 reads as fast as the wire allows. */
  totalIntervalMs: number;
}

type PollKind = CommandName;

/** Names of this driver's polls, for whoever requests one. */
export const taxPortPoll = {
  grandTotal: (nozzle: string) => `grand-total/${nozzle}`,
  lastFuelling: (nozzle: string) => `last-fuelling/${nozzle}`,
  information: (nozzle: string) => `information/${nozzle}`,
  /** Its argument is the day (`YYYY-MM-DD`) or the month (`YYYY-MM`). */
  periodTotal: (scope: "day" | "month", nozzle: string) => `${scope}-total/${nozzle}`,
};

/** Plain text on the port; 0 would send the answer to the dispenser's display (tax-port.md 1.4). */
const PLAIN_TEXT = 1;
const TO_DISPLAY = 0;
const ACTUAL_TOTALS = 0;
const OK = 1;
const NO_DATA = 0;
/** Status 0 is an answer here: nothing sold in that period (tax-port.md 1.5). */
const MAY_HAVE_NO_DATA: ReadonlySet<CommandName> = new Set(["day-total", "month-total"]);

/** A driver for one tax device. */
export function taxPortDriver(options: TaxPortDevice): Driver {
  const { device, profile, nozzles } = options;
  const poll = (key: string, intervalMs: number | null): Poll => ({ device, key, intervalMs });
  return {
    device,
    gapMs: profile.timings.interQueryGapMs,
    polls: nozzles.flatMap(({ nozzle }) => [
      { ...poll(taxPortPoll.grandTotal(nozzle), options.totalIntervalMs), priority: "first" as const },
      poll(taxPortPoll.lastFuelling(nozzle), null),
      { ...poll(taxPortPoll.information(nozzle), null), priority: "last" as const },
      { ...poll(taxPortPoll.periodTotal("day", nozzle), null), priority: "last" as const },
      { ...poll(taxPortPoll.periodTotal("month", nozzle), null), priority: "last" as const },
    ]),
    pollFor(request) {
      const frame = decodeFrame(request, profile.frame);
      const asked = frame.ok ? decodeRequest(frame.value, profile) : frame;
      if (!asked.ok || ("returnMethod" in asked.value && asked.value.returnMethod !== PLAIN_TEXT)) return undefined;
      const { value } = asked;
      const nozzle = nozzles.find(({ index }) => index === value.nozzleIndex)?.nozzle;
      if (nozzle === undefined) return undefined;
      const argument =
        value.command === "day-total" ? value.date : value.command === "month-total" ? value.month : undefined;
      return { ...poll(`${value.command}/${nozzle}`, null), ...(argument === undefined ? {} : { argument }) };
    },
    async read(line, { key, argument }) {
      const [kind, name] = key.split("/") as [PollKind, string];
      const nozzle = nozzles.find((one) => one.nozzle === name);
      if (nozzle === undefined) throw new Error(`device ${device} has no nozzle ${name}`);
      const answer = await ask(line, requestFor(kind, nozzle.index, argument), profile);
      // Device information disturbs the display whether or not it was answered (tax-port.md 1.8).
      if (kind === "information" && profile.restoreDisplay) await restoreDisplay(line, nozzle.index, profile);
      return answer.ok ? ok([observation(device, nozzle.nozzle, answer.value)]) : answer;
    },
  };
}

function requestFor(kind: PollKind, nozzleIndex: number, argument?: string): TaxPortRequest {
  switch (kind) {
    case "day-total":
    case "month-total":
      if (argument === undefined) throw new Error(`a ${kind} needs to be told of which period`);
      return kind === "day-total"
        ? { command: kind, nozzleIndex, date: argument, returnMethod: PLAIN_TEXT }
        : { command: kind, nozzleIndex, month: argument, returnMethod: PLAIN_TEXT };
    case "grand-total":
      return { command: "grand-total", nozzleIndex, mode: ACTUAL_TOTALS, returnMethod: PLAIN_TEXT };
    case "last-fuelling":
      return { command: "last-fuelling", nozzleIndex, returnMethod: PLAIN_TEXT };
    case "information":
      return { command: "information", nozzleIndex };
  }
}

interface Answered {
  answer: TaxPortAnswer;
  raw: string[];
}

async function ask(
  line: DriverLine,
  request: TaxPortRequest,
  profile: TaxPortProfile,
): Promise<Result<Answered, DriverError>> {
  const bytes = encodeRequest(request, profile);
  const frames = await line.exchange({
    request: bytes,
    reader: () => taxPortReader(bytes, profile.commands[request.command], profile),
    timeoutMs: profile.timings.answerTimeoutMs,
  });
  if (!frames.ok) return frames;
  const answer = decodeAnswer(frames.value, profile);
  if (!answer.ok) return fail({ code: "bad-answer", message: answer.error.message });
  const another = anotherPeriod(request, answer.value);
  if (another !== undefined) return fail({ code: "bad-answer", message: another });
  const { value } = answer;
  const isOk = value.command === "information" || value.status === OK;
  if (!isOk && !("status" in value && value.status === NO_DATA && MAY_HAVE_NO_DATA.has(value.command))) {
    return fail({ code: "refused", message: `the tax port answered with status ${value.status}` });
  }
  return ok({ answer: answer.value, raw: frames.value.map((frame) => toHex(frame.raw)) });
}

/** A late answer to an earlier question, or a device that answers for its own today whatever it is asked. */
function anotherPeriod(request: TaxPortRequest, answer: TaxPortAnswer): string | undefined {
  const pairs = [
    request.command === "day-total" && answer.command === "day-total" ? [request.date, answer.date] : undefined,
    request.command === "month-total" && answer.command === "month-total" ? [request.month, answer.month] : undefined,
  ];
  const [asked, stated] = pairs.find((pair) => pair !== undefined) ?? [];
  return asked === stated ? undefined : `asked for the total of ${asked}, the tax port answered for ${stated}`;
}

async function restoreDisplay(line: DriverLine, nozzleIndex: number, profile: TaxPortProfile): Promise<void> {
  const request: TaxPortRequest = { command: "last-fuelling", nozzleIndex, returnMethod: TO_DISPLAY };
  // Nothing hangs on the outcome: the display shows the next fuelling anyway, and a dead line is noticed elsewhere.
  await line.send(encodeRequest(request, profile), profile.timings.interQueryGapMs);
}

function observation(device: string, nozzle: string, { answer, raw }: Answered): Observation {
  switch (answer.command) {
    case "grand-total":
      return { point: "grand-total", device, nozzle, volumeCl: answer.volumeCl, amountFen: answer.amountFen, raw };
    case "last-fuelling": {
      const { dayOfMonth, hour, minute, volumeCl, amountFen, unitPriceFen } = answer;
      const fuelling = { dayOfMonth, hour, minute, volumeCl, amountFen, unitPriceFen };
      return { point: "last-fuelling", device, nozzle, fuelling, raw };
    }
    case "information":
      return {
        point: "information",
        device,
        nozzle,
        initialised: answer.initialised,
        factorySerial: answer.factorySerial,
        gunCode: answer.initialised ? answer.gunCode : null,
        taxpayerId: answer.initialised ? answer.taxpayerId : null,
        oilCode: answer.initialised ? answer.oilCode : null,
        deviceTime: answer.initialised ? answer.deviceTime : null,
        raw,
      };
    case "day-total":
    case "month-total":
      return periodTotal(device, nozzle, answer, raw);
  }
}

function periodTotal(
  device: string,
  nozzle: string,
  answer: Extract<TaxPortAnswer, { command: "day-total" | "month-total" }>,
  raw: string[],
): Observation {
  const isDay = answer.command === "day-total";
  const { scope, period } = isDay
    ? { scope: "day" as const, period: answer.date }
    : { scope: "month" as const, period: answer.month };
  const noData =
    answer.status === NO_DATA
      ? `the tax port has no total of this ${scope}: status 0`
      : isDay && answer.unitPriceFen === 0
        ? "the tax port has no sale on this day: its price is 0000"
        : null;
  const figures =
    noData === null ? { volumeCl: answer.volumeCl, amountFen: answer.amountFen } : { volumeCl: 0, amountFen: 0 };
  return { point: "period-total", device, nozzle, scope, period, ...figures, noData, raw };
}
