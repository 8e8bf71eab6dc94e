/** A gateway for tests: keeps a journal in memory and packs real, signed batches with the protocol's own code. */
import { encodeBatch } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type { JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";

export class FakeGateway {
  readonly id: GatewayId;
  readonly station: StationId;
  readonly signer: Signer;
  readonly lines: string[] = [];
  /** hashes[n] is the chain hash of record n; hashes[0] stands before the first */
  readonly hashes: Buffer[] = [GENESIS_HASH];

  constructor(id: string, station: string, signer: Signer = ed25519Signer(generateKeyPem())) {
    this.id = id as GatewayId;
    this.station = station as StationId;
    this.signer = signer;
  }

  /** seq of the last record */
  get seq(): number {
    return this.lines.length;
  }

  /** Journals a record. @param atMs epoch ms */
  add(body: RecordBody, atMs: number): JournalRecord {
    const record = {
      ...body,
      seq: this.lines.length + 1,
      gateway: this.id,
      at: formatTime(atMs),
      boot: "boot-0001",
      monoMs: 1_000,
      clock: "trusted",
    } as JournalRecord;
    this.addLine(canonical(record));
    return record;
  }

  /** Journals a line as it is, whatever it says. */
  addLine(line: string): void {
    this.hashes.push(chainHash(this.hashes[this.lines.length]!, line));
    this.lines.push(line);
  }

  /** Packs records `fromSeq` to `toSeq`. */
  batch(
    fromSeq = 1,
    toSeq = this.seq,
    changes: { signer?: Signer; station?: string; gateway?: string } = {},
  ): Promise<Buffer> {
    return encodeBatch(
      {
        gateway: (changes.gateway ?? this.id) as GatewayId,
        station: (changes.station ?? this.station) as StationId,
        firstSeq: fromSeq,
        previousHash: this.hashes[fromSeq - 1]!,
        lastHash: this.hashes[toSeq]!,
      },
      this.lines.slice(fromSeq - 1, toSeq),
      changes.signer ?? this.signer,
    );
  }
}
