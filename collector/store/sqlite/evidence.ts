/** Where evidence is taken from: flags, and batches as they were received. */
import type Database from "better-sqlite3";
import type { EvidenceSource } from "../../evidence/build.ts";
import { type FlagColumns, flagOf } from "./rows.ts";

/** Everything that evidence is made of. @param raw as below */
export function evidenceSource(raw: Database.Database): EvidenceSource {
  const { enrolledKey, registeredKey, ...stored } = sqliteEvidence(raw);
  return { ...stored, publicKey: (gateway) => registeredKey(gateway) ?? enrolledKey(gateway) };
}

/** @param raw may be opened for reading only, beside a running collector */
export function sqliteEvidence(raw: Database.Database): Pick<EvidenceSource, "flag" | "envelopes" | "isThinned"> & {
  /** base64 SPKI of a gateway that enrolled */
  enrolledKey(gateway: string): string | undefined;
  /** the same of one that was registered without a code, also of one that no longer is */
  registeredKey(gateway: string): string | undefined;
} {
  const flag = raw.prepare<[string], FlagColumns>("SELECT * FROM flag WHERE id = ?");
  const envelopes = raw.prepare<[string, number, number], { envelope: Buffer }>(
    `SELECT envelope FROM batch JOIN gateway ON gateway.no = batch.gateway
     WHERE gateway.id = ? AND first_seq <= ? AND first_seq + count > ? ORDER BY first_seq`,
  );
  const thinned = raw.prepare<[string, number, number]>(
    "SELECT 1 FROM thinned JOIN gateway ON gateway.no = thinned.gateway WHERE id = ? AND from_seq <= ? AND to_seq >= ?",
  );
  const key = raw.prepare<[string], { public_key: string }>("SELECT public_key FROM enrolled_gateway WHERE id = ?");
  const registered = raw.prepare<[string], { key: string }>(
    `SELECT json_extract(one.value, '$.publicKey') AS key FROM registry_version, json_each(entry, '$.gateways') AS one
     WHERE json_extract(one.value, '$.id') = ? ORDER BY no DESC LIMIT 1`,
  );
  return {
    flag: (id) => {
      const row = flag.get(id);
      return row === undefined ? undefined : flagOf(row);
    },
    envelopes: (gateway, fromSeq, toSeq) => envelopes.all(gateway, toSeq, fromSeq).map(({ envelope }) => envelope),
    isThinned: (gateway, fromSeq, toSeq) => thinned.get(gateway, toSeq, fromSeq) !== undefined,
    enrolledKey: (gateway) => key.get(gateway)?.public_key,
    registeredKey: (gateway) => registered.get(gateway)?.key,
  };
}
