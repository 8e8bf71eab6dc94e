/** Recomputes every gateway's chain of hashes from the stored lines, and holds it against the gateway's position. */
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type Database from "better-sqlite3";

export interface ChainCount {
  gateways: number;
  records: number;
}

interface Gateway {
  no: number;
  id: string;
  seq: number;
  hash: Buffer;
}

/** @returns how much was checked, or the first place that does not hold */
export function checkChains(raw: Database.Database): Result<ChainCount, string> {
  const gateways = raw.prepare<[], Gateway>("SELECT no, id, seq, hash FROM gateway ORDER BY no").all();
  const lines = raw.prepare<[number], { seq: number; line: string; hash: Buffer }>(
    "SELECT seq, line, hash FROM record WHERE gateway = ? ORDER BY seq",
  );
  let records = 0;
  for (const { no, id, seq, hash } of gateways) {
    let last: { seq: number; hash: Uint8Array } = { seq: 0, hash: GENESIS_HASH };
    for (const record of lines.iterate(no)) {
      const follows = chainHash(last.hash, record.line);
      // A gateway whose journal was set aside began a new chain, and the record says so.
      if (!record.hash.equals(follows) && !record.hash.equals(chainHash(GENESIS_HASH, record.line))) {
        return fail(`the chain of ${id} does not hold at ${record.seq}`);
      }
      last = { seq: record.seq, hash: record.hash };
      records += 1;
    }
    if (last.seq !== seq || !hash.equals(last.hash))
      return fail(`${id} stands at ${seq}, its records end at ${last.seq}`);
  }
  return ok({ gateways: gateways.length, records });
}
