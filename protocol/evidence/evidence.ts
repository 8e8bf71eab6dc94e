/**
 * The evidence file: what a flag rests on, as the gateways signed it, in one file that a third party can prove without
 * the collector. The collector adds nothing that would have to be believed: the flag's words stand beside the signed
 * envelopes, and whoever has a gateway's public key from elsewhere can check that those lines were written by it.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { openBatch, proveBatch } from "../batch/envelope.ts";
import { ed25519Verifier, type Verifier } from "../batch/signer.ts";
import { GatewayIdSchema, StationIdSchema } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { TIME_PATTERN } from "../time.ts";
import { readForm } from "./read.ts";

const closed = { additionalProperties: false } as const;
const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Base64 = Type.String({ pattern: "^[A-Za-z0-9+/]+=*$" });
const Text = Type.Object({ zh: Type.String(), en: Type.String() }, closed);

export const EvidenceSchema = Type.Object(
  {
    format: Type.Literal("forecourt-evidence-v1"),
    madeAt: Type.String({ pattern: TIME_PATTERN }),
    flag: Type.Object(
      {
        id: Type.String(),
        rule: Type.String(),
        station: StationIdSchema,
        subject: Type.String(),
        severity: Type.String(),
        from: Type.String({ pattern: TIME_PATTERN }),
        until: Type.String({ pattern: TIME_PATTERN }),
        figures: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()])),
        threshold: Type.Record(Type.String(), Type.Number()),
        text: Text,
      },
      closed,
    ),
    /** the records that prove it */
    ranges: Type.Array(Type.Object({ gateway: GatewayIdSchema, fromSeq: Seq, toSeq: Seq }, closed), {
      maxItems: 1_000,
    }),
    gateways: Type.Array(Type.Object({ gateway: GatewayIdSchema, publicKey: Base64 }, closed), { maxItems: 100 }),
    /** batches that hold them, as the gateways signed them */
    envelopes: Type.Array(Base64, { maxItems: 10_000 }),
  },
  closed,
);
export type Evidence = Static<typeof EvidenceSchema>;

export interface ProvedRecord {
  gateway: string;
  seq: number;
  line: string;
}

export interface EvidenceError {
  code: "form" | "key" | "envelope" | "missing" | "nothing";
  message: string;
}

const validator = Compile(EvidenceSchema);

/** Reads a file's text. It proves nothing yet. */
export function readEvidence(text: string): Result<Evidence, EvidenceError> {
  return readForm(text, validator);
}

/**
 * Proves every record that the flag names.
 * @param trusted public keys (base64 SPKI) by gateway, from a source other than the file; the file's own keys are used
 * for gateways that are not among them, which proves only that one key signed all of it
 * @returns the records in order, or the first thing that does not hold
 */
export function proveEvidence(
  evidence: Evidence,
  trusted: ReadonlyMap<string, string>,
): Result<ProvedRecord[], EvidenceError> {
  const verifiers = new Map<string, Verifier>();
  for (const { gateway, publicKey } of evidence.gateways) {
    try {
      verifiers.set(gateway, ed25519Verifier(trusted.get(gateway) ?? publicKey));
    } catch (error) {
      return fail({ code: "key", message: `the key of ${gateway} cannot be used: ${(error as Error).message}` });
    }
  }
  const lines = new Map<string, string>();
  for (const [index, envelope] of evidence.envelopes.entries()) {
    const taken = takeEnvelope(Buffer.from(envelope, "base64"), verifiers, lines);
    if (taken !== undefined) return fail({ code: "envelope", message: `envelope ${index + 1}: ${taken}` });
  }
  const proved: ProvedRecord[] = [];
  for (const { gateway, fromSeq, toSeq } of evidence.ranges) {
    for (let seq = fromSeq; seq <= toSeq; seq += 1) {
      const line = lines.get(`${gateway} ${seq}`);
      if (line === undefined)
        return fail({ code: "missing", message: `record ${seq} of ${gateway} is not in the file` });
      proved.push({ gateway, seq, line });
    }
  }
  return proved.length > 0 ? ok(proved) : fail({ code: "nothing", message: "the flag names no record" });
}

/** @returns what is wrong with the envelope */
function takeEnvelope(
  envelope: Buffer,
  verifiers: ReadonlyMap<string, Verifier>,
  lines: Map<string, string>,
): string | undefined {
  const opened = openBatch(envelope);
  if (!opened.ok) return opened.error.message;
  const { gateway } = opened.value.header;
  const verifier = verifiers.get(gateway);
  if (verifier === undefined) return `there is no key of ${gateway}`;
  const proved = proveBatch(opened.value, verifier);
  if (!proved.ok) return proved.error.message;
  for (const { seq, line } of proved.value) {
    const known = lines.get(`${gateway} ${seq}`);
    if (known !== undefined && known !== line) return `record ${seq} of ${gateway} is told twice, and differently`;
    lines.set(`${gateway} ${seq}`, line);
  }
  return undefined;
}
