/**
 * When devices could be heard and when the box had power and the right time, against the records that say so: links,
 * outages, steps of the clock.
 */
import type { World } from "@forecourt/simulators/physics/world.ts";
import { ON_ITS_WAY_MS, type Told, toldOf, type Verdict } from "./told.ts";

/** While the box was off. `to`: when its program had started again; undefined while it has not. */
export interface Outage {
  from: number;
  to: number | undefined;
}

/** A device that was not heard for so long must have been recorded as silent: longer than any poll waits, ms. */
const SILENCE_MS = 200_000;
/** A record of a silence stands for at least this much of it, ms: three polls fail, and none is answered for a while. */
const LEAST_SILENCE_MS = 4_000;
/** The clock may be a little off when an outage is reckoned, and the last record was made some time before it. */
const OUTAGE_MARGIN_MS = 70_000;

export class LinkAccount {
  readonly #world: World;
  readonly #heard = new Map<string, number[]>();
  /** Devices whose line was disturbed at some time: an answer was sent, but perhaps not heard. */
  readonly #disturbed = new Set<string>();

  readonly #aheadAtFirstMs: number;

  /** @param world as it is when the run begins */
  constructor(world: World) {
    this.#world = world;
    this.#aheadAtFirstMs = world.gatewayAheadMs;
  }

  heard(device: string, at: number, disturbed: boolean): void {
    if (disturbed) this.#disturbed.add(device);
    const times = this.#heard.get(device);
    if (times === undefined) this.#heard.set(device, [at]);
    else times.push(at);
  }

  compare(told: readonly Told[], outages: readonly Outage[], endsAt: number): Verdict {
    const links = toldOf(told, "link");
    const events = toldOf(told, "gateway");
    const faults = [...this.#heard.keys()].flatMap((device) => [
      ...this.#unexplained(device, links),
      ...this.#untold(device, links, outages, endsAt),
    ]);
    return {
      faults: [...faults, ...outageFaults(events, outages), ...this.#clockFaults(events)],
      compared: { link: links.length, gateway: events.length },
    };
  }

  /** A device that is said to be silent was not heard just before. */
  #unexplained(device: string, links: readonly Told<"link">[]): string[] {
    if (this.#disturbed.has(device)) return [];
    const heard = this.#heard.get(device) ?? [];
    return links
      .filter(({ record }) => record.device === device && record.state === "down" && record.downMs === null)
      .filter(
        ({ at, record }) =>
          !record.reason.includes("line") && heard.some((one) => at - LEAST_SILENCE_MS < one && one <= at),
      )
      .map(({ at, record }) => `${device}: said to be silent at ${at} (${record.reason}), but it had just answered`);
  }

  #untold(device: string, links: readonly Told<"link">[], outages: readonly Outage[], endsAt: number): string[] {
    const heard = [...(this.#heard.get(device) ?? []), endsAt];
    const downs = links.filter(({ record }) => record.device === device && record.state === "down");
    return heard.flatMap((at, index) => {
      const before = heard[index - 1];
      if (before === undefined || at - before < SILENCE_MS) return [];
      const isOff = outages.some(({ from, to }) => from < at && (to ?? endsAt) + SILENCE_MS > before);
      const isTold = downs.some((down) => before <= down.at && down.at <= at + ON_ITS_WAY_MS);
      return isOff || isTold ? [] : [`${device}: not heard from ${before} to ${at}, and no record says so`];
    });
  }

  /** The clock was set as often and by as much as the records say. */
  #clockFaults(events: readonly Told<"gateway">[]): string[] {
    const said = events.filter(({ record }) => record.event === "clock-stepped");
    const sum = said.reduce((total, { record }) => total + (record.stepMs ?? 0), 0);
    const byMs = this.#world.gatewayAheadMs - this.#aheadAtFirstMs;
    return Math.abs(sum - byMs) < 1_000 ? [] : [`the clock was set by ${byMs} ms in all, the records say ${sum}`];
  }
}

function outageFaults(events: readonly Told<"gateway">[], outages: readonly Outage[]): string[] {
  const said = events.filter(({ record }) => record.event === "outage");
  const faults = outages.flatMap(({ from, to }) => {
    if (to === undefined) return [];
    const own = said.find(({ at }) => Math.abs(at - to) < ON_ITS_WAY_MS);
    if (own === undefined) return [`the box had no power from ${from} to ${to}, and no record says so`];
    const lastedMs = own.record.outageMs ?? Number.NaN;
    const isRight = lastedMs >= to - from - 1_000 && lastedMs <= to - from + OUTAGE_MARGIN_MS;
    return isRight ? [] : [`the box was off for ${to - from} ms, the record says ${lastedMs}`];
  });
  if (said.length > outages.length) faults.push(`${said.length} outages are recorded, there were ${outages.length}`);
  return faults;
}
