/**
 * Recomputes every gateway's chain of hashes from the stored lines, and holds it against the gateway's position. What was
 * thinned by policy is not broken: a line that is gone leaves its hash, a batch that is gone the hashes at its ends.
 */
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type Database from "better-sqlite3";

export interface ChainCount {
  gateways: number;
  records: number;
  /** records whose line is gone by policy, beside those that were checked */
  thinned: number;
}

interface Gateway {
  no: number;
  id: string;
  seq: number;
  hash: Buffer;
}

interface Link {
  seq: number;
  hash: Buffer;
  kind: string;
  line: string;
}

interface Range {
  from_seq: number;
  to_seq: number;
  hash_before: Buffer;
  hash_after: Buffer;
  records: number;
}

/** @returns how much was checked, or the first place that does not hold */
export function checkChains(raw: Database.Database): Result<ChainCount, string> {
  const gateways = raw.prepare<[], Gateway>("SELECT no, id, seq, hash FROM gateway ORDER BY no").all();
  const count: ChainCount = { gateways: gateways.length, records: 0, thinned: 0 };
  const check = chainChecker(raw);
  for (const gateway of gateways) {
    const problem = check(gateway, count);
    if (problem !== undefined) return fail(problem);
  }
  return ok(count);
}

function chainChecker(raw: Database.Database): (gateway: Gateway, count: ChainCount) => string | undefined {
  const hasRetention = raw.prepare("SELECT 1 FROM sqlite_master WHERE name = 'thinned'").get() !== undefined;
  const lines = raw.prepare<[number], Link>("SELECT seq, kind, line, hash FROM record WHERE gateway = ? ORDER BY seq");
  const ranges = hasRetention
    ? raw.prepare<[number], Range>("SELECT * FROM thinned WHERE gateway = ? ORDER BY from_seq")
    : undefined;
  const mayBeThin = hasRetention ? thinPlaces(raw) : () => false;
  return ({ no, id, seq, hash }, count) => {
    let last: { seq: number; hash: Uint8Array } = { seq: 0, hash: GENESIS_HASH };
    const left = ranges?.all(no) ?? [];
    const over = (untilSeq: number): string | undefined => {
      for (let range = left[0]; range !== undefined && range.from_seq < untilSeq; range = left[0]) {
        left.shift();
        if (range.from_seq <= last.seq || !range.hash_before.equals(last.hash))
          return `what was thinned of ${id} from ${range.from_seq} on does not follow ${last.seq}`;
        last = { seq: range.to_seq, hash: range.hash_after };
        count.thinned += range.records;
      }
      return undefined;
    };
    for (const record of lines.iterate(no)) {
      const problem = over(record.seq);
      if (problem !== undefined) return problem;
      if (record.line === "" && mayBeThin(no, record)) count.thinned += 1;
      // A gateway whose journal was set aside began a new chain, and the record says so.
      else if (!follows(last.hash, record) && !follows(GENESIS_HASH, record))
        return `the chain of ${id} does not hold at ${record.seq}`;
      else count.records += 1;
      last = { seq: record.seq, hash: record.hash };
    }
    const problem = over(Number.POSITIVE_INFINITY);
    if (problem !== undefined) return problem;
    if (last.seq !== seq || !hash.equals(last.hash)) return `${id} stands at ${seq}, its records end at ${last.seq}`;
    return undefined;
  };
}

function follows(before: Uint8Array, { line, hash }: Link): boolean {
  return hash.equals(chainHash(before, line));
}

/** Whether retention has walked over a record of this kind: an empty line beyond that is a broken chain. */
function thinPlaces(raw: Database.Database): (gateway: number, record: Link) => boolean {
  const places = new Map(
    raw
      .prepare<[], { layer: string; input: number }>("SELECT layer, input FROM retention_place")
      .all()
      .map(({ layer, input }) => [layer, input]),
  );
  const batchOf = raw.prepare<[number, number], { input: number; first: number; count: number }>(
    "SELECT input, first_seq AS first, count FROM batch WHERE gateway = ? AND first_seq <= ? ORDER BY first_seq DESC LIMIT 1",
  );
  let batch: { gateway: number; input: number; first: number; count: number } | undefined;
  return (gateway, { seq, kind }) => {
    if (batch?.gateway !== gateway || seq < batch.first || seq >= batch.first + batch.count) {
      const found = batchOf.get(gateway, seq);
      batch = found && { gateway, ...found };
    }
    return batch !== undefined && batch.input <= (places.get(kind) ?? 0);
  };
}
