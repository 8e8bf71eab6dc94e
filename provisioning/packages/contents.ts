/** Which files of the project and of npm's packages go into a Debian package. Pure. */
import { type Arch, npmCpu } from "./closure.ts";

/** Our own folders without what only the workshop needs. */
const WORKSHOP = [
  /(^|\/)node_modules(\/|$)/,
  /(^|\/)(bench|testing|dist)(\/|$)/,
  /\.test(-support)?\.ts$/,
  /(^|\/)vectors\.json$/,
  /(^|\/)CHANGELOG\.md$/,
];

/** @param path of a file below a workspace of ours, for example drivers/driver.ts */
export function isOurProgram(path: string): boolean {
  return !WORKSHOP.some((pattern) => pattern.test(path));
}

/** What authors publish beside their code. A licence is kept whatever it is called. */
const BESIDES = [
  /\.(md|markdown|map|flow|gyp|gypi|tsbuildinfo|yml|coffee|html|sh|py|patch)$/i,
  // Also sources: Node strips no types below node_modules.
  /\.[cm]?ts$/,
  /\.(cc|cpp|c|h|hpp)$/,
  /(^|\/)test\.js$/,
  /(^|\/)(bin|scripts|tools|test|tests|__tests__|example|examples|bench|benchmark|benchmarks|\.github|\.vscode|\.yarn|man)\//,
  /(^|\/)(\.[^/]+|(bin|cli)\.m?js|build-test\.js|optional\.js|AUTHORS|Makefile|tsconfig[^/]*\.json|vitest\.config\.js)$/,
];
/** Bundles for browsers. */
const FOR_BROWSERS = [
  /(^|\/)(browser|umd)\//,
  /(^|\/)pdfkit\.(standalone|browser)[^/]*$/,
  /(^|\/)dist\/mqtt(\.esm|\.min)*\.js$/,
];
/** Eight megabytes each: papers are set in Regular alone. */
const UNUSED_FONTS = /NotoSansHans-(Bold|DemiLight|Light|Medium)\.otf$/;
const LICENCE = /(^|\/)(licen[cs]e|copying|notice)[^/]*$/i;

/** @param path of a file below an npm package @param arch for which machine */
export function isNeededAtRunTime(path: string, arch: Arch): boolean {
  if (LICENCE.test(path)) return true;
  if ([...BESIDES, ...FOR_BROWSERS, UNUSED_FONTS].some((pattern) => pattern.test(path))) return false;
  return !path.endsWith(".node") || isBuiltFor(path, arch);
}

/** Whether the path of a native module says that it was built for this machine: `linux-x64.node`, `linux-x64/a.glibc.node`. */
function isBuiltFor(path: string, arch: Arch): boolean {
  const words = path.toLowerCase().split(/[/.]/);
  const wanted = `linux-${npmCpu[arch]}`;
  const isTarget = words.some((word) => word === wanted || word.endsWith(`${wanted}-gnu`));
  return isTarget && !words.includes("musl");
}

const ELF_MAGIC = 0x7f454c46;
const ELF_MACHINE_AT = 18;
const ELF_MACHINES: Record<number, Arch> = { 62: "amd64", 183: "arm64" };

/**
 * For which machine a program was built, from its ELF header (System V ABI, figure 4-3).
 * @returns undefined when it is no ELF file; "other" for a machine that we do not build for
 */
export function elfArch(head: Buffer): Arch | "other" | undefined {
  if (head.length < ELF_MACHINE_AT + 2 || head.readUInt32BE(0) !== ELF_MAGIC) return undefined;
  return ELF_MACHINES[head.readUInt16LE(ELF_MACHINE_AT)] ?? "other";
}
