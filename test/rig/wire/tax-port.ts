/**
 * What the tax ports put on the wire, read from their bytes at fixed offsets (tax-port.md 1.5), and what the agent
 * recorded of it. Neither the agent's decoders nor the simulator's encoders are used.
 */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import type { WireAnswer } from "@forecourt/simulators/lines/answering-port.ts";
import type { World } from "@forecourt/simulators/physics/world.ts";
import type { SaleEvent } from "@forecourt/simulators/truth/events.ts";
import { COMMAND, deviceTimeOf, fuellingOf, identityOf, periodOf, type Total, totalOf } from "./tax-port-frames.ts";
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

/** A total that was to be read for so long must be recorded; ms. A car stands before a nozzle for longer. */
const SEEN_MS = 15_000;
/** A device that said nothing for so long has returned, ms … */
const RETURN_AFTER_MS = 45_000;
/** … and what was sold meanwhile is read in several rounds, at the pace of the rig, before it is recorded as one rise. */
const ROUNDS_MS = 120_000;
/** Reads alike after which a period's total is believed, and an identity. */
const READS = 2;

/** A total that a nozzle showed, from its first to its last answer that must have arrived. */
interface Shown extends Total {
  first: number;
  last: number;
}

export class TaxPortAccount {
  readonly #world: World;
  readonly #totals = new Map<string, Shown[]>();
  readonly #frames = new Map<string, Set<string>>();
  /** The newest of each period's totals and of each nozzle's identities, and how often in a row it came. */
  readonly #periods = new Map<string, { text: string; reads: number }>();
  readonly #identities = new Map<string, { text: string; reads: number }[]>();

  readonly #lastAt = new Map<string, number>();
  readonly #returnedAt = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Takes note of an answer. */
  heard(answer: Answered, cuts: readonly Cut[]): void {
    const { device, request, frames, at } = answer;
    const dispenser = this.#world.dispensers.get(device);
    const nozzle = dispenser?.plan.nozzles.find(({ index }) => index === request[4])?.nozzle;
    if (nozzle === undefined) return;
    const sent = this.#frames.get(device) ?? new Set();
    this.#frames.set(device, sent);
    for (const frame of frames) sent.add(hex(frame));
    if (at - (this.#lastAt.get(device) ?? at) > RETURN_AFTER_MS) this.#returnedAt.set(device, at);
    this.#lastAt.set(device, at);
    const isSettled = at - (this.#returnedAt.get(device) ?? Number.NEGATIVE_INFINITY) > ROUNDS_MS;
    const sure = !answer.disturbed && !isUncertain(cuts, device, at);
    const [frame] = frames as [Uint8Array];
    if (request[3] === COMMAND.total && !answer.foreign) {
      this.#totalHeard(nozzle, totalOf(frame), at, sure && isSettled);
    }
    if (request[3] === COMMAND.information) this.#identityHeard(nozzle, JSON.stringify(identityOf(frames)), sure);
    if ((request[3] === COMMAND.day || request[3] === COMMAND.month) && sure) {
      const { scope, period, ...figures } = periodOf(frame);
      const key = `${nozzle}/${scope}/${period}`;
      const text = JSON.stringify(figures);
      const known = this.#periods.get(key);
      this.#periods.set(key, { text, reads: known?.text === text ? known.reads + 1 : 1 });
    }
  }

  #totalHeard(nozzle: string, total: Total, at: number, sure: boolean): void {
    const shown = this.#totals.get(nozzle) ?? [];
    this.#totals.set(nozzle, shown);
    let newest = shown.at(-1);
    if (newest === undefined || !isSame(newest, total)) {
      newest = { ...total, first: sure ? at : Number.POSITIVE_INFINITY, last: at };
      shown.push(newest);
    }
    if (!sure) return;
    newest.first = Math.min(newest.first, at);
    newest.last = at;
  }

  #identityHeard(nozzle: string, text: string, sure: boolean): void {
    const shown = this.#identities.get(nozzle) ?? [];
    this.#identities.set(nozzle, shown);
    const newest = shown.at(-1);
    if (newest?.text === text) newest.reads += sure ? 1 : 0;
    else shown.push({ text, reads: sure ? 1 : 0 });
  }

  /** @param sales the truth's */
  compare(told: readonly Told[], sales: readonly SaleEvent[]): Verdict & { fleeting: number } {
    const ofSales = toldOf(told, "sale");
    const ofTotals = toldOf(told, "total");
    const identities = toldOf(told, "identity");
    const periods = ofTotals.filter(({ record }) => record.scope !== "grand");
    const rows = [...this.#world.nozzles.keys()].map((nozzle) => this.#totalFaults(nozzle, told));
    const faults = [
      ...[...ofSales, ...ofTotals, ...identities].flatMap(({ record }) => this.#notSent(record)),
      ...rows.flatMap((row) => row.faults),
      ...ofSales.flatMap(({ record }) => saleFaults(record)),
      ...inventedSales(
        ofSales.map(({ record }) => record),
        sales,
      ),
      ...periods.flatMap(({ record }) => periodFaults(record)),
      ...this.#missingPeriods(periods.map(({ record }) => record)),
      ...identities.flatMap(({ record }) => identityFaults(record)),
      ...this.#missingIdentities(identities.map(({ record }) => record)),
    ];
    const compared = { sale: ofSales.length, total: ofTotals.length, identity: identities.length };
    return { faults, compared, fleeting: rows.reduce((sum, row) => sum + row.fleeting, 0) };
  }

  #notSent(record: RecordOf<"sale" | "total" | "identity">): string[] {
    const sent = this.#frames.get(record.device);
    return record.raw
      .filter((frame) => sent?.has(frame) !== true)
      .map((frame) => `${record.nozzle}: a raw frame that ${record.device} never sent: ${frame}`);
  }

  /** Every total that could be seen is recorded, in order, and none that was not shown. */
  #totalFaults(nozzle: string, told: readonly Told[]): { faults: string[]; fleeting: number } {
    const shown = this.#totals.get(nozzle) ?? [];
    const faults: string[] = [];
    let [next, fleeting] = [0, 0];
    let before: Total | undefined;
    const skipTo = (end: number) => {
      for (const one of shown.slice(next, end)) {
        if (one.last - one.first >= SEEN_MS)
          faults.push(`${nozzle}: the total ${text(one)}, shown from ${one.first} to ${one.last} ms, is in no record`);
        else fleeting += 1;
      }
      next = end + 1;
    };
    for (const { record } of told) {
      const stated = statedIn(record, nozzle);
      if (stated === undefined) continue;
      if (record.kind === "sale" && record.basis !== "last-fuelling") {
        const began = { volumeCl: record.beforeVolumeCl, amountFen: record.beforeAmountFen };
        if (before !== undefined && !isSame(before, began)) {
          faults.push(`${nozzle}: a sale begins at ${text(began)}, the records before end at ${text(before)}`);
        }
      }
      if (isSame(before, stated)) continue;
      if (before !== undefined && record.kind === "total" && record.cause !== "decreased") {
        faults.push(`${nozzle}: the total moved to ${text(stated)} without a sale`);
      }
      before = stated;
      const found = shown.findIndex((one, index) => index >= next && isSame(one, stated));
      if (found < 0) faults.push(`${nozzle}: recorded the total ${text(stated)}, which the port never showed then`);
      else skipTo(found);
    }
    skipTo(shown.length);
    return { faults, fleeting };
  }

  #missingPeriods(records: readonly RecordOf<"total">[]): string[] {
    return [...this.#periods].flatMap(([key, { text: shown, reads }]) => {
      if (reads < READS) return [];
      const own = records.filter(({ nozzle, scope, period }) => `${nozzle}/${scope}/${period}` === key);
      const isTold = own.some(({ volumeCl, amountFen }) => JSON.stringify({ volumeCl, amountFen }) === shown);
      return isTold ? [] : [`the total ${key}, ${shown}, was answered ${reads} times and is in no record`];
    });
  }

  #missingIdentities(records: readonly RecordOf<"identity">[]): string[] {
    return [...this.#identities].flatMap(([nozzle, shown]) => {
      const seen = shown.filter(({ reads }) => reads >= READS).map((one) => one.text);
      const wire = seen.filter((one, index) => one !== seen[index - 1]);
      const said = records.filter((record) => record.nozzle === nozzle).map((record) => JSON.stringify(whoOf(record)));
      const told = said.filter((one, index) => one !== said[index - 1]);
      return told.join() === wire.join()
        ? []
        : [`${nozzle}: the port said it is ${wire.join()}, the records ${told.join()}`];
    });
  }
}

/**
 * Whether a total is a neighbour's, by cross-talk: nobody's to record. Asked at the instant of the answer.
 * The frame is compared with the nozzle's own total as the world has it then.
 */
export function isForeign(world: World, { device, request, frames }: WireAnswer): boolean {
  const plan = world.dispensers.get(device)?.plan;
  if (plan === undefined || request[3] !== COMMAND.total) return false;
  if (plan.crossTalk === 0 && world.faults.on("cross-talk", device) === undefined) return false;
  const nozzle = plan.nozzles.find(({ index }) => index === request[4])?.nozzle ?? "";
  return !isSame(world.nozzles.get(nozzle)?.grandTotal, totalOf(frames[0]!));
}

function statedIn(record: Told["record"], nozzle: string): Total | undefined {
  if (record.kind === "sale" && record.nozzle === nozzle) {
    return { volumeCl: record.totalVolumeCl, amountFen: record.totalAmountFen };
  }
  if (record.kind !== "total" || record.nozzle !== nozzle || record.scope !== "grand") return undefined;
  return { volumeCl: record.volumeCl, amountFen: record.amountFen };
}

function saleFaults(record: RecordOf<"sale">): string[] {
  const frames = record.raw.map(bytesOf);
  const total = frames.findLast((frame) => frame[3] === COMMAND.total);
  const fuelling = frames.findLast((frame) => frame[3] === COMMAND.fuelling);
  const stated = total && totalOf(total);
  const expected = {
    totalVolumeCl: stated?.volumeCl,
    totalAmountFen: stated?.amountFen,
    ...(record.basis !== "last-fuelling" && {
      volumeCl: record.totalVolumeCl - record.beforeVolumeCl,
      amountFen: record.totalAmountFen - record.beforeAmountFen,
    }),
  };
  const wrong = [
    difference(expected, record),
    record.lastFuelling &&
      (fuelling ? difference(fuellingOf(fuelling), record.lastFuelling) : "no last fuelling in raw"),
  ];
  return wrong.flatMap((words) => (words ? [`${record.nozzle}: a sale whose ${words}`] : []));
}

/** A sale that is said to be one certain fuelling is one that happened, as the port was told of it. */
function inventedSales(records: readonly RecordOf<"sale">[], sales: readonly SaleEvent[]): string[] {
  const key = (nozzle: string, volumeCl: number, amountFen: number, totalCl: number) =>
    [nozzle, volumeCl, amountFen, totalCl].join("/");
  const happened = new Set(
    sales
      .filter(({ onWire }) => onWire)
      .map(({ nozzle, volumeCl, amountFen, wireVolumeCl = volumeCl, wireAmountFen = amountFen, totalAfterCl }) =>
        key(nozzle, wireVolumeCl, wireAmountFen, totalAfterCl),
      ),
  );
  return records
    .filter(({ count, quality }) => count === 1 && quality === "good")
    .map(({ nozzle, volumeCl, amountFen, totalVolumeCl }) => key(nozzle, volumeCl, amountFen, totalVolumeCl))
    .filter((one) => !happened.has(one))
    .map((one) => `recorded as one certain fuelling, but none was like that: ${one}`);
}

function periodFaults(record: RecordOf<"total">): string[] {
  const frame = bytesOf(record.raw.at(-1) ?? "");
  const words = difference(periodOf(frame), record);
  return words ? [`${record.nozzle}: a ${record.scope} total whose ${words}`] : [];
}

function identityFaults(record: RecordOf<"identity">): string[] {
  const frames = record.raw.map(bytesOf);
  const first = frames.findLastIndex((frame) => frame[2] !== 0x01);
  const stated = { ...identityOf(frames.slice(first)), deviceTime: deviceTimeOf(frames.slice(first)) };
  const words = difference(stated, record);
  return words ? [`${record.nozzle}: an identity whose ${words}`] : [];
}

function whoOf({ initialised, factorySerial, gunCode, taxpayerId, oilCode }: RecordOf<"identity">): object {
  return { initialised, factorySerial, gunCode, taxpayerId, oilCode };
}

function isSame(first: Total | undefined, second: Total): boolean {
  return first?.volumeCl === second.volumeCl && first.amountFen === second.amountFen;
}

function text({ volumeCl, amountFen }: Total): string {
  return `${volumeCl} cL ${amountFen} fen`;
}
