/** How long a record takes until it is on disk, beside a bare write with fsync, and how fast a backlog is read. */
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Journal } from "@forecourt/edge-agent/journal/journal.ts";
import { startJournal } from "@forecourt/edge-agent/journal/start.ts";
import { encodeBatch } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { StationId } from "@forecourt/protocol/ids.ts";
import { aboutGateway, numberedSale, numberedStamp } from "../journal/records.ts";
import { ROOT } from "../rig/program.ts";
import type { Bench } from "./row.ts";

const APPENDS = 3_000;
const BACKLOG = 200_000;
const BATCH = 1_000;
const MAX_CHARACTERS = 900_000;

export const journalAppend: Bench = {
  name: "journal-append",
  async run() {
    const folder = join(ROOT, ".run", "bench", "journal-append");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { journal } = startJournal({
      folder,
      at: new Date().toISOString(),
      breakRecord: (of) => ({ body: aboutGateway("journal-replaced", of), stamp: numberedStamp }),
    });
    const [append, bare] = appendTimes(journal, join(folder, "bare"));
    for (let from = 0; from < BACKLOG; from += BATCH) {
      const bodies = Array.from({ length: BATCH }, (_, index) => numberedSale("N01", from + index + 1));
      journal.append(bodies, numberedStamp);
    }
    const { read, packed } = await backlogRates(journal);
    journal.close();
    const beside = `a bare 4 kB write with fsync in the same run: p50 ${ms(bare, 0.5)} ms, p99 ${ms(bare, 0.99)} ms`;
    return [
      { name: "journal-append-p50", value: quantile(append, 0.5), unit: "ms", aim: {}, comparedWith: beside },
      { name: "journal-append-p99", value: quantile(append, 0.99), unit: "ms", aim: {}, comparedWith: beside },
      {
        name: "journal-catch-up-read",
        value: read,
        unit: "records/s",
        aim: {},
        comparedWith: `${Math.round(packed)} records/s read, compressed and signed in batches of ${BATCH}`,
      },
    ];
  },
};

/** Takes turns, so that both meet the same moments of the disk. @returns ms, sorted */
function appendTimes(journal: Journal, bareFile: string): [number[], number[]] {
  const [append, bare]: [number[], number[]] = [[], []];
  const page = Buffer.alloc(4_096, 0x55);
  const fd = openSync(bareFile, "w");
  for (let index = 0; index < APPENDS; index += 1) {
    const startedAt = performance.now();
    journal.append([numberedSale("N01", index + 1)], numberedStamp);
    const between = performance.now();
    writeSync(fd, page);
    fsyncSync(fd);
    append.push(between - startedAt);
    bare.push(performance.now() - between);
  }
  closeSync(fd);
  return [append.toSorted((a, b) => a - b), bare.toSorted((a, b) => a - b)];
}

async function backlogRates(journal: Journal): Promise<{ read: number; packed: number }> {
  const signer = ed25519Signer(generateKeyPem());
  const walk = async (each: (lines: ReturnType<Journal["read"]>) => Promise<unknown> | undefined) => {
    const startedAt = performance.now();
    let count = 0;
    for (let from = 1; ; from += BATCH) {
      const lines = journal.read(from, BATCH, MAX_CHARACTERS);
      if (lines.length === 0) break;
      await each(lines);
      count += lines.length;
    }
    return (count / (performance.now() - startedAt)) * 1_000;
  };
  const read = await walk(() => undefined);
  const packed = await walk((lines) => {
    const [first, last] = [lines[0]!, lines.at(-1)!];
    const place = { gateway: numberedStamp.gateway, station: "532801-0001" as StationId, firstSeq: first.seq };
    const previousHash = journal.hashBefore(first.seq)!;
    return encodeBatch(
      { ...place, previousHash, lastHash: last.hash },
      lines.map(({ line }) => line),
      signer,
    );
  });
  return { read, packed };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function ms(sorted: readonly number[], share: number): string {
  return quantile(sorted, share).toFixed(2);
}
