/** Makes a Debian package of a staged tree: control files, checksums, and dpkg-deb. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Arch } from "./closure.ts";
import { settleTimes } from "./stage.ts";
import { filesBelow } from "./tree.ts";

export type Compression = "xz" | "gzip";

export interface DebPlan {
  name: string;
  version: string;
  arch: Arch;
  /** folder with control, postinst, prerm and postrm */
  control: string;
  epochS: number;
  /** xz is a quarter smaller, and takes a hundred times as long */
  compression: Compression;
  out: string;
}

const SCRIPTS = ["postinst", "prerm", "postrm"];
const LEVELS: Record<Compression, string> = { xz: "-z6", gzip: "-z1" };

/** Builds the package. @returns its path */
export function buildDeb(tree: string, { name, version, arch, control, epochS, compression, out }: DebPlan): string {
  const files = filesBelow(tree);
  const debian = join(tree, "DEBIAN");
  mkdirSync(debian, { recursive: true });
  const sizeKb = Math.ceil(files.reduce((bytes, file) => bytes + lstatSync(file).size, 0) / 1_024);
  const fields = { VERSION: version, ARCH: arch, SIZE: String(sizeKb) };
  const text = readFileSync(join(control, "control"), "utf8");
  const filled = Object.entries(fields).reduce((now, [field, value]) => now.replaceAll(`@${field}@`, value), text);
  writeFileSync(join(debian, "control"), filled, { mode: 0o644 });
  const sums = files.map((file) => `${md5(file)}  ${relative(tree, file)}\n`).sort();
  writeFileSync(join(debian, "md5sums"), sums.join(""), { mode: 0o644 });
  // What an administrator may change is kept in an upgrade.
  const settings = files.map((file) => relative(tree, file)).filter((path) => path.startsWith("etc/"));
  if (settings.length > 0)
    writeFileSync(join(debian, "conffiles"), settings.map((path) => `/${path}\n`).join(""), { mode: 0o644 });
  for (const script of SCRIPTS) {
    writeFileSync(join(debian, script), readFileSync(join(control, script)));
    chmodSync(join(debian, script), 0o755);
  }
  settleTimes(tree, epochS);
  mkdirSync(out, { recursive: true });
  const deb = join(out, `${name}_${version}_${arch}.deb`);
  const how = [`-Z${compression}`, LEVELS[compression], "--threads-max=1", "--root-owner-group"];
  execFileSync("dpkg-deb", [...how, "--build", tree, deb], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epochS) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return deb;
}

/** Debian's checksums of installed files are MD5: they find a bad disk, not an attacker. */
function md5(file: string): string {
  return createHash("md5").update(readFileSync(file)).digest("hex");
}
