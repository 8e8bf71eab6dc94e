/**
 * Changes the registry: checks what is asked, keeps it as a new version of a station's entry, and tells everybody who
 * needs to know: the snapshot in memory, the rules, the broker. Nothing else writes the registry of a running collector.
 */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { Value } from "typebox/value";
import type { RuleInput } from "../rules/rule.ts";
import { type Bilingual, type EntryFault, entryFaults } from "./check-entry.ts";
import { changesBetween } from "./history.ts";
import type { Registry } from "./registry.ts";
import type { StationEntry } from "./schema.ts";
import type { AddedVersion, Heard, NewVersion, RecordedVersion, RegistryStore } from "./store.ts";

export interface RegistrarParts {
  store: RegistryStore;
  registry: Registry;
  /** epoch ms */
  now: () => number;
  /** Hands the rules an input that was stored. */
  onInput: (station: string, id: number, input: RuleInput) => void;
  /** A gateway is trusted no more. */
  onGatewayGone: (gateway: GatewayId) => void;
  /** Signs the audit log's head after something was added to it. */
  checkpoint: () => Promise<void>;
}

export interface RegistrarError {
  /** `changed`: somebody was faster; `nothing`: the entry is as it was; `faults`: see there */
  code: "changed" | "nothing" | "faults" | "from" | "why" | "gateway";
  station: string;
  message: Bilingual;
  cure: Bilingual;
  faults?: EntryFault[];
}

/** An entry that shall take the place of a station's former one, or be its first. */
export interface Order {
  entry: StationEntry;
  /** the version that it was made from; 0 for a station that is new */
  after: number;
}

export interface OrderFacts {
  who: string;
  why: string;
  /** since when it is so, epoch ms; not in the future, and not before the version that stands */
  fromMs?: number | undefined;
  /** the approved change that it carries out */
  change?: string | undefined;
}

/** A change is entered when its work is done, or after the next start: no station has so many others meanwhile. */
const RECENT = 200;
const SHORTEST_WHY = 2;
const SEED = { who: "registry file", why: "first start on an empty registry" };

export class Registrar {
  readonly #parts: RegistrarParts;
  readonly #versions = new Map<string, RecordedVersion>();
  /** the last place of the history that is in memory */
  #last = 0;

  constructor(parts: RegistrarParts) {
    this.#parts = parts;
  }

  /** Reads the registry into memory; one that is empty is filled first. @param seed what a registry file says */
  async start(seed: readonly StationEntry[]): Promise<void> {
    const { store, now } = this.#parts;
    await store.seed(seed, { who: SEED.who, why: SEED.why, knownMs: now() });
    for (const version of await store.addedAfter(0)) {
      this.#know(version);
      this.#parts.registry.put(version.entry, version.fromMs);
    }
  }

  /** The version that stands, with when and why it came to be. */
  current(station: string): RecordedVersion | undefined {
    return this.#versions.get(station);
  }

  /** Takes up what another process has changed. */
  async refresh(): Promise<void> {
    const added = await this.#parts.store.addedAfter(this.#last);
    for (const version of added) this.#announce(version);
  }

  /** The reason why an order cannot be carried out; undefined when it can. */
  check(order: Order, { why, fromMs }: Pick<OrderFacts, "why" | "fromMs">): RegistrarError | undefined {
    const { entry, after } = order;
    const current = this.current(entry.id);
    const refuse = (code: RegistrarError["code"], zh: string, en: string, cureZh: string, cureEn: string) => ({
      code,
      station: entry.id,
      message: { zh, en },
      cure: { zh: cureZh, en: cureEn },
    });
    if ((current?.version ?? 0) !== after) return changed(entry.id);
    if (why.trim().length < SHORTEST_WHY) {
      return refuse("why", "缺少变更原因", "a reason is needed", "写明变更依据。", "Say what the change rests on.");
    }
    const nowMs = this.#parts.now();
    const since = fromMs ?? nowMs;
    // Not a number is neither: it fails as well.
    if (!(since <= nowMs && since >= (current?.fromMs ?? 0))) {
      const zh = "生效时间不能在将来，也不能早于现行版本";
      const en = "it cannot hold from the future on, or from before the entry that stands";
      return refuse("from", zh, en, "改正生效时间。", "Mend the time.");
    }
    const faults = entryFaults(entry);
    if (faults.length > 0) {
      const [first] = faults as [EntryFault];
      return { code: "faults", station: entry.id, message: first.message, cure: first.cure, faults };
    }
    const foreign = entry.gateways.find(
      ({ id }) => (this.#parts.registry.gateway(id)?.station.id ?? entry.id) !== entry.id,
    );
    if (foreign !== undefined) {
      const zh = `网关 ${foreign.id} 已登记在其他加油站`;
      return refuse(
        "gateway",
        zh,
        `${foreign.id} belongs to another station`,
        "核对网关编号。",
        "Check the gateway's id.",
      );
    }
    if (current !== undefined && Value.Equal(current.entry, entry)) {
      return refuse("nothing", "没有变化", "nothing would change", "无需提交。", "There is nothing to do.");
    }
    return undefined;
  }

  /**
   * Carries orders out, all or none.
   * @returns the new versions; or why the first of them cannot be carried out
   */
  async carryOut(orders: readonly Order[], facts: OrderFacts): Promise<Result<AddedVersion[], RegistrarError>> {
    const knownMs = this.#parts.now();
    for (const order of orders) {
      const wrong = this.check(order, facts);
      if (wrong !== undefined) return fail(wrong);
    }
    const { who, why, fromMs = knownMs, change = null } = facts;
    const versions = orders.map(
      ({ entry, after }): NewVersion => ({ entry, after, fromMs, knownMs, who, why, change }),
    );
    const added = await this.#parts.store.add(versions);
    if ("changed" in added) {
      await this.refresh();
      return fail(changed(added.changed));
    }
    // Read from the store, so that what another process added just before is not passed over.
    await this.refresh();
    await this.#parts.checkpoint();
    return ok(added);
  }

  /** What the collector has heard of the equipment. */
  heard(): Promise<Heard> {
    return this.#parts.store.heard();
  }

  /**
   * Strikes a gateway that is trusted no more from the entry of its station, as a new version; one that stands in none
   * leaves everything as it is.
   */
  async strike(gateway: GatewayId, why: string): Promise<void> {
    const isNamed = ({ entry }: RecordedVersion) => entry.gateways.some(({ id }) => id === gateway);
    for (const { entry, version } of [...this.#versions.values()].filter(isNamed)) {
      const gateways = entry.gateways.filter(({ id }) => id !== gateway);
      const facts = { who: "enrolment", why: `${gateway} ${why}` };
      const done = await this.carryOut([{ entry: { ...entry, gateways }, after: version }], facts);
      if (!done.ok) throw new Error(`${gateway} could not be struck: ${done.error.message.en}`);
    }
  }

  /** Whether a filed change has become a version of the station's entry. */
  async holds(station: string, change: string): Promise<boolean> {
    const versions = await this.#parts.store.history(station, { limit: RECENT });
    return versions.some((version) => version.change === change);
  }

  /** A station's history, newest first, each version with what it changed. */
  async history(station: string, page: { limit: number; before?: number | undefined }) {
    const { store } = this.#parts;
    const rows = await store.history(station, { ...page, limit: page.limit + 1 });
    return rows.slice(0, page.limit).map((row, index) => ({
      ...row,
      changes: changesBetween(rows[index + 1]?.entry, row.entry),
    }));
  }

  #announce(version: AddedVersion): void {
    const { entry, input, knownMs: atMs } = version;
    if (version.no <= this.#last) return;
    this.#know(version);
    const gone = this.#parts.registry.put(entry, version.fromMs);
    for (const gateway of gone) this.#parts.onGatewayGone(gateway);
    if (input !== undefined) this.#parts.onInput(entry.id, input, { kind: "registry", atMs, version });
  }

  #know(version: RecordedVersion): void {
    this.#versions.set(version.entry.id, version);
    this.#last = Math.max(this.#last, version.no);
  }
}

function changed(station: string): RegistrarError {
  return {
    code: "changed",
    station,
    message: { zh: `${station} 已被他人修改`, en: `${station} has been changed meanwhile` },
    cure: { zh: "重新读取后再修改。", en: "Read it again, then change it." },
  };
}
