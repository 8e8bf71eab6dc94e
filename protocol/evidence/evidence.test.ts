/** A third party proves a flag's records from the file alone, and nothing that was touched gets through. */
import { beforeAll, describe, expect, test } from "vitest";
import { encodeBatch } from "../batch/envelope.ts";
import { ed25519Signer, generateKeyPem } from "../batch/signer.ts";
import type { GatewayId, StationId } from "../ids.ts";
import { chainHash, GENESIS_HASH } from "../records/chain.ts";
import { type Evidence, proveEvidence, readEvidence } from "./evidence.ts";

const GATEWAY = "gw-532801-0007-a" as GatewayId;
const STATION = "532801-0007" as StationId;
const signer = ed25519Signer(generateKeyPem());
const lines = Array.from({ length: 30 }, (_, index) => `{"seq":${index + 1},"what":"line"}`);
const hashes: Buffer[] = [GENESIS_HASH];
for (const line of lines) hashes.push(chainHash(hashes.at(-1)!, line));
let evidence: Evidence;

async function envelope(fromSeq: number, toSeq: number, by = signer): Promise<string> {
  const place = { gateway: GATEWAY, station: STATION, firstSeq: fromSeq };
  const chained = { ...place, previousHash: hashes[fromSeq - 1]!, lastHash: hashes[toSeq]! };
  return (await encodeBatch(chained, lines.slice(fromSeq - 1, toSeq), by)).toString("base64");
}

beforeAll(async () => {
  const at = "2026-03-01T08:00:00.000+08:00";
  evidence = {
    format: "forecourt-evidence-v1",
    madeAt: at,
    flag: {
      ...{ id: "f1", rule: "seal.opened", station: STATION, subject: "S01", severity: "high", from: at, until: at },
      ...{ figures: { state: "cut", count: 1, before: null }, threshold: {}, text: { zh: "铅封", en: "seal" } },
    },
    ranges: [
      { gateway: GATEWAY, fromSeq: 4, toSeq: 6 },
      { gateway: GATEWAY, fromSeq: 22, toSeq: 22 },
    ],
    gateways: [{ gateway: GATEWAY, publicKey: signer.publicKey }],
    envelopes: [await envelope(1, 10), await envelope(21, 30)],
  };
});

const outcome = (changed: Evidence, trusted = new Map<string, string>()) => {
  const read = readEvidence(JSON.stringify(changed));
  if (!read.ok) return read.error.code;
  const proved = proveEvidence(read.value, trusted);
  return proved.ok ? proved.value.map(({ seq }) => seq) : proved.error.code;
};

test("the records that the flag names are proved, with the key in the file or one from elsewhere", () => {
  expect(outcome(evidence)).toEqual([4, 5, 6, 22]);
  expect(outcome(evidence, new Map([[GATEWAY, signer.publicKey]]))).toEqual([4, 5, 6, 22]);
});

describe("not proved is", () => {
  test("a file whose gateway has another key than the one that is trusted", () => {
    expect(outcome(evidence, new Map([[GATEWAY, ed25519Signer(generateKeyPem()).publicKey]]))).toBe("envelope");
  });

  test("a record that is not in the file, and a batch without a key", () => {
    expect(outcome({ ...evidence, envelopes: evidence.envelopes.slice(0, 1) })).toBe("missing");
    expect(outcome({ ...evidence, gateways: [] })).toBe("envelope");
  });

  test("an envelope of which any one byte was changed", () => {
    const bytes = Buffer.from(evidence.envelopes[0]!, "base64");
    for (let index = 0; index < bytes.length; index += 7) {
      const touched = Buffer.from(bytes);
      touched[index] = touched[index]! ^ 1;
      expect(outcome({ ...evidence, envelopes: [touched.toString("base64"), evidence.envelopes[1]!] })).toBe(
        "envelope",
      );
    }
  });

  test("a batch that another key signed, and a flag that names nothing", async () => {
    const foreign = await envelope(1, 10, ed25519Signer(generateKeyPem()));
    expect(outcome({ ...evidence, envelopes: [foreign, evidence.envelopes[1]!] })).toBe("envelope");
    expect(outcome({ ...evidence, ranges: [] })).toBe("nothing");
  });

  test("what is no evidence file", () => {
    for (const text of ["", "{}", "[]", '{"format":"forecourt-evidence-v2"}']) {
      const read = readEvidence(text);
      expect(read.ok ? "" : read.error.code).toBe("form");
    }
    expect(outcome({ ...evidence, envelopes: ["not base64!"] })).toBe("form");
  });
});
