/** Photos and signed reports of an installation, as files in the state folder. A photo is known by its hash. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AcceptanceReport } from "@forecourt/protocol/acceptance/schema.ts";
import type { Photo } from "@forecourt/protocol/commission/state.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { replaceFile } from "../disk/replace-file.ts";

/** A photo that the phone has made smaller; an unshrunk one of most telephones fits too. */
export const MOST_PHOTO_BYTES = 8 * 1_024 * 1_024;

const KINDS = [
  { extension: "jpg", type: "image/jpeg", begins: [0xff, 0xd8, 0xff] },
  { extension: "png", type: "image/png", begins: [0x89, 0x50, 0x4e, 0x47] },
] as const;

function folderOf(stateDir: string): string {
  const folder = join(stateDir, "acceptance");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** How these bytes stand in the report. @param of what the photo shows. @returns why it is none, if so */
export function photoOf(bytes: Uint8Array, of: string): Result<Photo, string> {
  const kind = KINDS.find(({ begins }) => begins.every((byte, index) => bytes[index] === byte));
  if (kind === undefined) return fail("it is neither a JPEG nor a PNG");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return ok({ name: `${sha256.slice(0, 16)}.${kind.extension}`, sha256, bytes: bytes.length, of });
}

/** Keeps a photo's bytes. @throws when the disk refuses them */
export function keepPhoto(stateDir: string, { name }: Photo, bytes: Uint8Array): void {
  const file = join(folderOf(stateDir), name);
  if (!existsSync(file)) replaceFile(file, bytes);
}

/** A photo's bytes and type; undefined when it is not there. @param name as the report names it */
export function readPhoto(stateDir: string, name: string): { bytes: Buffer; type: string } | undefined {
  const kind = KINDS.find(({ extension }) => new RegExp(`^[0-9a-f]{16}\\.${extension}$`).test(name));
  if (kind === undefined) return undefined;
  try {
    return { bytes: readFileSync(join(folderOf(stateDir), name)), type: kind.type };
  } catch {
    return undefined;
  }
}

/** Keeps a signed report, and the same as text for people. */
export function keepReport(stateDir: string, report: AcceptanceReport, envelope: Uint8Array): void {
  const folder = folderOf(stateDir);
  replaceFile(join(folder, `${report.id}.fcr`), envelope);
  replaceFile(join(folder, `${report.id}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

/** The signed report of this id. @throws when it is not there */
export function readEnvelope(stateDir: string, id: string): Buffer {
  return readFileSync(join(folderOf(stateDir), `${id}.fcr`));
}

/** The report of this id; it was checked when it was signed. @throws when it is not there */
export function readReport(stateDir: string, id: string): AcceptanceReport {
  return JSON.parse(readFileSync(join(folderOf(stateDir), `${id}.json`), "utf8")) as AcceptanceReport;
}
