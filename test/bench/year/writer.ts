/** Stores the year of one station after the other, as the inbox would: portions of batches, then what the rules said. */
import { timeReader } from "@forecourt/collector/inbox/record-time.ts";
import { seenFiling } from "@forecourt/collector/rules/filings.ts";
import type { StatisticsKeeper } from "@forecourt/collector/statistics/keeper.ts";
import type { AcceptedBatch, Store } from "@forecourt/collector/store/store.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import type { Portion, Whole } from "./messages.ts";

const HASH_BYTES = 32;

/** Stores what comes of one station after the other. */
export class YearWriter {
  readonly #store: Store;
  readonly #keeper: StatisticsKeeper;
  readonly #untilMs: number;

  constructor(store: Store, keeper: StatisticsKeeper, untilMs: number) {
    this.#store = store;
    this.#keeper = keeper;
    this.#untilMs = untilMs;
  }

  /** @returns how many records were new */
  async portion({ station, gateway, batches }: Portion): Promise<number> {
    const { seq } = await this.#store.ingest.position(gateway as GatewayId);
    const accepted = batches.map((batch) => acceptedBatch(station, gateway as GatewayId, batch));
    // A portion is stored as a whole, or not at all.
    if (accepted.at(-1)!.lines.at(-1)!.seq <= seq) return 0;
    const ids = await this.#store.ingest.commit(accepted);
    for (const [index, { receivedMs: atMs, records }] of accepted.entries()) {
      this.#keeper.offer(ids[index]!, { kind: "batch", atMs, gateway: gateway as GatewayId, records });
    }
    await this.#keeper.workOff();
    return accepted.reduce((sum, { lines }) => sum + lines.length, 0);
  }

  /** The rules have seen everything of a station: what they said is put down, and that they need not look again. */
  async whole({ station, gateway, flags, filings }: Whole): Promise<void> {
    for (const filing of filings) {
      const seen = { ...seenFiling(filing), id: `${station}/${filing.id}` };
      await this.#store.filings.addFiling(seen, parseTime(filing.at)!);
    }
    const cursor = await this.#store.ingest.hello(gateway as GatewayId, station, this.#untilMs);
    const nothing = { states: {}, unknowns: [], inconclusive: [] };
    await this.#store.rules.commit(station, { ...nothing, cursor, flags });
  }
}

function acceptedBatch(station: string, gateway: GatewayId, batch: Portion["batches"][number]): AcceptedBatch {
  const { firstSeq, text, hashes, envelope } = batch;
  const readTime = timeReader();
  const lines = text.split("\n").map((line, index) => {
    const hash = Buffer.from(hashes.buffer, hashes.byteOffset + index * HASH_BYTES, HASH_BYTES);
    return { seq: firstSeq + index, line, hash };
  });
  const records = lines.map(({ line }) => {
    const record = JSON.parse(line) as JournalRecord;
    return { record, atMs: readTime(record.at)! };
  });
  const receivedMs = records.at(-1)!.atMs;
  return { gateway, station, receivedMs, envelope: Buffer.from(envelope), lines, records };
}
