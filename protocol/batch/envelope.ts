/**
 * The batch: consecutive journal lines of one gateway in a signed envelope.
 *
 *     "FCB1"  u16 length of header  header (canonical JSON)  64-byte signature  body (zstd of the lines)
 *
 * The signature covers "FCB1" and the header; the header holds the SHA-256 of the body and the chain hashes on both
 * sides, so the signature covers every line. Nothing is decompressed before the signature has been checked.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { GatewayIdSchema, StationIdSchema } from "../ids.ts";
import { chainHash } from "../records/chain.ts";
import { fail, ok, type Result } from "../result.ts";
import { type FrameError, type FrameKind, makeFrame, type OpenedFrame, openFrame, proveFrame } from "./frame.ts";
import type { Signer, Verifier } from "./signer.ts";

/** Limits that both sides keep. A batch that breaks one is refused unread. */
export const limits = {
  /** bounds one database transaction of the collector */
  recordsPerBatch: 1_000,
  /** well below the broker's packet limit */
  envelopeBytes: 512 * 1024,
  /** what a body may grow to when it is decompressed */
  bodyBytes: 4 * 1024 * 1024,
} as const;

const HashHex = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const BatchHeaderSchema = Type.Object(
  {
    gateway: GatewayIdSchema,
    station: StationIdSchema,
    firstSeq: Seq,
    count: Type.Integer({ minimum: 1, maximum: limits.recordsPerBatch }),
    previousHash: HashHex,
    lastHash: HashHex,
    bodySha256: HashHex,
    algorithm: Type.Literal("ed25519"),
  },
  { additionalProperties: false, description: "the signed header of a batch" },
);
export type BatchHeader = Static<typeof BatchHeaderSchema>;
const validator = Compile(BatchHeaderSchema);

const kind: FrameKind<BatchHeader> = {
  magic: "FCB1",
  validator,
  maxBytes: limits.envelopeBytes,
  maxBodyBytes: limits.bodyBytes,
};

export interface BatchError {
  code: FrameError["code"] | "count" | "chain";
  message: string;
  cure: string;
}

/** An envelope taken apart; nothing in it has been proved yet. */
export type OpenedBatch = OpenedFrame<BatchHeader>;

/** One proved line with its place in the chain. */
export interface ChainedLine {
  seq: number;
  line: string;
  hash: Buffer;
}

/**
 * Packs consecutive journal lines.
 * @param from gateway, station, seq of the first line and the 32-byte chain hashes before the first and of the last line
 * @param lines canonical lines, at least one, at most {@link limits}.recordsPerBatch
 * @throws RangeError when a limit is broken: the caller chooses how many lines it packs
 */
export async function encodeBatch(
  from: Pick<BatchHeader, "gateway" | "station" | "firstSeq"> & { previousHash: Uint8Array; lastHash: Uint8Array },
  lines: readonly string[],
  signer: Signer,
): Promise<Buffer> {
  if (lines.length === 0 || lines.length > limits.recordsPerBatch) {
    throw new RangeError(`a batch holds 1 to ${limits.recordsPerBatch} records, not ${lines.length}`);
  }
  const header = {
    gateway: from.gateway,
    station: from.station,
    firstSeq: from.firstSeq,
    count: lines.length,
    previousHash: Buffer.from(from.previousHash).toString("hex"),
    lastHash: Buffer.from(from.lastHash).toString("hex"),
  };
  return makeFrame(kind, header, `${lines.join("\n")}\n`, signer);
}

/**
 * Takes an envelope from outside apart, proving nothing but its form.
 * @returns its parts, or what is wrong with the form
 */
export function openBatch(envelope: Uint8Array): Result<OpenedBatch, BatchError> {
  const opened = openFrame(kind, envelope);
  return opened.ok ? opened : refuse(opened.error.code, opened.error.message);
}

/**
 * Proves an opened batch: signature, body, count and chain from `previousHash` to `lastHash` of its own header.
 * Whether that previous hash fits what is stored is the caller's question.
 */
export function proveBatch(opened: OpenedBatch, verifier: Verifier): Result<ChainedLine[], BatchError> {
  const { header } = opened;
  const text = proveFrame(kind, opened, { verifier, signer: header.gateway });
  if (!text.ok) return refuse(text.error.code, text.error.message);
  const lines = text.value.split("\n");
  if (lines.pop() !== "" || lines.length !== header.count) {
    return refuse("count", `the header says ${header.count} records, the body holds ${lines.length}`);
  }
  return chain(header, lines);
}

function chain(header: BatchHeader, lines: string[]): Result<ChainedLine[], BatchError> {
  let hash: Buffer = Buffer.from(header.previousHash, "hex");
  const chained = lines.map((line, index) => {
    hash = chainHash(hash, line);
    return { seq: header.firstSeq + index, line, hash };
  });
  if (hash.toString("hex") !== header.lastHash) {
    return refuse("chain", `the lines do not lead to the hash ${header.lastHash} that was signed`);
  }
  return ok(chained);
}

function refuse(code: BatchError["code"], message: string): Result<never, BatchError> {
  return fail({ code, message, cure: cures[code] });
}

const cures: Record<BatchError["code"], string> = {
  "too-large": "the gateway must pack fewer records into a batch",
  envelope: "this message was not made by a Forecourt agent, or was cut short",
  header: "the agent and the collector run versions that do not fit each other",
  signature: "the gateway's key is not the registered one: enrol it again, or find out who sent this",
  body: "the message was damaged or forged on its way: ask for it again",
  count: "the message was forged or the agent is broken: capture it and compare it with the journal",
  chain: "the message was forged or the agent's journal is broken: verify the journal on the gateway",
};
