/**
 * The evidence file of a case: what was done to it, signed by the collector, with the evidence files of its flags, which
 * prove themselves, and the SHA-256 of each photo and paper. One file that a third party checks without the collector.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { ed25519Verifier } from "../batch/signer.ts";
import { canonical } from "../records/canonical.ts";
import { fail, ok, type Result } from "../result.ts";
import { TIME_PATTERN } from "../time.ts";
import { type EvidenceError, type ProvedRecord, proveEvidence, readEvidence } from "./evidence.ts";
import { readForm } from "./read.ts";

const closed = { additionalProperties: false } as const;
const Time = Type.String({ pattern: TIME_PATTERN });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Word = Type.String({ maxLength: 4_000 });
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });

export const CaseFileSchema = Type.Object(
  {
    format: Type.Literal("forecourt-case-v1"),
    madeAt: Time,
    case: Type.Object(
      {
        id: Word,
        number: Word,
        station: Nullable(Word),
        county: Word,
        nature: Word,
        origin: Word,
        title: Word,
        state: Word,
        lead: Word,
        together: Type.Array(Word, { maxItems: 20 }),
        major: Type.Boolean(),
        outcome: Nullable(Word),
      },
      closed,
    ),
    events: Type.Array(
      Type.Object(
        {
          seq: Type.Integer(),
          at: Time,
          by: Word,
          department: Nullable(Word),
          step: Word,
          text: Nullable(Word),
          detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer(), Type.Boolean(), Type.Null()])),
        },
        closed,
      ),
      { maxItems: 10_000 },
    ),
    tasks: Type.Array(
      Type.Object(
        { id: Word, text: Word, doneAt: Nullable(Time), doneBy: Nullable(Word), note: Nullable(Word) },
        closed,
      ),
      { maxItems: 100 },
    ),
    files: Type.Array(
      Type.Object(
        { id: Word, name: Word, type: Word, bytes: Type.Integer(), sha256: Sha256, at: Time, by: Word },
        closed,
      ),
      { maxItems: 10_000 },
    ),
    /** each with its evidence file as text, or why there is none */
    flags: Type.Array(Type.Object({ flag: Word, evidence: Nullable(Type.String()), why: Nullable(Word) }, closed), {
      maxItems: 1_000,
    }),
    /** base64 SPKI of the collector's key */
    publicKey: Type.String({ pattern: "^[A-Za-z0-9+/]+=*$" }),
    /** base64 Ed25519 over the canonical text of everything but this member */
    signature: Type.String({ pattern: "^[A-Za-z0-9+/]+=*$" }),
  },
  closed,
);
export type CaseFile = Static<typeof CaseFileSchema>;
export type UnsignedCaseFile = Omit<CaseFile, "signature">;

const validator = Compile(CaseFileSchema);

/** What the collector signs. */
export function signedBytes(file: UnsignedCaseFile): Uint8Array {
  return Buffer.from(canonical(file), "utf8");
}

/** Whether a text is meant to be the evidence file of a case. */
export function isCaseFile(text: string): boolean {
  return /^\s*\{\s*"format"\s*:\s*"forecourt-case-v1"/.test(text);
}

/** Reads a file's text. It proves nothing yet. */
export function readCaseFile(text: string): Result<CaseFile, EvidenceError> {
  return readForm(text, validator);
}

export interface ProvedCase {
  /** records of each flag that has evidence */
  flags: { flag: string; records: ProvedRecord[] }[];
  /** flags without records, with why */
  unproved: { flag: string; why: string }[];
}

/**
 * Proves that the collector signed the case, and the records of each flag.
 * @param trusted public keys (base64 SPKI) by gateway, and of the collector as `collector`, from a source other than the
 * file; the file's own are used for those that are not among them
 */
export function proveCase(file: CaseFile, trusted: ReadonlyMap<string, string>): Result<ProvedCase, EvidenceError> {
  const { signature, ...unsigned } = file;
  const key = trusted.get("collector") ?? file.publicKey;
  if (!holds(unsigned, signature, key)) {
    return fail({ code: "key", message: "the case is not as the collector signed it, or was signed with another key" });
  }
  const proved: ProvedCase = { flags: [], unproved: [] };
  for (const { flag, evidence, why } of file.flags) {
    if (evidence === null) {
      proved.unproved.push({ flag, why: why ?? "no reason is given" });
      continue;
    }
    const read = readEvidence(evidence);
    if (!read.ok) return read;
    if (read.value.flag.id !== flag)
      return fail({ code: "form", message: `the evidence of ${flag} is another flag's` });
    const records = proveEvidence(read.value, trusted);
    if (!records.ok) return fail({ ...records.error, message: `flag ${flag}: ${records.error.message}` });
    proved.flags.push({ flag, records: records.value });
  }
  return ok(proved);
}

function holds(unsigned: UnsignedCaseFile, signature: string, key: string): boolean {
  try {
    return ed25519Verifier(key).verify(signedBytes(unsigned), Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
