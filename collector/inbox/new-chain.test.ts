import { encodeBatch, openBatch, proveBatch } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { expect, test } from "vitest";
import { gateway, NOON_MS, sale, seen } from "../testing/records.ts";
import { type Decision, decideBatch } from "./decide.ts";

const signer = ed25519Signer(generateKeyPem());
const STORED = { seq: 40, hash: Buffer.alloc(32, 7) };

/** Decides on a signed batch of these records from `firstSeq` on, with `previousHash` before them. */
async function decided(bodies: readonly object[], firstSeq: number, previousHash = GENESIS_HASH): Promise<Decision> {
  const lines = bodies.map((body, index) => canonical(seen(body, firstSeq + index, NOON_MS).record));
  const lastHash = lines.reduce((hash, line) => chainHash(hash, line), previousHash);
  const place = { gateway: "gw-532801-0001" as GatewayId, station: "532801-0001" as StationId, firstSeq };
  const opened = openBatch(await encodeBatch({ ...place, previousHash, lastHash }, lines, signer));
  if (!opened.ok) throw new Error(opened.error.message);
  const proved = proveBatch(opened.value, ed25519Verifier(signer.publicKey));
  if (!proved.ok) throw new Error(proved.error.message);
  return decideBatch(STORED, opened.value.header, proved.value);
}

const replaced = (previousSeq: number | null) =>
  gateway({ event: "journal-replaced", previousSeq, previousHash: "ab".repeat(32), reason: "damaged" });

test("a chain that a set-aside journal made necessary is stored as it states itself", async () => {
  expect(await decided([replaced(40), sale()], 10_002)).toMatchObject({
    action: "store",
    lines: [{}, { seq: 10_003 }],
  });
  expect(await decided([replaced(12)], 10_002)).toMatchObject({ action: "store" });
});

test("what the old journal had and the collector has not is asked for first", async () => {
  expect(await decided([replaced(41)], 10_002)).toMatchObject({ action: "gap" });
});

test.each([
  ["does not say so in its first record", [sale(), replaced(40)], 10_002, GENESIS_HASH, "gap"],
  ["does not say where the old one ended", [replaced(null)], 10_002, GENESIS_HASH, "gap"],
  ["follows another hash than zero bytes", [replaced(40)], 10_002, Buffer.alloc(32, 9), "gap"],
  ["takes numbers again that were used", [replaced(0)], 30, GENESIS_HASH, "repeat"],
  ["takes the last number again", [replaced(0), sale()], 40, GENESIS_HASH, "refuse"],
] as const)("a new chain that %s is none", async (_, bodies, firstSeq, previousHash, action) => {
  expect(await decided(bodies, firstSeq, previousHash)).toMatchObject({ action });
});
