/**
 * What gateways show beside their backlog: the newest levels, sales and links, signed but not chained. It is kept in
 * memory for the screens alone; what it shows is stored, counted and judged when it comes in its batch.
 */
import { decodePreview } from "@forecourt/protocol/batch/preview.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { formatTime, parseTime } from "@forecourt/protocol/time.ts";
import type { Logger } from "pino";
import { saleView, tankLevelView } from "../api/views.ts";
import type { ChannelTransport, UpMessage } from "../inbox/transport.ts";
import { limits } from "../limits.ts";
import type { Registry } from "../registry/registry.ts";
import type { LiveHub } from "./hub.ts";
import { type ProvisionalState, provisionalLink } from "./provisional-view.ts";

export interface PreviewsOptions {
  registry: Registry;
  hub: LiveHub;
  /** epoch ms */
  now: () => number;
  log: Logger;
}

interface Shown {
  station: string;
  headSeq: number;
  receivedMs: number;
  /** the newest of each tank and link, and the last sales */
  records: Map<string, JournalRecord>;
}

export class Previews {
  readonly #options: PreviewsOptions;
  readonly #shown = new Map<GatewayId, Shown>();
  readonly #storedSeq = new Map<GatewayId, number>();

  constructor(options: PreviewsOptions) {
    this.#options = options;
  }

  /** Begins to listen. */
  attach(transport: Pick<ChannelTransport, "onChannel">): void {
    transport.onChannel("live", (message) => this.#take(message));
  }

  /** The chain has come this far: what it brought is no longer provisional. */
  stored(gateway: GatewayId, seq: number): void {
    this.#storedSeq.set(gateway, seq);
    const shown = this.#shown.get(gateway);
    if (shown === undefined) return;
    for (const [subject, record] of shown.records) if (record.seq <= seq) shown.records.delete(subject);
    if (shown.records.size === 0 && seq >= shown.headSeq) this.#shown.delete(gateway);
  }

  /** What a station's gateways show and the chain has not brought yet; null when that is nothing. */
  of(station: string): ProvisionalState | null {
    const cutMs = this.#options.now() - limits.live.previewForMs;
    for (const [gateway, shown] of this.#shown) {
      if (shown.station !== station || shown.receivedMs < cutMs || shown.records.size === 0) continue;
      return this.#view(gateway, shown);
    }
    return null;
  }

  #take({ gateway: id, payload }: UpMessage): void {
    const { registry, now, log, hub } = this.#options;
    const gateway = registry.gateway(id);
    const before = this.#shown.get(id);
    // Before anything is computed: nobody shows itself more often than a screen can follow.
    if (gateway === undefined || now() - (before?.receivedMs ?? 0) < limits.live.previewEveryMs) return;
    const preview = decodePreview(payload, gateway.verifier);
    const reason = preview.ok ? undefined : preview.error.message;
    if (!preview.ok || preview.value.header.gateway !== id || preview.value.header.station !== gateway.station.id) {
      log.warn({ event: "preview-refused", gateway: id, reason: reason ?? "it is of another gateway or station" });
      return;
    }
    const { header, records } = preview.value;
    const stored = this.#storedSeq.get(id) ?? 0;
    // Shown before, or overtaken by the chain: somebody repeats an old one, or it was late.
    if (header.headSeq <= Math.max(stored, before?.headSeq ?? 0)) return;
    const shown: Shown = {
      station: gateway.station.id,
      headSeq: header.headSeq,
      receivedMs: now(),
      records: newestOf([...(before?.records.values() ?? []), ...records.filter(({ seq }) => seq > stored)]),
    };
    this.#shown.set(id, shown);
    if (shown.records.size > 0 && hub.isHeard) {
      hub.publish({ name: "provisional", station: shown.station, data: this.#view(id, shown) });
    }
  }

  #view(gateway: GatewayId, { station, headSeq, receivedMs, records }: Shown): ProvisionalState {
    const { registry } = this.#options;
    const list = [...records.values()].map((record) => ({ record, atMs: parseTime(record.at) ?? receivedMs }));
    return {
      provisional: true,
      station,
      gateway,
      headSeq,
      storedSeq: this.#storedSeq.get(gateway) ?? null,
      receivedAt: formatTime(receivedMs),
      tanks: list.flatMap(({ record, atMs }) =>
        record.kind === "tank" ? [tankLevelView({ ...record, station, atMs })] : [],
      ),
      sales: list
        .flatMap(({ record, atMs }) =>
          record.kind === "sale" ? [saleView({ ...record, station, atMs }, registry)] : [],
        )
        .reverse(),
      links: list.flatMap(({ record }) => (record.kind === "link" ? [provisionalLink(record)] : [])),
    };
  }
}

/** The newest of each tank and link, and the last sales, in the order of the journal. */
function newestOf(records: readonly JournalRecord[]): Map<string, JournalRecord> {
  const newest = new Map<string, JournalRecord>();
  for (const record of records.toSorted((a, b) => a.seq - b.seq)) {
    const subject = subjectOf(record);
    if (subject === undefined) continue;
    newest.delete(subject);
    newest.set(subject, record);
  }
  const sales = [...newest].filter(([, { kind }]) => kind === "sale");
  for (const [subject] of sales.slice(0, -limits.live.previewSales)) newest.delete(subject);
  return newest;
}

function subjectOf(record: JournalRecord): string | undefined {
  switch (record.kind) {
    case "tank":
      return `tank ${record.tank}`;
    case "sale":
      return `sale ${record.seq}`;
    case "link":
      return `link ${record.line} ${record.device ?? ""}`;
    default:
      return undefined;
  }
}
