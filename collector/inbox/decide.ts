/** What to do with a proved batch, given how far its gateway's journal is stored. Pure. */
import type { BatchHeader, ChainedLine } from "@forecourt/protocol/batch/envelope.ts";
import { beginsNewChain } from "@forecourt/protocol/records/new-chain.ts";
import type { Position } from "../store/store.ts";

export type Decision =
  /** New lines that follow what is stored. */
  | { action: "store"; lines: readonly ChainedLine[] }
  /** Everything in it is stored already, if the hash at its last seq is the stored one. */
  | { action: "repeat"; lastSeq: number; lastHash: Buffer }
  | { action: "gap" }
  | { action: "refuse"; code: "chain" | "fork"; message: string };

/**
 * Decides.
 * @param position the last stored record and its chain hash
 * @param lines the proved lines of the batch
 */
export function decideBatch(position: Position, header: BatchHeader, lines: readonly ChainedLine[]): Decision {
  const { firstSeq } = header;
  const last = lines[lines.length - 1];
  if (last === undefined) throw new Error("a proved batch holds at least one line");
  // A damaged journal was set aside on the gateway. What it had before is asked for first; then the break is stored
  // as the gateway states it, and the rules flag it.
  const newChain = firstSeq > position.seq ? beginsNewChain(header, lines) : undefined;
  if (newChain !== undefined && newChain.previousSeq <= position.seq) return { action: "store", lines };
  if (firstSeq > position.seq + 1) return { action: "gap" };
  if (firstSeq === position.seq + 1) {
    if (Buffer.from(header.previousHash, "hex").equals(position.hash)) return { action: "store", lines };
    return {
      action: "refuse",
      code: "chain",
      message: `record ${firstSeq} does not follow the stored record ${position.seq}: the previous hash is another`,
    };
  }
  if (last.seq <= position.seq) return { action: "repeat", lastSeq: last.seq, lastHash: last.hash };
  const known = lines[position.seq - firstSeq];
  if (known?.hash.equals(position.hash)) {
    return { action: "store", lines: lines.slice(position.seq - firstSeq + 1) };
  }
  return {
    action: "refuse",
    code: "fork",
    message: `record ${position.seq} has another hash than the one that was stored and receipted`,
  };
}
