/** Makes signed batches of what the journal holds. */
import { encodeBatch, limits } from "@forecourt/protocol/batch/envelope.ts";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { commandLimits } from "@forecourt/protocol/commands/schema.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import type { Journal } from "../journal/journal.ts";

export interface BatchSource {
  gateway: GatewayId;
  station: StationId;
  journal: Journal;
  signer: Signer;
}

export interface Batch {
  envelope: Buffer;
  firstSeq: number;
  lastSeq: number;
}

/** Keeps an envelope below its limit even when its lines hardly compress (hex halves at least). */
const MAX_BATCH_CHARACTERS = 900_000;

/**
 * A batch of the records from a seq on, or from the first one after it that the journal still holds.
 * @param most records
 * @returns undefined when there are none
 */
export async function makeBatch(source: BatchSource, fromSeq: number, most: number): Promise<Batch | undefined> {
  const { gateway, station, journal, signer } = source;
  const lines = journal.read(fromSeq, Math.min(most, limits.recordsPerBatch), MAX_BATCH_CHARACTERS);
  const [first, last] = [lines[0], lines.at(-1)];
  const previousHash = first === undefined ? undefined : journal.hashAt(first.seq - 1);
  if (first === undefined || last === undefined || previousHash === undefined) return undefined;
  const place = { gateway, station, firstSeq: first.seq, previousHash, lastHash: last.hash };
  const texts = lines.map(({ line }) => line);
  return { envelope: await encodeBatch(place, texts, signer), firstSeq: first.seq, lastSeq: last.seq };
}

/**
 * Sends receipted records again, beside the window; what the journal no longer holds is left out.
 * @param send one batch after the other
 * @returns how many records were sent
 */
export async function resendRange(
  source: BatchSource,
  { fromSeq, toSeq }: { fromSeq: number; toSeq: number },
  send: (envelope: Buffer) => Promise<boolean>,
): Promise<number> {
  const last = Math.min(toSeq, source.journal.acknowledged.seq, fromSeq + commandLimits.resendRecords - 1);
  let sent = 0;
  for (let next = fromSeq; next <= last; ) {
    const batch = await makeBatch(source, next, last - next + 1);
    // What is missing at the beginning of the range may make the first batch reach beyond its end.
    if (batch === undefined || batch.firstSeq > last || !(await send(batch.envelope))) break;
    sent += batch.lastSeq - batch.firstSeq + 1;
    next = batch.lastSeq + 1;
  }
  return sent;
}
