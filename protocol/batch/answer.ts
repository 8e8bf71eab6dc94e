/**
 * What the collector says to a gateway, each signed with the collector's key: a receipt after commit, a refusal,
 * a request to resend. And what a gateway says on connecting: where it stands.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { GatewayIdSchema } from "../ids.ts";
import { canonical } from "../records/canonical.ts";
import { fail, ok, type Result } from "../result.ts";
import { TIME_PATTERN } from "../time.ts";
import type { Signer, Verifier } from "./signer.ts";

const closed = { additionalProperties: false } as const;
const HashHex = Type.String({ pattern: "^[0-9a-f]{64}$" });
/** 0 stands for "nothing yet"; the hash beside it is then 64 zeros. */
const Position = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Time = Type.String({ pattern: TIME_PATTERN });

/** Committed up to and with `seq`, whose chain hash is `hash`. The gateway keeps it as proof. */
export const ReceiptSchema = Type.Object(
  { type: Type.Literal("receipt"), gateway: GatewayIdSchema, seq: Position, hash: HashHex, at: Time },
  closed,
);
/** Records from `fromSeq` on are asked for; `hash` is the chain hash the collector holds for the record before. */
export const ResendSchema = Type.Object(
  {
    type: Type.Literal("resend"),
    gateway: GatewayIdSchema,
    fromSeq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    hash: HashHex,
    reason: Type.String({ maxLength: 200 }),
    at: Time,
  },
  closed,
);
/** A batch was refused and is not stored as records. `envelopeSha256` names it. */
export const RefusalSchema = Type.Object(
  {
    type: Type.Literal("refusal"),
    gateway: GatewayIdSchema,
    envelopeSha256: HashHex,
    code: Type.String({ maxLength: 40 }),
    message: Type.String({ maxLength: 400 }),
    at: Time,
  },
  closed,
);
/** The gateway's own position, sent on connecting; the collector answers with a receipt for what it holds. */
export const HelloSchema = Type.Object(
  { type: Type.Literal("hello"), gateway: GatewayIdSchema, lastSeq: Position, lastHash: HashHex },
  closed,
);

export type Receipt = Static<typeof ReceiptSchema>;
export type Resend = Static<typeof ResendSchema>;
export type Refusal = Static<typeof RefusalSchema>;
export type Hello = Static<typeof HelloSchema>;
export type CollectorAnswer = Receipt | Resend | Refusal;

const answerValidators = {
  receipt: Compile(ReceiptSchema),
  resend: Compile(ResendSchema),
  refusal: Compile(RefusalSchema),
};
const helloValidator = Compile(HelloSchema);
const MAX_ANSWER_BYTES = 4_096;

export interface AnswerError {
  code: "form" | "signature";
  message: string;
}

/**
 * Signs an answer.
 * @returns the message: canonical JSON `{"answer": …, "signature": base64}`; the signature covers the canonical answer
 */
export async function encodeAnswerMessage(answer: CollectorAnswer, signer: Signer): Promise<Buffer> {
  const signature = await signer.sign(Buffer.from(canonical(answer), "utf8"));
  return Buffer.from(canonical({ answer, signature: Buffer.from(signature).toString("base64") }), "utf8");
}

/** Reads a message of the collector and checks its signature. */
export function decodeAnswerMessage(message: Uint8Array, verifier: Verifier): Result<CollectorAnswer, AnswerError> {
  const value = parseSmall(message) as { answer?: { type?: unknown }; signature?: unknown } | undefined;
  const type = value?.answer?.type;
  if (typeof type !== "string" || !Object.hasOwn(answerValidators, type) || typeof value?.signature !== "string") {
    return fail({ code: "form", message: "the message is not a signed answer of a collector" });
  }
  const answer: unknown = value.answer;
  if (!answerValidators[type as keyof typeof answerValidators].Check(answer)) {
    return fail({ code: "form", message: `the ${type} does not fit its schema` });
  }
  const signed = Buffer.from(canonical(answer), "utf8");
  if (!verifier.verify(signed, Buffer.from(value.signature, "base64"))) {
    return fail({ code: "signature", message: `the ${type} is not signed by the collector that this gateway knows` });
  }
  return ok(answer as CollectorAnswer);
}

/** Writes a gateway's greeting. */
export function encodeHello(hello: Hello): Buffer {
  return Buffer.from(canonical(hello), "utf8");
}

/** Reads a gateway's greeting. It is unsigned: it only asks where the collector stands. */
export function decodeHello(message: Uint8Array): Result<Hello, AnswerError> {
  const value = parseSmall(message);
  return helloValidator.Check(value) ? ok(value) : fail({ code: "form", message: "the message is not a greeting" });
}

function parseSmall(message: Uint8Array): unknown {
  if (message.byteLength > MAX_ANSWER_BYTES) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(message));
  } catch {
    return undefined;
  }
}
