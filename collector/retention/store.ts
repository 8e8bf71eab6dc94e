/** What retention asks of the store. */
import type { AuditEntry } from "../audit/chain.ts";
import type { FlagStanding, Layer, Protection } from "./policy.ts";

export interface PieceOrder {
  layer: Layer;
  /** `spared`: batches that had to stay the last time */
  from: "spared" | "new";
  /** id of the last batch that was looked at, and of the last one that may go */
  after: number;
  until: number;
  /** batches that were received later stay, whatever their id: clocks were set back before */
  beforeMs: number;
  protection: Protection;
  apply: boolean;
}

export interface Piece {
  records: number;
  batches: number;
  /** characters of lines, and bytes of envelopes */
  bytes: number;
  spared: number;
  /** id of the last batch that was looked at */
  after: number;
  isLast: boolean;
}

export interface RetentionStore {
  /** when something was last taken in, epoch ms; undefined: never */
  newestMs(): number | undefined;
  /** id of the last batch that was received before a moment */
  receivedBefore(ms: number): number;
  /** how far a layer was walked: id of a batch */
  place(layer: Layer): number;
  flags(): Iterable<FlagStanding>;
  /** Removes what may go of the next few batches, in one short transaction. */
  remove(order: PieceOrder): Piece;
  note(entry: Omit<AuditEntry, "seq" | "subject">): void;
}
