/**
 * Reads the tax port of a dispenser: grand totals as routine, last fuellings and device information on request.
 * It only ever reads. Source: tax-port.md 1.4 to 1.8 and 1.10.
 */
import { toHex } from "@forecourt/protocol/hex.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { decodeAnswer, type TaxPortAnswer } from "@forecourt/protocol/tax-port/answers.ts";
import type { TaxPortProfile } from "@forecourt/protocol/tax-port/profile.ts";
import { encodeRequest, type TaxPortRequest } from "@forecourt/protocol/tax-port/requests.ts";
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

type PollKind = "grand-total" | "last-fuelling" | "information";

/** Names of this driver's polls, for whoever requests one. */
export const taxPortPoll = {
  grandTotal: (nozzle: string) => `grand-total/${nozzle}`,
  lastFuelling: (nozzle: string) => `last-fuelling/${nozzle}`,
  information: (nozzle: string) => `information/${nozzle}`,
};

/** Plain text on the port; 0 would send the answer to the dispenser's display (tax-port.md 1.4). */
const PLAIN_TEXT = 1;
const TO_DISPLAY = 0;
const ACTUAL_TOTALS = 0;
/** Who the tax device is, is asked once a day (tax-port.md 1.10): each question disturbs the display. */
const INFORMATION_INTERVAL_MS = 86_400_000;

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
      poll(taxPortPoll.information(nozzle), INFORMATION_INTERVAL_MS),
    ]),
    async read(line, { key }) {
      const [kind, name] = key.split("/") as [PollKind, string];
      const nozzle = nozzles.find((one) => one.nozzle === name);
      if (nozzle === undefined) throw new Error(`device ${device} has no nozzle ${name}`);
      const answer = await ask(line, requestFor(kind, nozzle.index), profile);
      // Device information disturbs the display whether or not it was answered (tax-port.md 1.8).
      if (kind === "information" && profile.restoreDisplay) await restoreDisplay(line, nozzle.index, profile);
      return answer.ok ? ok([observation(device, nozzle.nozzle, answer.value)]) : answer;
    },
  };
}

function requestFor(kind: PollKind, nozzleIndex: number): TaxPortRequest {
  switch (kind) {
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
  if (answer.value.command !== "information" && answer.value.status !== 1) {
    return fail({ code: "refused", message: `the tax port answered with status ${answer.value.status}` });
  }
  return ok({ answer: answer.value, raw: frames.value.map((frame) => toHex(frame.raw)) });
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
    default:
      throw new Error(`a ${answer.command} answer was not asked for`);
  }
}
