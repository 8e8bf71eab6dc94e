/**
 * The live lane: while a backlog is worked off in strict order, a gateway shows its newest records beside it. A preview
 * is signed but not chained; it is never stored or judged, and what it shows comes again in its batch.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { GatewayIdSchema, StationIdSchema } from "../ids.ts";
import { parseLine } from "../records/parse.ts";
import type { JournalRecord } from "../records/schema.ts";
import { fail, ok, type Result } from "../result.ts";
import { type FrameError, type FrameKind, makeFrame, openFrame, proveFrame } from "./frame.ts";
import type { Signer, Verifier } from "./signer.ts";

/** Records in one preview: the newest of each nozzle, tank and device of a large station, and some sales. */
export const PREVIEW_RECORDS = 100;

const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const PreviewHeaderSchema = Type.Object(
  {
    gateway: GatewayIdSchema,
    station: StationIdSchema,
    /** the end of the journal, and how far it is receipted */
    headSeq: Seq,
    acknowledgedSeq: Seq,
    count: Type.Integer({ minimum: 1, maximum: PREVIEW_RECORDS }),
    bodySha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    algorithm: Type.Literal("ed25519"),
  },
  { additionalProperties: false, description: "the signed header of a preview" },
);
export type PreviewHeader = Static<typeof PreviewHeaderSchema>;
const validator = Compile(PreviewHeaderSchema);

const kind: FrameKind<PreviewHeader> = {
  magic: "FCL1",
  validator,
  maxBytes: 64 * 1024,
  maxBodyBytes: 512 * 1024,
};

export interface Preview {
  header: PreviewHeader;
  /** as in the journal, by seq */
  records: JournalRecord[];
}

export interface PreviewError {
  code: FrameError["code"] | "count" | "schema";
  message: string;
}

/**
 * Packs journal lines.
 * @param lines canonical lines, 1 to {@link PREVIEW_RECORDS}
 * @throws RangeError when there are too many
 */
export async function encodePreview(
  from: Pick<PreviewHeader, "gateway" | "station" | "headSeq" | "acknowledgedSeq">,
  lines: readonly string[],
  signer: Signer,
): Promise<Buffer> {
  if (lines.length === 0 || lines.length > PREVIEW_RECORDS) {
    throw new RangeError(`a preview holds 1 to ${PREVIEW_RECORDS} records, not ${lines.length}`);
  }
  return makeFrame(kind, { ...from, count: lines.length }, `${lines.join("\n")}\n`, signer);
}

/** Reads a preview and proves that the gateway signed it. */
export function decodePreview(message: Uint8Array, verifier: Verifier): Result<Preview, PreviewError> {
  const opened = openFrame(kind, message);
  if (!opened.ok) return opened;
  const { header } = opened.value;
  const text = proveFrame(kind, opened.value, { verifier, signer: header.gateway });
  if (!text.ok) return text;
  const lines = text.value.split("\n");
  if (lines.pop() !== "" || lines.length !== header.count) {
    return fail({ code: "count", message: `the header says ${header.count} records, the body holds ${lines.length}` });
  }
  const records: JournalRecord[] = [];
  for (const line of lines) {
    const record = parseLine(line);
    if (!record.ok) return fail({ code: "schema", message: record.error.message });
    if (record.value.gateway !== header.gateway || record.value.seq > header.headSeq) {
      return fail({ code: "schema", message: `record ${record.value.seq} cannot be one of this preview` });
    }
    records.push(record.value);
  }
  return ok({ header, records });
}
