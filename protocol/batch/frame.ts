/**
 * The signed frame that batches, previews, commands and their answers have in common:
 *
 *     4-byte magic  u16 length of header  header (canonical JSON)  64-byte signature  body (zstd of a UTF-8 text)
 *
 * The signature covers magic, length and header; the header holds the SHA-256 of the body. Nothing is decompressed
 * before the signature has been checked.
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { canonical } from "../records/canonical.ts";
import { sha256Hex } from "../records/chain.ts";
import { fail, ok, type Result } from "../result.ts";
import { SIGNATURE_BYTES, type Signer, type Verifier } from "./signer.ts";

const MAGIC_BYTES = 4;
const HEADER_AT = MAGIC_BYTES + 2;
const SMALLEST_CHUNK = 16 * 1024;

/** Most batches are small: zlib's usual pieces of 16 kB would be thrown away nearly empty, many times a minute. */
const COMPRESS_CHUNK_BYTES = 4_096;

/** A header holds a dozen short fields. */
export const MAX_HEADER_BYTES = 2_048;

/** What the header of every frame holds beside its own fields. */
export interface SealedHeader {
  bodySha256: string;
  algorithm: "ed25519";
}

export interface FrameError {
  code: "too-large" | "envelope" | "header" | "signature" | "body";
  message: string;
}

/** A frame taken apart; nothing in it has been proved yet. */
export interface OpenedFrame<Header> {
  header: Header;
  signed: Uint8Array;
  signature: Uint8Array;
  body: Uint8Array;
}

/** A compiled schema, as far as it is needed here. */
interface HeaderValidator<Header> {
  Check(value: unknown): value is Header;
  Errors(value: unknown): Iterable<{ instancePath: string; message: string }>;
}

export interface FrameKind<Header> {
  /** four characters of ASCII */
  magic: string;
  validator: HeaderValidator<Header>;
  /** of the whole frame */
  maxBytes: number;
  /** of the body when it is decompressed */
  maxBodyBytes: number;
}

/**
 * Signs and packs a text.
 * @throws RangeError when the frame is larger than its kind allows: the caller chooses what it packs
 */
export async function makeFrame<Header extends SealedHeader>(
  kind: FrameKind<Header>,
  fields: Omit<Header, keyof SealedHeader>,
  text: string,
  signer: Signer,
): Promise<Buffer> {
  const body = zstdCompressSync(Buffer.from(text, "utf8"), { chunkSize: COMPRESS_CHUNK_BYTES });
  const sealed: SealedHeader = { bodySha256: sha256Hex(body), algorithm: signer.algorithm };
  const headerBytes = Buffer.from(canonical({ ...fields, ...sealed }), "utf8");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(headerBytes.length);
  const signed = Buffer.concat([Buffer.from(kind.magic, "latin1"), length, headerBytes]);
  const frame = Buffer.concat([signed, await signer.sign(signed), body]);
  if (frame.length > kind.maxBytes) {
    throw new RangeError(`the envelope has ${frame.length} bytes, at most ${kind.maxBytes}: pack less`);
  }
  return frame;
}

/**
 * Takes a frame from outside apart, proving nothing but its form.
 * @returns its parts, or what is wrong with the form
 */
export function openFrame<Header>(
  kind: FrameKind<Header>,
  message: Uint8Array,
): Result<OpenedFrame<Header>, FrameError> {
  const { magic, validator, maxBytes } = kind;
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  if (bytes.length > maxBytes) {
    return refuse("too-large", `the envelope has ${bytes.length} bytes, at most ${maxBytes} are allowed`);
  }
  if (bytes.length < HEADER_AT || bytes.toString("latin1", 0, MAGIC_BYTES) !== magic) {
    return refuse("envelope", `the message does not begin with ${magic}`);
  }
  const headerLength = bytes.readUInt16BE(MAGIC_BYTES);
  const signatureAt = HEADER_AT + headerLength;
  if (headerLength > MAX_HEADER_BYTES || bytes.length <= signatureAt + SIGNATURE_BYTES) {
    return refuse("envelope", `the header claims ${headerLength} bytes, the message has ${bytes.length}`);
  }
  let header: unknown;
  try {
    header = JSON.parse(bytes.subarray(HEADER_AT, signatureAt).toString("utf8"));
  } catch {
    return refuse("header", "the header is not JSON");
  }
  if (!validator.Check(header)) {
    const [first] = validator.Errors(header);
    return refuse("header", `header field ${first?.instancePath || "/"}: ${first?.message ?? "does not fit"}`);
  }
  return ok({
    header,
    signed: bytes.subarray(0, signatureAt),
    signature: bytes.subarray(signatureAt, signatureAt + SIGNATURE_BYTES),
    body: bytes.subarray(signatureAt + SIGNATURE_BYTES),
  });
}

/**
 * Proves an opened frame: signature first, then the body.
 * @param signer who must have signed it, for the message
 * @returns the text
 */
export function proveFrame<Header extends SealedHeader>(
  kind: FrameKind<Header>,
  opened: OpenedFrame<Header>,
  { verifier, signer }: { verifier: Verifier; signer: string },
): Result<string, FrameError> {
  if (!verifier.verify(opened.signed, opened.signature)) {
    return refuse("signature", `the signature is not that of ${signer}`);
  }
  if (sha256Hex(opened.body) !== opened.header.bodySha256) {
    return refuse("body", "the body is not the one that was signed");
  }
  try {
    // Journal lines shrink to a twentieth: one piece of that size need not be put together from many.
    const chunkSize = Math.min(Math.max(opened.body.length * 24, SMALLEST_CHUNK), kind.maxBodyBytes);
    const bytes = zstdDecompressSync(opened.body, { maxOutputLength: kind.maxBodyBytes, chunkSize });
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    return refuse("body", `the body cannot be read: ${(error as Error).message}`);
  }
}

function refuse(code: FrameError["code"], message: string): Result<never, FrameError> {
  return fail({ code, message });
}
