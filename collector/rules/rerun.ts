/** Runs the rules anew over what is stored and compares the flags with those that were raised at the time. */
import type { Registry } from "../registry/registry.ts";
import type { RuleStore } from "../store/store.ts";
import { StationEngine } from "./engine.ts";
import { versionsOf } from "./entry-book.ts";
import type { FlagRow } from "./flag.ts";
import { emptyOutcome } from "./outcome.ts";
import type { Parameters } from "./rule.ts";

export interface Difference {
  station: string;
  rule: string;
  subject: string;
  /** `missing`: stored, but not raised again; `new`: raised only now; `changed`: raised with other contents */
  kind: "missing" | "new" | "changed";
  stored: FlagRow | null;
  rerun: FlagRow | null;
}

export interface RerunResult {
  stations: number;
  inputs: number;
  flags: number;
  differences: Difference[];
}

const PAGE = 100;

/** Recomputes every flag from the stored inputs. Writes nothing. */
export async function rerunRules(
  store: RuleStore,
  registry: Registry,
  configured: Record<string, Parameters>,
): Promise<RerunResult> {
  const result: RerunResult = { stations: 0, inputs: 0, flags: 0, differences: [] };
  for (const station of registry.stations) {
    const { cursor: until } = await store.load(station.id);
    const versions = await versionsOf(store, station);
    let number = 0;
    const newId = () => {
      number += 1;
      return `rerun-${number}`;
    };
    const engine = new StationEngine(versions, configured, { states: {}, open: [] }, newId);
    const outcome = emptyOutcome();
    for (let cursor = 0; cursor < until; ) {
      const page = (await store.inputsAfter(station.id, cursor, PAGE)).filter(({ id }) => id <= until);
      const last = page[page.length - 1];
      if (last === undefined) break;
      for (const { input } of page) engine.apply(input, outcome);
      cursor = last.id;
      result.inputs += page.length;
    }
    result.stations += 1;
    result.flags += outcome.flags.size;
    result.differences.push(...compareFlags(await store.allFlags(station.id), [...outcome.flags.values()]));
  }
  return result;
}

/** Compares two lists of flags of one station; ids do not count. */
export function compareFlags(stored: readonly FlagRow[], rerun: readonly FlagRow[]): Difference[] {
  const differences: Difference[] = [];
  const left = new Map<string, FlagRow[]>();
  for (const flag of inOrder(rerun)) {
    const key = `${flag.rule}\n${flag.subject}`;
    left.set(key, [...(left.get(key) ?? []), flag]);
  }
  for (const flag of inOrder(stored)) {
    const again = left.get(`${flag.rule}\n${flag.subject}`)?.shift() ?? null;
    const { station, rule, subject } = flag;
    if (again === null) {
      differences.push({ station, rule, subject, kind: "missing", stored: flag, rerun: null });
    } else if (contents(flag) !== contents(again)) {
      differences.push({ station, rule, subject, kind: "changed", stored: flag, rerun: again });
    }
  }
  for (const flag of [...left.values()].flat()) {
    const { station, rule, subject } = flag;
    differences.push({ station, rule, subject, kind: "new", stored: null, rerun: flag });
  }
  return differences;
}

function inOrder(flags: readonly FlagRow[]): FlagRow[] {
  return [...flags].sort((a, b) => a.fromMs - b.fromMs || a.untilMs - b.untilMs);
}

function contents({ id: _, ...flag }: FlagRow): string {
  return JSON.stringify(sorted(flag));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
