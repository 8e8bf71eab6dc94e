/**
 * What a gauge's console put on the wire, read from its reports at the places of the manual (tanks.md 1.1.2), and what
 * the agent recorded of it.
 */
import type { World } from "@forecourt/simulators/physics/world.ts";
import type { DeadBands, Figures } from "./dead-bands.ts";
import {
  type Answered,
  bytesOf,
  type Cut,
  difference,
  hex,
  isUncertain,
  type Told,
  toldOf,
  type Verdict,
} from "./told.ts";

/** SOH, the function, the tank, and the console's clock. */
const HEAD = { fn: 2, tank: 5, stamp: 7, data: 17 } as const;
const STAMP = 10;
const FLOAT = 8;
const DAY_MS = 86_400_000;
/** Bytes that a record keeps in one text. */
const BYTES_A_TEXT = 1_024;

interface Delivery {
  started: string;
  ended: string;
  /** For the records: what the gauge says of both sides. */
  figures: { start: object; end: object };
}

export class ConsoleAccount {
  readonly #device: string;
  readonly #names: ReadonlyMap<number, string>;
  readonly #bands: DeadBands;
  readonly #sent = new Set<string>();
  /** Deliveries by tank and stamps, with the console's clock when they were first reported. */
  readonly #deliveries = new Map<string, { ended: string; firstAt: string }>();
  readonly #firstAt = new Map<string, string>();
  readonly #charts = new Map<string, string[]>();

  constructor(world: World, device: string, bands: DeadBands) {
    this.#device = device;
    this.#bands = bands;
    this.#names = new Map([...world.tanks.values()].map(({ plan }) => [plan.probe, plan.tank]));
  }

  heard(answer: Answered, cuts: readonly Cut[]): void {
    const [frame] = answer.frames as [Uint8Array];
    for (let at = 0; at < frame.length; at += BYTES_A_TEXT) this.#sent.add(hex(frame.subarray(at, at + BYTES_A_TEXT)));
    if (answer.disturbed || isUncertain(cuts, this.#device, answer.at)) return;
    const text = Buffer.from(frame).toString("latin1");
    const fn = text.slice(HEAD.fn, HEAD.fn + 3);
    if (fn === "201") {
      for (const [number, figures] of inventory(text)) this.#bands.shown(this.#names.get(number)!, answer.at, figures);
    }
    const tank = this.#names.get(Number(text.slice(HEAD.tank, HEAD.tank + 2)));
    if (tank === undefined) return;
    if (fn === "202") {
      const now = minuteOf(text.slice(HEAD.stamp, HEAD.data));
      if (!this.#firstAt.has(tank)) this.#firstAt.set(tank, now);
      for (const { started, ended } of deliveries(text)) {
        const key = `${tank}/${started}/${ended}`;
        if (!this.#deliveries.has(key)) this.#deliveries.set(key, { ended, firstAt: now });
      }
    }
    if (fn === "216") {
      const shown = this.#charts.get(tank) ?? [];
      this.#charts.set(tank, shown);
      const points = JSON.stringify(chart(text));
      if (shown.at(-1) !== points) shown.push(points);
    }
  }

  compare(told: readonly Told[]): Verdict {
    const [tanks, charts, devices] = [toldOf(told, "tank"), toldOf(told, "chart"), toldOf(told, "device")];
    const reported = toldOf(told, "delivery").filter(({ record }) => record.basis === "gauge-report");
    const faults = [
      ...[...tanks, ...charts, ...devices, ...reported].flatMap(({ record }) =>
        record.raw.every((text) => this.#sent.has(text)) ? [] : [`a ${record.kind} record with a report never sent`],
      ),
      ...tanks.flatMap(({ record }) => {
        const number = [...this.#names].find(([, name]) => name === record.tank)![0];
        const words = difference(inventory(textOf(record.raw)).get(number) ?? {}, record);
        return words ? [`${record.tank}: a reading whose ${words}`] : [];
      }),
      ...reported.flatMap(({ record }) => deliveryFaults(record)),
      ...this.#missingDeliveries(reported),
      ...this.#chartFaults(charts),
      ...devices.flatMap(({ record }) =>
        record.raw.length > 0 ? deviceFaults(record) : ["a device record without raw"],
      ),
    ];
    const compared = { tank: tanks.length, chart: charts.length, device: devices.length, delivery: reported.length };
    return { faults, compared };
  }

  /** Each delivery is recorded once; those that ended more than a day before the first contact are old. */
  #missingDeliveries(reported: readonly Told<"delivery">[]): string[] {
    const said = reported.map(({ record }) => `${record.tank}/${record.deviceStartedAt}/${record.deviceEndedAt}`);
    const twice = said
      .filter((key, index) => said.indexOf(key) < index)
      .map((key) => `the delivery ${key} is told twice`);
    const missing = [...this.#deliveries].flatMap(([key, { ended, firstAt }]) => {
      const isFirst = this.#firstAt.get(key.split("/")[0]!) === firstAt;
      const isOld = isFirst && Date.parse(`${firstAt}Z`) - Date.parse(`${ended}Z`) > DAY_MS;
      return isOld || said.includes(key) ? [] : [`the delivery ${key} was reported and is in no record`];
    });
    return [...twice, ...missing];
  }

  #chartFaults(records: readonly Told<"chart">[]): string[] {
    return [...this.#charts].flatMap(([tank, shown]) => {
      const said = records
        .filter(({ record }) => record.tank === tank)
        .map(({ record }) => JSON.stringify(record.points));
      const changes = said.filter((one, index) => one !== said[index - 1]);
      return changes.join() === shown.join()
        ? []
        : [`${tank}: ${shown.length} charts were shown, ${changes.length} are recorded`];
    });
  }
}

function textOf(raw: readonly string[]): string {
  return Buffer.concat(raw.map(bytesOf)).toString("latin1");
}

/** A stamp `YYMMDDHHmm` as the records have it. */
function minuteOf(stamp: string): string {
  const [year, month, day, hour, minute] = stamp.match(/../g) ?? [];
  return `20${year}-${month}-${day}T${hour}:${minute}`;
}

/** A single as eight hexadecimal digits, times a factor; null for what is no number. */
function numberAt(text: string, at: number, factor: number): number | null {
  const digits = text.slice(at, at + FLOAT);
  if (!/^[0-9A-F]{8}$/.test(digits)) return null;
  const value = Buffer.from(digits, "hex").readFloatBE();
  return Number.isFinite(value) ? Math.round(value * factor) : null;
}

function inventory(text: string): Map<number, Partial<Figures>> {
  const tanks = new Map<number, Partial<Figures>>();
  const end = text.indexOf("&&");
  for (let at: number = HEAD.data; at < end; ) {
    const count = Number.parseInt(text.slice(at + 7, at + 9), 16);
    const figure = (index: number, factor: number) => numberAt(text, at + 9 + index * FLOAT, factor);
    tanks.set(Number(text.slice(at, at + 2)), {
      volumeCl: figure(0, 100),
      ullageCl: figure(2, 100),
      levelUm: figure(3, 1_000),
      waterLevelUm: figure(4, 1_000),
      temperatureMc: figure(5, 1_000),
      waterVolumeCl: figure(6, 100),
      // This console does not say to which temperature its corrected volumes refer.
      standardVolumeCl: null,
    });
    at += 9 + count * FLOAT;
  }
  return tanks;
}

function deliveries(text: string): Delivery[] {
  const count = Number(text.slice(HEAD.data + 3, HEAD.data + 5));
  const length = 2 * STAMP + 2 + 10 * FLOAT;
  return Array.from({ length: count }, (_, index) => {
    const at = HEAD.data + 5 + index * length;
    const figure = (place: number, factor: number) => numberAt(text, at + 2 * STAMP + 2 + place * FLOAT, factor);
    const side = (from: number, height: number) => ({
      volumeCl: figure(from, 100),
      waterLevelUm: figure(from + 2, 1_000),
      temperatureMc: figure(from + 3, 1_000),
      levelUm: figure(height, 1_000),
    });
    return {
      started: minuteOf(text.slice(at, at + STAMP)),
      ended: minuteOf(text.slice(at + STAMP, at + 2 * STAMP)),
      figures: { start: side(0, 8), end: side(4, 9) },
    };
  });
}

function deliveryFaults(record: Told<"delivery">["record"]): string[] {
  const own = deliveries(textOf(record.raw)).find(
    ({ started, ended }) => started === record.deviceStartedAt && ended === record.deviceEndedAt,
  );
  if (own === undefined) return [`${record.tank}: a delivery that its own report does not hold`];
  const { start, end } = own.figures;
  const words = difference(start, record.start) ?? difference(end, record.end);
  return words ? [`${record.tank}: a delivery whose ${words}`] : [];
}

function chart(text: string): { levelUm: number | null; volumeCl: number | null }[] {
  const count = Number.parseInt(text.slice(HEAD.data + 2 + 3 * FLOAT, HEAD.data + 4 + 3 * FLOAT), 16);
  return Array.from({ length: count }, (_, index) => {
    const at = HEAD.data + 4 + 3 * FLOAT + index * 3 * FLOAT;
    return { levelUm: numberAt(text, at, 1_000), volumeCl: numberAt(text, at + FLOAT, 100) };
  });
}

function deviceFaults(record: Told<"device">["record"]): string[] {
  const frames = textOf(record.raw)
    .split("\x01")
    .map((part) => `\x01${part}`);
  const report = (fn: string) => frames.find((frame) => frame.slice(HEAD.fn, HEAD.fn + 3) === fn);
  const [software, clock] = [report("902"), report("501")];
  const expected = {
    software: software === undefined ? null : software.slice(HEAD.data, software.indexOf("&&")),
    deviceClock: clock === undefined ? null : minuteOf(clock.slice(HEAD.stamp, HEAD.data)),
  };
  const words = difference(expected, record);
  return words ? [`a device record whose ${words}`] : [];
}
