/** A nozzle bank for tests of the recorder: what the tax port would answer, fed to a SalesRecorder by hand. */

import { checkRecord } from "@forecourt/protocol/records/parse.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { expect } from "vitest";
import type { LastFuellingValue } from "../drivers/observation.ts";
import type { KnownNozzle } from "./nozzle-state.ts";
import type { Outcome } from "./outcome.ts";
import { type SalesOptions, SalesRecorder } from "./sales.ts";

export const DEVICE = "tax-1";

export function salesOptions(nozzles: readonly string[], more: Partial<SalesOptions> = {}): SalesOptions {
  return {
    device: DEVICE,
    nozzles,
    confirmReads: 2,
    firstReads: 3,
    maxFlowClPerS: 167,
    heartbeatMs: 3_600_000,
    ...more,
  };
}

/** A fuelling of so many cL at 8.00 a litre; the minute tells fuellings of one amount apart. */
export function fuelling(volumeCl: number, minute = 0, amountFen = volumeCl * 8): LastFuellingValue {
  return { dayOfMonth: 24, hour: 9, minute, volumeCl, amountFen, unitPriceFen: 800 };
}

export function known(volumeCl: number, last: LastFuellingValue | null = null): KnownNozzle {
  return { volumeCl, amountFen: volumeCl * 8, fuelling: last };
}

/** Every record must be one that the collector accepts. */
export function expectValid(bodies: readonly RecordBody[]): void {
  for (const body of bodies) {
    const record = { ...body, seq: 1, gateway: "gw-1", at: "2026-11-24T09:00:00.000+08:00", boot: "boot-1", monoMs: 0 };
    expect(checkRecord({ ...record, clock: "trusted" })).toMatchObject({ ok: true });
  }
}

/** Feeds answers to a recorder and collects what it decides. One answer takes one second. */
export class Desk {
  now = 1_000_000;
  readonly records: RecordBody[] = [];
  wants: string[] = [];
  recorder: SalesRecorder;
  readonly #options: SalesOptions;

  constructor(nozzles: readonly string[], totals: Record<string, KnownNozzle> = {}, more: Partial<SalesOptions> = {}) {
    this.#options = salesOptions(nozzles, more);
    this.recorder = new SalesRecorder(this.#options, this.now, new Map(Object.entries(totals)));
  }

  total(nozzle: string, volumeCl: number, amountFen = volumeCl * 8): this {
    const seen = { point: "grand-total" as const, device: DEVICE, nozzle, volumeCl, amountFen, raw: ["89"] };
    return this.#take(this.recorder.total(seen, this.#tick()));
  }

  last(nozzle: string, value: LastFuellingValue): this {
    const seen = { point: "last-fuelling" as const, device: DEVICE, nozzle, fuelling: value, raw: ["86"] };
    return this.#take(this.recorder.lastFuelling(seen, this.#tick()));
  }

  noLast(nozzle: string): this {
    return this.#take(this.recorder.noLastFuelling(nozzle, this.#tick()));
  }

  silence(): this {
    return this.#take(this.recorder.afterSilence());
  }

  /** The nozzle is asked as often as the recorder wants, and always answers this; at most `rounds` routine polls. */
  settle(
    nozzle: string,
    volumeCl: number,
    value: LastFuellingValue | null,
    { rounds = 12, amountFen = volumeCl * 8 } = {},
  ): this {
    const before = this.records.length;
    for (let round = 0; round < rounds && this.records.length === before; round += 1) {
      this.total(nozzle, volumeCl, amountFen);
      for (let asked = 0; this.wants.length > 0 && asked < 20; asked += 1) {
        if (this.wants.some((want) => want.startsWith("grand-total"))) this.total(nozzle, volumeCl, amountFen);
        else if (value === null) this.noLast(nozzle);
        else this.last(nozzle, value);
      }
    }
    return this;
  }

  /** What was decided since the last call. */
  taken(): RecordBody[] {
    return this.records.splice(0);
  }

  #tick(): number {
    this.now += 1_000;
    return this.now;
  }

  #take({ records, wants }: Outcome): this {
    expectValid(records);
    this.records.push(...records);
    this.wants = wants.map(({ key }) => key);
    return this;
  }
}
