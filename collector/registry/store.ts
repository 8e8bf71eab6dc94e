/**
 * What the registry keeps: every version that a station's entry ever had, with who changed it, why, and since when it
 * holds. Versions of a station follow each other; nothing is changed or deleted.
 */
import type { StationEntry } from "./schema.ts";

/** An entry with the time since when it holds; it holds until the next one does. */
export interface StationVersion {
  /** 1, 2, 3 … of the station */
  version: number;
  /** epoch ms; 0 for what was there from the beginning */
  fromMs: number;
  entry: StationEntry;
}

/** A version with its place in the history of the registry as a whole. */
export interface RecordedVersion extends StationVersion {
  /** 1, 2, 3 … over all stations */
  no: number;
  /** when the collector came to know it, epoch ms */
  knownMs: number;
  who: string;
  why: string;
  /** the change that was filed and approved; null where none was */
  change: string | null;
}

export interface NewVersion {
  entry: StationEntry;
  fromMs: number;
  knownMs: number;
  who: string;
  why: string;
  change: string | null;
  /** the version that it follows; 0 for a station that is new */
  after: number;
}

/** A version that was added. The rules are told of all but a station's first, from which they start. */
export interface AddedVersion extends RecordedVersion {
  /** id of the rules' input; undefined for a first version */
  input: number | undefined;
}

/** What the collector has heard of the equipment; names as `station\nname`. */
export interface Heard {
  nozzles: ReadonlySet<string>;
  tanks: ReadonlySet<string>;
  /** epoch ms by station */
  stations: ReadonlyMap<string, number>;
}

export interface RegistryStore {
  /** What was added after this place, oldest first; after 0, everything. How another process's changes are noticed. */
  addedAfter(no: number): Promise<AddedVersion[]>;
  /** All versions of a station, oldest first. */
  versions(station: string): Promise<StationVersion[]>;
  /** Versions of a station, newest first. @param before only those of a lower number */
  history(station: string, page: { limit: number; before?: number | undefined }): Promise<RecordedVersion[]>;
  /**
   * Adds versions, with the audit entry and the rules' input of each, all or none.
   * @returns what was added; or the station that has been changed meanwhile
   */
  add(versions: readonly NewVersion[]): Promise<AddedVersion[] | { changed: string }>;
  /** Which nozzles, tanks and gateways have ever been heard of, and when each station last was. */
  heard(): Promise<Heard>;
  /** Fills a registry that holds nothing. @returns false, and nothing has changed, when it holds something */
  seed(entries: readonly StationEntry[], by: { who: string; why: string; knownMs: number }): Promise<boolean>;
}
