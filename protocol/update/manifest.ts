/**
 * A signed update: which files a version of the agent consists of, cut into pieces that can be fetched one by one. The
 * manifest travels as a signed frame; the pieces lie one after the other in a file beside it, each compressed.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { type FrameKind, makeFrame, openFrame, proveFrame } from "../batch/frame.ts";
import type { Signer, Verifier } from "../batch/signer.ts";
import { canonical } from "../records/canonical.ts";
import { fail, ok, type Result } from "../result.ts";
import { TIME_PATTERN } from "../time.ts";
import { VERSION_PATTERN } from "./version.ts";

const closed = { additionalProperties: false } as const;
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Bytes = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });

export const updateLimits = {
  /** of the manifest as it travels, and when it is decompressed: some thousand files */
  manifestBytes: 2 * 1024 * 1024,
  manifestBodyBytes: 8 * 1024 * 1024,
  /** of one piece before it is compressed: so much is fetched again after an interruption */
  pieceBytes: 1024 * 1024,
} as const;

/** A path below the slot: no part of it is empty, `.` or `..`. */
const Path = Type.String({ minLength: 1, maxLength: 300, pattern: "^(?!/)(?!.*(^|/)\\.{0,2}(/|$))[^\\u0000\\\\]+$" });
const PieceSchema = Type.Object({ sha256: Sha256, at: Bytes, bytes: Bytes, plainBytes: Bytes }, closed);
const FileSchema = Type.Object(
  {
    path: Path,
    executable: Type.Boolean(),
    bytes: Bytes,
    sha256: Sha256,
    pieces: Type.Array(PieceSchema, { maxItems: 1_000 }),
  },
  closed,
);
const LinkSchema = Type.Object({ path: Path, to: Type.Literal("../../protocol") }, closed);
const BodySchema = Type.Object(
  { files: Type.Array(FileSchema, { maxItems: 20_000 }), links: Type.Array(LinkSchema, { maxItems: 10 }) },
  closed,
);
const HeaderSchema = Type.Object(
  {
    version: Type.String({ pattern: VERSION_PATTERN }),
    arch: Type.Union([Type.Literal("amd64"), Type.Literal("arm64")]),
    madeAt: Type.String({ pattern: TIME_PATTERN }),
    packBytes: Bytes,
    bodySha256: Sha256,
    algorithm: Type.Literal("ed25519"),
  },
  { ...closed, description: "the signed header of an update" },
);

export type UpdatePiece = Static<typeof PieceSchema>;
export type UpdateFile = Static<typeof FileSchema>;
export type UpdateHeader = Omit<Static<typeof HeaderSchema>, "bodySha256" | "algorithm">;
export interface UpdateManifest extends UpdateHeader, Static<typeof BodySchema> {}

const headerValidator = Compile(HeaderSchema);
const kind: FrameKind<Static<typeof HeaderSchema>> = {
  magic: "FCU1",
  validator: headerValidator,
  maxBytes: updateLimits.manifestBytes,
  maxBodyBytes: updateLimits.manifestBodyBytes,
};
const bodyValidator = Compile(BodySchema);

export interface ManifestError {
  code: "form" | "signature" | "body";
  message: string;
}

/**
 * Signs a manifest.
 * @throws RangeError when it is larger than allowed
 */
export function encodeManifest({ files, links, ...header }: UpdateManifest, authority: Signer): Promise<Buffer> {
  return makeFrame(kind, header, canonical({ files, links }), authority);
}

/** Reads a manifest and proves that the update authority signed it. */
export function decodeManifest(message: Uint8Array, authority: Verifier): Result<UpdateManifest, ManifestError> {
  const opened = openFrame(kind, message);
  if (!opened.ok) return fail({ code: "form", message: opened.error.message });
  const text = proveFrame(kind, opened.value, { verifier: authority, signer: "the update authority of this box" });
  if (!text.ok)
    return fail({ code: text.error.code === "signature" ? "signature" : "body", message: text.error.message });
  let body: unknown;
  try {
    body = JSON.parse(text.value);
  } catch {
    return fail({ code: "body", message: "the list of files is not JSON" });
  }
  if (!bodyValidator.Check(body)) return fail({ code: "body", message: "the list of files is not in order" });
  const { bodySha256: _sealed, algorithm: _kind, ...header } = opened.value.header;
  return ok({ ...header, ...body });
}
