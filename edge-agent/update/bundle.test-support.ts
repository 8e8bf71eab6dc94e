/** Bundles for tests: a handful of small files, signed, and a place to fetch them from that can be made to fail. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { ed25519Signer, generateKeyPem, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { fail, ok } from "@forecourt/protocol/result.ts";
import { encodeManifest, type UpdateFile } from "@forecourt/protocol/update/manifest.ts";
import { bundleName } from "@forecourt/protocol/update/version.ts";
import type { Fetch } from "./download.ts";

export const updateAuthority = ed25519Signer(generateKeyPem());
const PIECE_BYTES = 64;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A version as files: those of one version differ from those of another in two places. */
export function treeOf(version: string): Record<string, string> {
  return {
    "runtime/node": "the same runtime, which is the largest file of all ".repeat(20),
    "edge-agent/main.ts": `say("${version}")`,
    "edge-agent/package.json": JSON.stringify({ version }),
    "protocol/result.ts": "export {}",
  };
}

/** Writes a version as the Debian package does. */
export function writeTree(home: string, version: string): void {
  for (const [path, text] of Object.entries(treeOf(version))) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
}

/** The two files of a bundle, by their names. */
export async function bundleOf(version: string, signer: Signer = updateAuthority): Promise<Map<string, Buffer>> {
  const parts: Buffer[] = [];
  let at = 0;
  const files = Object.entries(treeOf(version)).map(([path, text]): UpdateFile => {
    const content = Buffer.from(text);
    const pieces = [];
    for (let from = 0; from < content.length; from += PIECE_BYTES) {
      const plain = content.subarray(from, from + PIECE_BYTES);
      const bytes = zstdCompressSync(plain);
      pieces.push({ sha256: sha256(bytes), at, bytes: bytes.length, plainBytes: plain.length });
      parts.push(bytes);
      at += bytes.length;
    }
    return { path, executable: path === "runtime/node", bytes: content.length, sha256: sha256(content), pieces };
  });
  const links = [{ path: "node_modules/@forecourt/protocol", to: "../../protocol" as const }];
  const header = { version, arch: "amd64" as const, madeAt: "2026-11-25T12:00:00.000+08:00", packBytes: at };
  const name = bundleName(version, "amd64");
  return new Map([
    [`${name}.fcu`, await encodeManifest({ ...header, files, links }, signer)],
    [`${name}.pack`, Buffer.concat(parts)],
  ]);
}

/** Where bundles are fetched from. */
export class Shelf {
  readonly files = new Map<string, Buffer>();
  /** ranges of packs that were fetched */
  readonly fetched: { at: number; bytes: number }[] = [];
  /** so many more requests are answered; then the line breaks once */
  breaksAfter = Number.POSITIVE_INFINITY;

  async put(version: string, signer?: Signer): Promise<void> {
    for (const [name, bytes] of await bundleOf(version, signer)) this.files.set(name, bytes);
  }

  fetch: Fetch = async (file, range) => {
    this.breaksAfter -= 1;
    if (this.breaksAfter < 0) {
      this.breaksAfter = Number.POSITIVE_INFINITY;
      return fail({ code: "network", message: "the line broke" });
    }
    const bytes = this.files.get(file);
    if (bytes === undefined) return fail({ code: "missing", message: `${file} is not there` });
    if (range === undefined) return ok(bytes);
    const part = bytes.subarray(range.at, range.at + range.bytes);
    if (part.length !== range.bytes)
      return fail({ code: "short", message: `${part.length} of ${range.bytes} bytes came` });
    this.fetched.push(range);
    return ok(part);
  };
}
