/**
 * A new chain in a gateway's journal: when a damaged journal was set aside, the next record begins a chain of its own,
 * with 32 zero bytes before it, and says in `previousSeq` and `previousHash` where the old one was last good.
 */
import type { BatchHeader, ChainedLine } from "../batch/envelope.ts";
import { GENESIS_HASH } from "./chain.ts";
import { parseLine } from "./parse.ts";

const GENESIS_HEX = GENESIS_HASH.toString("hex");

/** Whether a batch says that nothing stands before its first record although that is not number 1. */
export function claimsNewChain(header: Pick<BatchHeader, "firstSeq" | "previousHash">): boolean {
  return header.firstSeq > 1 && header.previousHash === GENESIS_HEX;
}

/**
 * Looks whether a proved batch begins a new chain.
 * @returns the last good place of the old chain as the gateway states it (seq 0: nothing of it could be read), or
 *   undefined when the batch is none that begins one
 */
export function beginsNewChain(
  header: Pick<BatchHeader, "firstSeq" | "previousHash">,
  lines: readonly ChainedLine[],
): { previousSeq: number; previousHash: string } | undefined {
  const [first] = lines;
  if (first === undefined || !claimsNewChain(header)) return undefined;
  const record = parseLine(first.line);
  if (!record.ok || record.value.kind !== "gateway" || record.value.event !== "journal-replaced") return undefined;
  const { previousSeq, previousHash } = record.value;
  return previousSeq === null || previousHash === null ? undefined : { previousSeq, previousHash };
}
