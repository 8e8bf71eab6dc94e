/**
 * Opens a workbook's archive without trusting it: what it says of its sizes is a claim, and every part is unpacked
 * against a limit. What comes out is packed anew, so that the reader of workbooks sees only what was looked at here.
 */
import { inflateRawSync } from "node:zlib";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { zipSync } from "fflate";
import type { FileError } from "./file-errors.ts";
import type { SheetLimits } from "./limits.ts";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** the end record with the longest comment */
const LONGEST_END = 22 + 65_535;

/** @returns the parts by name */
export function unpack(bytes: Buffer, limits: SheetLimits): Result<Map<string, Buffer>, FileError> {
  try {
    return unpackAll(bytes, limits);
  } catch (error) {
    // Offsets that point beyond the file, and data that cannot be inflated.
    if (error instanceof RangeError && (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE")
      return fail(tooLarge(limits));
    return fail(notXlsx());
  }
}

/** Packs parts without compressing them. */
export function repack(parts: ReadonlyMap<string, Buffer>): Uint8Array {
  return zipSync(Object.fromEntries(parts), { level: 0 });
}

function unpackAll(bytes: Buffer, limits: SheetLimits): Result<Map<string, Buffer>, FileError> {
  const end =
    bytes.subarray(-LONGEST_END).lastIndexOf(Buffer.from("504b0506", "hex")) + Math.max(0, bytes.length - LONGEST_END);
  if (bytes.readUInt32LE(end) !== END) return fail(notXlsx());
  const count = bytes.readUInt16LE(end + 10);
  if (count > limits.parts) return fail(tooLarge(limits));
  const parts = new Map<string, Buffer>();
  let left = limits.unpackedBytes;
  for (let at = bytes.readUInt32LE(end + 16), number = 0; number < count; number += 1) {
    if (bytes.readUInt32LE(at) !== CENTRAL) return fail(notXlsx());
    const names = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + names);
    const part = unpackPart(bytes, at, left);
    if (part === undefined || parts.has(name)) return fail(notXlsx());
    left -= part.length;
    if (left < 0) return fail(tooLarge(limits));
    parts.set(name, part);
    at += 46 + names + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return ok(parts);
}

/** @returns undefined for what no spreadsheet writes @throws RangeError when it is larger than `most` */
function unpackPart(bytes: Buffer, central: number, most: number): Buffer | undefined {
  const flags = bytes.readUInt16LE(central + 8);
  const method = bytes.readUInt16LE(central + 10);
  const packed = bytes.readUInt32LE(central + 20);
  const local = bytes.readUInt32LE(central + 42);
  if ((flags & ENCRYPTED) !== 0 || bytes.readUInt32LE(local) !== LOCAL) return undefined;
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (from + packed > bytes.length) return undefined;
  const data = bytes.subarray(from, from + packed);
  if (method === STORED) return data;
  return method === DEFLATED ? inflateRawSync(data, { maxOutputLength: Math.max(1, most) }) : undefined;
}

function notXlsx(): FileError {
  return {
    code: "not-xlsx",
    message: { zh: "不是有效的 XLSX 文件", en: "it is no XLSX workbook, or a damaged or locked one" },
    cure: { zh: "去掉密码，另存为 XLSX。", en: "Remove the password and save it as XLSX." },
  };
}

export function tooLarge({ unpackedBytes }: Pick<SheetLimits, "unpackedBytes">): FileError {
  const mib = Math.round(unpackedBytes / 1_048_576);
  return {
    code: "too-large",
    message: { zh: `解压后超过 ${mib} MiB`, en: `unpacked it is larger than ${mib} MiB` },
    cure: { zh: "去掉图片和无关工作表，或拆成几个文件。", en: "Remove pictures and other sheets, or split it." },
  };
}
