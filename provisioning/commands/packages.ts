/** `provision packages`: the Debian packages of the agent and the collector. */
import { statSync } from "node:fs";
import { type Command, Option } from "commander";
import { buildPackage, PROGRAMS, type ProgramName, sourceEpoch, writeChecksums } from "../packages/build.ts";
import type { Arch } from "../packages/closure.ts";
import type { Compression } from "../packages/deb.ts";

interface Options {
  program: ProgramName[];
  arch: Arch[];
  asVersion?: string;
  compression: Compression;
  out: string;
}

const MB = 1e6;

/** Adds the command to the program. */
export function packageCommands(program: Command): void {
  program
    .command("packages")
    .description("build Debian packages; the same sources give the same bytes (SOURCE_DATE_EPOCH sets their time)")
    .addOption(new Option("--program <names...>", "which").choices([...PROGRAMS]).default([...PROGRAMS]))
    .addOption(new Option("--arch <names...>", "for which machines").choices(["amd64", "arm64"]).default(["amd64"]))
    .addOption(new Option("--compression <kind>", "gzip is quick, xz small").choices(["xz", "gzip"]).default("xz"))
    .option("--as-version <version>", "instead of that of the program's package.json")
    .requiredOption("--out <folder>", "where they are written, with SHA256SUMS")
    .action(({ program: programs, arch: arches, asVersion: version, compression, out }: Options) => {
      const epochS = sourceEpoch(process.env);
      for (const one of programs) {
        for (const arch of arches) {
          const deb = buildPackage({ program: one, arch, version, out, compression, epochS });
          process.stdout.write(`${deb} ${(statSync(deb).size / MB).toFixed(1)} MB\n`);
        }
      }
      process.stdout.write(`${writeChecksums(out)}\n`);
    });
}
