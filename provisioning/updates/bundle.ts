/** Makes a signed update of a Debian package of the agent: a manifest, and a file with all pieces beside it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import {
  encodeManifest,
  type UpdateFile,
  type UpdateManifest,
  type UpdatePiece,
  updateLimits,
} from "@forecourt/protocol/update/manifest.ts";
import { bundleName } from "@forecourt/protocol/update/version.ts";
import { walk } from "../packages/tree.ts";

export interface BundlePlan {
  /** path of forecourt-agent_VERSION_ARCH.deb */
  deb: string;
  out: string;
  authority: Signer;
  /** epoch ms */
  nowMs: number;
  /** of zstd, 1 to 19 */
  level: number;
}

const HOME = join("usr", "lib", "forecourt-agent");

/** Makes the bundle. @returns its two files */
export async function makeBundle({ deb, out, authority, nowMs, level }: BundlePlan): Promise<string[]> {
  const field = (name: string) => execFileSync("dpkg-deb", ["-f", deb, name], { encoding: "utf8" }).trim();
  const [version, arch] = [field("Version"), field("Architecture") as "amd64" | "arm64"];
  if (field("Package") !== "forecourt-agent") throw new Error(`${deb} is not a package of the agent`);
  const work = mkdtempSync(join(tmpdir(), "forecourt-bundle-"));
  try {
    execFileSync("dpkg-deb", ["-x", deb, work]);
    return await bundleTree(join(work, HOME), { version, arch, out, authority, nowMs, level });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Makes a bundle of a folder that holds runtime/, edge-agent/, protocol/ and node_modules/. @returns its two files */
export async function bundleTree(
  tree: string,
  of: Omit<BundlePlan, "deb"> & Pick<UpdateManifest, "version" | "arch">,
): Promise<string[]> {
  const { version, arch, out, authority, nowMs, level } = of;
  mkdirSync(out, { recursive: true });
  const base = join(out, bundleName(version, arch));
  const pack = openSync(`${base}.pack`, "w");
  const known = new Map<string, UpdatePiece>();
  let packBytes = 0;
  const put = (plain: Buffer): UpdatePiece => {
    const bytes = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: level } });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const before = known.get(sha256);
    if (before !== undefined) return before;
    const piece = { sha256, at: packBytes, bytes: bytes.length, plainBytes: plain.length };
    writeSync(pack, bytes);
    packBytes += bytes.length;
    known.set(sha256, piece);
    return piece;
  };
  const files: UpdateFile[] = [];
  const links: UpdateManifest["links"] = [];
  try {
    for (const { path, entry } of walk(tree)) {
      if (entry.isSymbolicLink()) {
        links.push({ path: relative(tree, path), to: readlinkSync(path) as "../../protocol" });
      } else if (entry.isFile()) files.push(fileOf(path, relative(tree, path), put));
    }
  } finally {
    closeSync(pack);
  }
  const manifest = { version, arch, madeAt: formatTime(nowMs), packBytes, files, links };
  writeFileSync(`${base}.fcu`, await encodeManifest(manifest, authority));
  return [`${base}.fcu`, `${base}.pack`];
}

function fileOf(file: string, path: string, put: (plain: Buffer) => UpdatePiece): UpdateFile {
  const content = readFileSync(file);
  const pieces: UpdatePiece[] = [];
  for (let at = 0; at < content.length; at += updateLimits.pieceBytes) {
    pieces.push(put(content.subarray(at, at + updateLimits.pieceBytes)));
  }
  const executable = (statSync(file).mode & 0o111) !== 0;
  return {
    path,
    executable,
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    pieces,
  };
}
