/** Which files a case keeps: photos and papers, known by their first bytes and not by what they are called. */
import type { CaseFile } from "./store.ts";

export const CASE_FILES = {
  /** a photo of a phone has some 4 MB */
  bytes: 10 * 1_048_576,
  /** files of one case together */
  bytesOfCase: 200 * 1_048_576,
  types: ["image/jpeg", "image/png", "application/pdf"],
} as const;

const MAGIC: readonly { type: string; bytes: readonly number[] }[] = [
  { type: "image/jpeg", bytes: [0xff, 0xd8, 0xff] },
  { type: "image/png", bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: "application/pdf", bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
];

/** The type by the first bytes; undefined: it is not kept. */
export function allowedType(content: Uint8Array): string | undefined {
  return MAGIC.find(({ bytes }) => bytes.every((byte, index) => content[index] === byte))?.type;
}

/** Why a file cannot be kept beside the others; undefined: it can. */
export function fileFault(content: Uint8Array, others: readonly CaseFile[]): string | undefined {
  if (content.byteLength > CASE_FILES.bytes) return "the file is too big";
  const together = others.reduce((sum, { bytes }) => sum + bytes, content.byteLength);
  return together > CASE_FILES.bytesOfCase ? "the files of the case are too big together" : undefined;
}
