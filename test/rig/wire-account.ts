/**
 * What the devices of a station put on the wire, read from their bytes at fixed offsets (tax-port.md 1.5), and what
 * the agent recorded of it: where the two differ, in words. Neither the agent's decoders nor the simulator's encoders
 * are used.
 */
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import type { WireAnswer } from "@forecourt/simulators/lines/answering-port.ts";
import type { World } from "@forecourt/simulators/physics/world.ts";

const TOTAL = 0x89;
const GENERIC_GAUGE_TENTH_L = 10;

interface Shown {
  volumeCl: number;
  amountFen: number;
}

export class WireAccount {
  /** The grand totals that each nozzle's tax port showed, repeats left out. */
  readonly #totals = new Map<string, Shown[]>();
  readonly #frames = new Set<string>();
  readonly #tanks = new Map<string, Set<string>>();
  readonly #seals = new Map<string, string[]>();

  /** Takes note of an answer, with the world as it is at that instant. */
  heard({ device, request, frames }: WireAnswer, world: World): void {
    const dispenser = world.dispensers.get(device);
    if (dispenser) {
      for (const frame of frames) this.#frames.add(hex(frame));
      if (request[3] !== TOTAL) return;
      const nozzle = dispenser.plan.nozzles.find(({ index }) => index === request[4])?.nozzle ?? "";
      const [frame] = frames as [Uint8Array];
      const shown = { volumeCl: digits(frame, 5, 12), amountFen: digits(frame, 17, 12) };
      const known = this.#totals.get(nozzle) ?? [];
      if (known.at(-1)?.volumeCl !== shown.volumeCl || known.at(-1)?.amountFen !== shown.amountFen) known.push(shown);
      this.#totals.set(nozzle, known);
    }
    if (device === world.scenario.sealHub?.device) this.#sealsHeard(world);
  }

  /** A gauge's reading that a master could get now. */
  tankShown(tank: string, levelUm: number | null, volumeCl: number | null): void {
    const known = this.#tanks.get(tank) ?? new Set();
    known.add(reading(levelUm, volumeCl === null ? null : roundTo(volumeCl, GENERIC_GAUGE_TENTH_L)));
    this.#tanks.set(tank, known);
  }

  #sealsHeard(world: World): void {
    for (const [name, { condition, tamperCount, openCount }] of world.seals) {
      const known = this.#seals.get(name) ?? [];
      const shown = `${condition}/${tamperCount}/${openCount}`;
      if (known.at(-1) !== shown) known.push(shown);
      this.#seals.set(name, known);
    }
  }

  /** How the records differ from the wire; empty when they do not. `sales`: how many were compared. */
  compare(records: readonly JournalRecord[], world: World): { faults: string[]; sales: number } {
    const faults = [...this.#nozzleFaults(records, world), ...this.#tankFaults(records), ...this.#sealFaults(records)];
    return { faults, sales: records.filter(({ kind }) => kind === "sale").length };
  }

  #nozzleFaults(records: readonly JournalRecord[], world: World): string[] {
    const ofNozzles = records.filter((record) => record.kind === "sale" || record.kind === "total");
    const raw = new Set(ofNozzles.flatMap((record) => record.raw));
    const invented = [...raw].filter((frame) => !this.#frames.has(frame));
    const faults = invented.map((frame) => `a raw frame that was never sent: ${frame}`);
    for (const [nozzle, { device }] of world.nozzles) {
      const told: Shown[] = [];
      for (const record of ofNozzles) {
        const shown = shownIn(record, nozzle);
        if (shown && !same(told.at(-1), shown)) told.push(shown);
      }
      const { crossTalk } = world.dispensers.get(device)!.plan;
      const shown = this.#totals.get(nozzle) ?? [];
      const wire = crossTalk > 0 ? ownTotals(shown) : shown;
      const at = wire.findIndex((expected, index) => !same(told[index], expected));
      if (at < 0 && told.length === wire.length) continue;
      const place = at >= 0 ? at : wire.length;
      const [showed, said] = [wire, told].map((list) => JSON.stringify(list.slice(place, place + 2)));
      faults.push(`${nozzle}: at change ${place} the wire shows ${showed}, the records say ${said}`);
    }
    return faults;
  }

  #tankFaults(records: readonly JournalRecord[]): string[] {
    return records.flatMap((record) => {
      if (record.kind !== "tank" || record.levelUm === null) return [];
      const known = this.#tanks.get(record.tank);
      if (known === undefined || known.has(reading(record.levelUm, record.volumeCl))) return [];
      return [`${record.tank}: recorded ${reading(record.levelUm, record.volumeCl)}, which its gauge never showed`];
    });
  }

  #sealFaults(records: readonly JournalRecord[]): string[] {
    return [...this.#seals].flatMap(([name, shown]) => {
      const told: string[] = [];
      for (const record of records) {
        if (record.kind !== "seal" || record.seal !== name) continue;
        const said = `${record.state}/${record.tamperCount}/${record.openCount}`;
        if (told.at(-1) !== said) told.push(said);
      }
      return told.join() === shown.join()
        ? []
        : [`${name}: the hub showed ${shown.join()}, the records say ${told.join()}`];
    });
  }
}

/** No fuelling is as large as this (0.01 L): what is farther away is another nozzle's total. */
const MOST_FUELLED_CL = 1_000_000;

/** Totals of a nozzle among whose answers cross-talk put its neighbours': those that can follow each other. */
function ownTotals(shown: readonly Shown[]): Shown[] {
  const own: Shown[] = [];
  for (const candidate of shown) {
    const rise = candidate.volumeCl - (own.at(-1) ?? candidate).volumeCl;
    if (rise >= 0 && rise < MOST_FUELLED_CL && !same(own.at(-1), candidate)) own.push(candidate);
  }
  return own;
}

function shownIn(record: Extract<JournalRecord, { kind: "sale" | "total" }>, nozzle: string): Shown | undefined {
  if (record.nozzle !== nozzle) return undefined;
  if (record.kind === "sale") return { volumeCl: record.totalVolumeCl, amountFen: record.totalAmountFen };
  return record.scope === "grand" ? { volumeCl: record.volumeCl, amountFen: record.amountFen } : undefined;
}

function same(first: Shown | undefined, second: Shown): boolean {
  return first?.volumeCl === second.volumeCl && first.amountFen === second.amountFen;
}

function digits(frame: Uint8Array, from: number, length: number): number {
  return Number(Buffer.from(frame.subarray(from, from + length)).toString("latin1"));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}

function reading(levelUm: number | null, volumeCl: number | null): string {
  return `${levelUm} µm ${volumeCl} cL`;
}
