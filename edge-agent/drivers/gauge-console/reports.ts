/** One console's reports: asks for one, and keeps what later reports need of it (units, alarms, identity). */
import { alarmName, decodeActiveAlarms, isSystemAlarm, isTankAlarm } from "@forecourt/protocol/gauge-console/alarms.ts";
import { decodeChartAudit, decodeChartByStep, decodeFiftyPointChart } from "@forecourt/protocol/gauge-console/chart.ts";
import { decodeDeliveries } from "@forecourt/protocol/gauge-console/deliveries.ts";
import type { ConsoleError } from "@forecourt/protocol/gauge-console/errors.ts";
import { type ConsoleFunction, encodeCommand, functionText } from "@forecourt/protocol/gauge-console/frame.ts";
import { consoleFunctions } from "@forecourt/protocol/gauge-console/functions.ts";
import {
  decodeClock,
  decodeProbes,
  decodeReferenceTemperature,
  decodeSoftware,
  decodeUnits,
} from "@forecourt/protocol/gauge-console/identity.ts";
import { decodeInventory } from "@forecourt/protocol/gauge-console/inventory.ts";
import { canonical } from "@forecourt/protocol/gauge-console/units.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { DriverLine } from "../../lines/exchange.ts";
import type { DriverError } from "../driver.ts";
import type { DeviceObservation, Observation } from "../observation.ts";
import { rawFrames } from "../raw.ts";
import type { GaugeConsole } from "./driver.ts";
import { chartObservation, deliveryObservation, type KnownUnits, tankObservation } from "./observe.ts";
import { consoleReader } from "./reader.ts";

export type Report = Exclude<keyof typeof consoleFunctions, "tankAlarms" | "lastDelivery" | "chartByStep">;

type Read = Result<Observation[] | "not-supported", DriverError>;

interface Stated {
  data: string;
  raw: string[];
}

const UNITS_NOT_READ: KnownUnits = { units: "metric", doubt: "the console's units have not been read yet" };
const UNITS_NOT_STATED: KnownUnits = {
  units: "metric",
  doubt: "the console does not state its units, metric is assumed: give `units` in the configuration",
};
const MAX_DEVICE_TEXT = 80;

export class ConsoleReports {
  readonly #options: GaugeConsole;
  #units: KnownUnits;
  #referenceMc: number | null = null;
  /** Names of the alarms of each tank of the console; those of the console itself at 0. */
  #alarms = new Map<number, string[]>();
  #changes = new Map<number, string | null>();
  #identity: { software?: string | null; parts?: DeviceObservation["parts"]; serial: string | null; raw: string[] } = {
    serial: null,
    raw: [],
  };

  constructor(options: GaugeConsole) {
    this.#options = options;
    this.#units = options.units === null ? UNITS_NOT_READ : { units: options.units, doubt: null };
  }

  /** Asks for a report. @param tank the console's number of the tank, 0 for all */
  async ask(line: DriverLine, report: Report, tank: number): Promise<Read> {
    const stated = await this.#exchange(line, { code: consoleFunctions[report], device: tank });
    if (!stated.ok) return stated;
    if (stated.value === null) return this.#notSupported(line, report, tank);
    const read = this.#take(report, tank, stated.value);
    if (read.ok) return read;
    this.#withoutIdentity(report);
    const { message } = read.error;
    return fail({ code: "bad-answer", message: `${this.#options.device}, ${report}: ${message}` });
  }

  async #notSupported(line: DriverLine, report: Report, tank: number): Promise<Read> {
    switch (report) {
      case "inventory":
        return fail({ code: "refused", message: `${this.#options.device} does not know the inventory report` });
      case "units":
        this.#units = UNITS_NOT_STATED;
        break;
      case "chartOfFiftyPoints": {
        const stated = await this.#exchange(line, { code: consoleFunctions.chartByStep, device: tank });
        if (!stated.ok) return stated;
        if (stated.value !== null) return this.#chart(tank, stated.value, decodeChartByStep(stated.value.data));
        break;
      }
    }
    this.#withoutIdentity(report);
    return ok("not-supported");
  }

  /** What the console cannot say of itself must not keep back the rest. */
  #withoutIdentity(report: Report): void {
    if (report === "software") this.#identity.software ??= null;
    if (report === "probes") this.#identity.parts ??= [];
  }

  #take(report: Report, tank: number, { data, raw }: Stated): Result<Observation[], ConsoleError | DriverError> {
    switch (report) {
      case "inventory":
        return map(decodeInventory(data), (inventory) =>
          [...this.#options.tanks].map(([number, name]) =>
            tankObservation({
              device: this.#options.device,
              name,
              tank: inventory.tanks.find((one) => one.tank === number),
              units: this.#units,
              referenceMc: this.#referenceMc,
              alarms: [...(this.#alarms.get(number) ?? []), ...(this.#alarms.get(0) ?? [])],
              raw,
            }),
          ),
        );
      case "activeAlarms":
        return map(decodeActiveAlarms(data), ({ alarms }) => {
          this.#alarms = new Map();
          for (const alarm of alarms) {
            const about = isTankAlarm(alarm) ? alarm.device : isSystemAlarm(alarm) ? 0 : undefined;
            if (about === undefined) continue;
            this.#alarms.set(about, [...(this.#alarms.get(about) ?? []), alarmName(alarm)]);
          }
          return [];
        });
      case "deliveries":
        return map(decodeDeliveries(data), ({ at, tanks }) => {
          const own = tanks.find((one) => one.tank === tank)?.deliveries ?? [];
          const { device } = this.#options;
          const units = this.#units;
          return own.map((delivery) =>
            deliveryObservation({ device, name: this.#name(tank), deviceNow: at, delivery, units, raw }),
          );
        });
      case "chartOfFiftyPoints":
        return this.#chart(tank, { data, raw }, decodeFiftyPointChart(data));
      default:
        return this.#takeIdentity(report, tank, { data, raw });
    }
  }

  #takeIdentity(
    report: Exclude<Report, "inventory" | "activeAlarms" | "deliveries" | "chartOfFiftyPoints">,
    tank: number,
    { data, raw }: Stated,
  ): Result<Observation[], ConsoleError> {
    switch (report) {
      case "units":
        return map(decodeUnits(data), (units) => {
          this.#units = { units, doubt: null };
          return [];
        });
      case "referenceTemperature":
        return map(decodeReferenceTemperature(data), (value) => {
          const { units } = this.#units;
          this.#referenceMc = units === "imperial" ? null : canonical(value, "temperature", units);
          return [];
        });
      case "software":
        return map(decodeSoftware(data), ({ text }) => {
          this.#identity.software = text.slice(0, MAX_DEVICE_TEXT);
          this.#identity.raw = [...raw, ...this.#identity.raw].slice(0, 2);
          return [];
        });
      case "probes":
        return map(decodeProbes(data), ({ probes }) => {
          this.#identity.parts = probes.map(({ tank: number, serial, type, circuitCode, dateCode }) => ({
            name: this.#name(number),
            serial: textOrNull(serial),
            model: textOrNull(`${type} ${circuitCode} ${dateCode}`),
          }));
          this.#identity.raw = [...this.#identity.raw.slice(0, 1), ...raw].slice(0, 2);
          return [];
        });
      case "chartAudit":
        return map(decodeChartAudit(data), ({ changes, consoleSerial }) => {
          this.#identity.serial = textOrNull(consoleSerial);
          this.#changes.set(
            tank,
            changes
              .map((change) => change ?? "")
              .sort()
              .at(-1) || null,
          );
          return [];
        });
      case "clock":
        return map(decodeClock(data), (at) => this.#device(at, raw));
    }
  }

  /** Who the console is, once it has been asked for all of it. */
  #device(deviceClock: string | null, raw: string[]): DeviceObservation[] {
    const { software, parts, serial } = this.#identity;
    if (software === undefined || parts === undefined) return [];
    return [
      {
        point: "device",
        device: this.#options.device,
        model: null,
        serial,
        software,
        parts,
        deviceClock,
        quality: "good",
        reason: null,
        raw: [...this.#identity.raw, ...raw],
      },
    ];
  }

  #chart(
    tank: number,
    { raw }: Stated,
    report: ReturnType<typeof decodeFiftyPointChart>,
  ): Result<Observation[], DriverError> {
    const { device } = this.#options;
    if (!report.ok) return fail({ code: "bad-answer", message: `${device}, chart: ${report.error.message}` });
    const deviceChangedAt = this.#changes.get(tank) ?? null;
    const own = report.value.tanks.filter((one) => one.tank === tank);
    const units = this.#units;
    return ok(
      own.flatMap(
        (chart) => chartObservation({ device, name: this.#name(tank), chart, deviceChangedAt, units, raw }) ?? [],
      ),
    );
  }

  #name(tank: number): string {
    return this.#options.tanks.get(tank) ?? `tank ${tank} of the console`;
  }

  /** @returns null when the console does not know the function */
  async #exchange(line: DriverLine, asked: ConsoleFunction): Promise<Result<Stated | null, DriverError>> {
    const { securityCode, answerTimeoutMs } = this.#options;
    const request = encodeCommand({ ...asked, data: "", securityCode });
    const answer = await line.exchange({
      request,
      reader: () => consoleReader(asked, request.length),
      timeoutMs: answerTimeoutMs,
      // A reply names its function; reports differ in how long the console thinks.
      party: functionText(asked),
    });
    if (!answer.ok) return fail({ ...answer.error, message: `${functionText(asked)}: ${answer.error.message}` });
    const { reply, raw } = answer.value;
    return ok(reply === null ? null : { data: reply.data, raw: rawFrames(raw) });
  }
}

function map<T, E>(result: Result<T, E>, then: (value: T) => Observation[]): Result<Observation[], E> {
  return result.ok ? ok(then(result.value)) : result;
}

/** Blanks, question marks and zeros are how a console says that it has none. */
function textOrNull(text: string): string | null {
  const trimmed = text.trim();
  return /^[?0]*$/.test(trimmed) ? null : trimmed;
}
