/** Builds the Debian packages of the agent and the collector, with a list of their checksums. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Arch } from "./closure.ts";
import { buildDeb, type Compression } from "./deb.ts";
import { type ProgramPlan, stageProgram } from "./stage.ts";

export const PROGRAMS = ["agent", "collector"] as const;
export type ProgramName = (typeof PROGRAMS)[number];

export interface BuildPlan {
  program: ProgramName;
  arch: Arch;
  /** undefined: as the program's package.json says */
  version: string | undefined;
  out: string;
  compression: Compression;
  /** epoch seconds */
  epochS: number;
}

const ROOT = resolve(import.meta.dirname, "..", "..");
const CACHE = join(ROOT, ".run", "packages");
/** What differs between the two programs. */
const PARTS: Record<ProgramName, Pick<ProgramPlan, "workspace" | "built" | "examples">> = {
  agent: { workspace: "edge-agent", built: [], examples: ["config.example.yaml"] },
  collector: {
    workspace: "collector",
    built: ["web/dist"],
    examples: ["config.example.yaml", "registry.example.yaml"],
  },
};

/** Builds one package. @returns its path */
export function buildPackage({ program, arch, version, out, compression, epochS }: BuildPlan): string {
  const parts = PARTS[program];
  const name = `forecourt-${program}`;
  const work = mkdtempSync(join(tmpdir(), "forecourt-package-"));
  try {
    const tree = join(work, "tree");
    mkdirSync(tree);
    const as = version ?? versionOf(parts.workspace);
    stageProgram(tree, { ...parts, name, arch, version: as, root: ROOT, epochS, cache: CACHE });
    const control = join(import.meta.dirname, program);
    return buildDeb(tree, { name, version: as, arch, control, epochS, compression, out });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes SHA256SUMS beside the packages of a folder. */
export function writeChecksums(folder: string): string {
  const lines = readdirSync(folder)
    .filter((file) => file.endsWith(".deb"))
    .sort()
    .map(
      (file) =>
        `${createHash("sha256")
          .update(readFileSync(join(folder, file)))
          .digest("hex")}  ${file}\n`,
    );
  const sums = join(folder, "SHA256SUMS");
  writeFileSync(sums, lines.join(""));
  return sums;
}

/** The time that all files get: SOURCE_DATE_EPOCH, or that of the last commit. @returns epoch seconds */
export function sourceEpoch(environment: Record<string, string | undefined>): number {
  const given = environment.SOURCE_DATE_EPOCH;
  if (given !== undefined && /^\d{1,12}$/.test(given)) return Number(given);
  if (!existsSync(join(ROOT, ".git"))) return RELEASE_EPOCH_S;
  return Number(execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: ROOT, encoding: "utf8" }).trim());
}

/** Sources without a history: any fixed time will do. */
const RELEASE_EPOCH_S = 1_767_225_600;

function versionOf(workspace: string): string {
  return (JSON.parse(readFileSync(join(ROOT, workspace, "package.json"), "utf8")) as { version: string }).version;
}
