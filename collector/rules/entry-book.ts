/**
 * The versions of a station's registry entry as rules see them: which one was valid at a moment. Versions come in as
 * inputs, in their order, so a record is judged by the entry that was valid at its time as far as it was known when the
 * record came; a re-run sees the same.
 */
import type { StationEntry } from "../registry/schema.ts";
import type { StationVersion } from "../registry/store.ts";
import { type Layout, layoutOf } from "./rule.ts";

/** A version with its look-ups and the span in which it is valid: from `fromMs` on, before `untilMs`. */
export interface EntryInForce {
  version: number;
  fromMs: number;
  untilMs: number;
  station: StationEntry;
  layout: Layout;
}

export class EntryBook {
  readonly #entries: EntryInForce[] = [];

  /**
   * @param versions of the station, oldest first, at least one
   * @param known number of the newest version that has come in; the first is known always
   */
  constructor(versions: readonly StationVersion[], known: number) {
    for (const version of versions) if (version.version <= known || version === versions[0]) this.take(version);
  }

  /** Takes the next version. One that is known already changes nothing. */
  take({ version, fromMs, entry }: StationVersion): void {
    const before = this.#entries.at(-1);
    if (before !== undefined && version <= before.version) return;
    // Before its first version nothing else is known of a station.
    const since = before === undefined ? Number.NEGATIVE_INFINITY : fromMs;
    for (const one of this.#entries) one.untilMs = Math.min(one.untilMs, since);
    const span = { fromMs: since, untilMs: Number.POSITIVE_INFINITY };
    this.#entries.push({ version, ...span, station: entry, layout: layoutOf(entry) });
  }

  /** The number of the newest version that has come in. */
  get known(): number {
    return this.#entries.at(-1)!.version;
  }

  /** The version that is valid at a moment, epoch ms. */
  at(atMs: number): EntryInForce {
    return this.#entries.findLast((one) => atMs >= one.fromMs) ?? this.#entries[0]!;
  }

  /** A version by its number; the first where it is not known. */
  numbered(version: number): EntryInForce {
    return this.#entries.find((one) => one.version === version) ?? this.#entries[0]!;
  }
}

/** The versions of a registered station: those of the database, else the entry as it is. */
export async function versionsOf(
  store: { versions(station: string): Promise<StationVersion[]> },
  entry: StationEntry,
): Promise<StationVersion[]> {
  const versions = await store.versions(entry.id);
  return versions.length > 0 ? versions : unchanged(entry);
}

/** A station that has been as it is from the beginning: all that a registry file can say. */
export function unchanged(entry: StationEntry): StationVersion[] {
  return [{ version: 1, fromMs: 0, entry }];
}
