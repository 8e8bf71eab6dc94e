/** A gateway's journal without its file: chains lines and packs them into signed batches, keeping only where it stands. */
import { encodeBatch } from "@forecourt/protocol/batch/envelope.ts";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";

/** Lines a batch: as many as an agent packs of a backlog. */
export const BATCH_RECORDS = 500;

export class Packer {
  readonly gateway: GatewayId;
  readonly #station: StationId;
  readonly #signer: Signer;
  /** seq and chain hash of the last line that was packed */
  seq = 0;
  hash: Buffer = GENESIS_HASH;

  constructor(of: { gateway: string; station: string; signer: Signer }) {
    this.gateway = of.gateway as GatewayId;
    this.#station = of.station as StationId;
    this.#signer = of.signer;
  }

  /** Packs the lines that follow those packed before, in order. */
  async pack(lines: readonly string[]): Promise<Buffer[]> {
    const envelopes: Buffer[] = [];
    for (let from = 0; from < lines.length; from += BATCH_RECORDS) {
      envelopes.push((await this.one(lines.slice(from, from + BATCH_RECORDS))).envelope);
    }
    return envelopes;
  }

  /** Packs one batch. @param lines no more than fit @returns it, with the chain hash of each line */
  async one(lines: readonly string[]): Promise<{ envelope: Buffer; hashes: Buffer[] }> {
    const about = { gateway: this.gateway, station: this.#station, firstSeq: this.seq + 1, previousHash: this.hash };
    const hashes: Buffer[] = [];
    for (const line of lines) {
      this.hash = chainHash(this.hash, line);
      hashes.push(this.hash);
    }
    this.seq += lines.length;
    return { envelope: await encodeBatch({ ...about, lastHash: this.hash }, lines, this.#signer), hashes };
  }
}
