/** Puts a Debian package's files together in a folder, the same bytes whenever and wherever it is done. */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { type Arch, type Lock, type NeededPackage, neededPackages, npmCpu } from "./closure.ts";
import { elfArch, isNeededAtRunTime, isOurProgram } from "./contents.ts";
import { copyrightText } from "./copyright.ts";
import { folderOf } from "./sources.ts";
import { filesBelow, walk } from "./tree.ts";

export interface ProgramPlan {
  /** of the Debian package */
  name: string;
  /** our folder with the program */
  workspace: string;
  arch: Arch;
  version: string;
  /** the project's folder */
  root: string;
  /** epoch seconds: the time of every file */
  epochS: number;
  cache: string;
  /** files that are built and not in the sources, below the workspace */
  built: readonly string[];
  /** examples for the administrator, below the workspace */
  examples: readonly string[];
}

const PROTOCOL = "protocol";
const SCOPE = "@forecourt/";

/**
 * Fills an empty folder with the program, its runtime, its dependencies, and what Debian wants to find.
 * @throws Error when something is missing or was built for another machine
 */
export function stageProgram(tree: string, plan: ProgramPlan): void {
  const { name, workspace, root, arch, version } = plan;
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  const needed = neededPackages(lock, workspace, arch).filter(({ name: one }) => !one.startsWith(SCOPE));
  const runtime = runtimePackage(lock, arch);
  const home = join(tree, "usr", "lib", name);
  for (const folder of [workspace, PROTOCOL]) {
    copyFiltered(join(root, folder), join(home, folder), (path) => isOurProgram(path) && !path.startsWith("web/"));
  }
  for (const path of plan.built) copyFiltered(join(root, workspace, path), join(home, workspace, path), () => true);
  for (const one of needed) {
    copyFiltered(folderOf(root, plan.cache, one), join(home, one.path), (path) => isNeededAtRunTime(path, arch));
  }
  linkProtocol(home);
  setVersion(join(home, workspace, "package.json"), version);
  const from = folderOf(root, plan.cache, runtime);
  copyFile(join(from, "bin", "node"), join(home, "runtime", "node"), 0o755);
  copyFile(join(from, "LICENSE"), join(home, "runtime", "LICENSE"), 0o644);
  copyFiltered(join(import.meta.dirname, workspace === "collector" ? "collector" : "agent", "root"), tree, () => true);
  documents(tree, plan, [runtime, ...needed]);
  requireArch(tree, arch);
}

/** The runtime is an npm package as well, pinned beside the others. */
function runtimePackage(lock: Lock, arch: Arch): NeededPackage {
  const name = `node-linux-${npmCpu[arch]}`;
  const path = `node_modules/${name}`;
  const entry = lock.packages[path];
  if (entry === undefined) throw new Error(`package-lock.json has no ${name}`);
  return { name, path, entry };
}

/** Our own package is found as in the project: below node_modules, as a link. */
function linkProtocol(home: string): void {
  mkdirSync(join(home, "node_modules", SCOPE), { recursive: true });
  symlinkSync("../../protocol", join(home, "node_modules", SCOPE, PROTOCOL));
}

function setVersion(file: string, version: string): void {
  const content = { ...(JSON.parse(readFileSync(file, "utf8")) as object), version };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

function documents(tree: string, plan: ProgramPlan, shipped: readonly NeededPackage[]): void {
  const { name, version, epochS, root, workspace } = plan;
  const doc = join(tree, "usr", "share", "doc", name);
  mkdirSync(join(doc, "examples"), { recursive: true });
  const date = new Date(epochS * 1_000).toUTCString().replace("GMT", "+0000");
  const entry = `${name} (${version}) stable; urgency=medium\n\n  * See the project's CHANGELOG.\n\n -- The Forecourt maintainers <maintainers@forecourt.invalid>  ${date}\n`;
  writeFileSync(join(doc, "changelog.gz"), gzipSync(entry, { level: 9 }));
  writeFileSync(join(doc, "copyright"), copyrightText(readFileSync(join(root, "LICENSE"), "utf8"), shipped));
  for (const example of plan.examples) copyFile(join(root, workspace, example), join(doc, "examples", example), 0o644);
  const man = join(tree, "usr", "share", "man", "man8", `${name}.8`);
  writeFileSync(`${man}.gz`, gzipSync(readFileSync(man), { level: 9 }));
  rmSync(man);
}

/** Copies the files of a folder that a filter lets through. Modes: 0755 for what can be run, 0644 else. */
function copyFiltered(from: string, to: string, keeps: (path: string) => boolean): void {
  if (!existsSync(from)) throw new Error(`${from} is missing`);
  for (const file of filesBelow(from)) {
    const path = relative(from, file);
    if (path.split("/").includes("node_modules") || !keeps(path)) continue;
    copyFile(file, join(to, path), (statSync(file).mode & 0o111) !== 0 && isScript(file) ? 0o755 : 0o644);
  }
}

/** npm's packages mark this and that as executable. */
function isScript(file: string): boolean {
  return headOf(file).subarray(0, 2).toString("latin1") === "#!";
}

function copyFile(from: string, to: string, mode: number): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/** Gives everything below a folder the same time, and folders the same mode. */
export function settleTimes(tree: string, epochS: number): void {
  for (const { path, entry } of [...walk(tree)].reverse()) {
    if (entry.isDirectory()) chmodSync(path, 0o755);
    lutimesSync(path, epochS, epochS);
  }
  chmodSync(tree, 0o755);
  lutimesSync(tree, epochS, epochS);
}

const HEAD_BYTES = 64;

/** @throws Error when a native file was built for another machine, or the database's and the ports' modules are missing */
function requireArch(tree: string, arch: Arch): void {
  let modules = 0;
  for (const file of filesBelow(tree)) {
    const built = elfArch(headOf(file));
    if (built !== undefined && built !== arch) throw new Error(`${file} is built for ${built}, not for ${arch}`);
    if (file.endsWith(".node")) modules += 1;
  }
  if (modules === 0) throw new Error(`no native module for ${arch} was found`);
}

function headOf(file: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const handle = openSync(file, "r");
  try {
    return head.subarray(0, readSync(handle, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(handle);
  }
}
