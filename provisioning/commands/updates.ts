/** `provision update-authority …` and `provision bundle …`: who signs updates, and what is signed. */
import { type Command, Option } from "commander";
import type { CaError } from "../ca/files.ts";
import { initialiseUpdateAuthority, loadUpdateAuthority } from "../updates/authority.ts";
import { makeBundle } from "../updates/bundle.ts";
import { passphraseOf } from "./passphrase.ts";

const EXIT_REFUSED = 1;
const KEY = "the update authority's key";

/** Adds the commands to the program. */
export function updateCommands(program: Command): void {
  program
    .command("update-authority")
    .description("who signs updates of the agent")
    .command("init")
    .description("make its key; never overwrites one")
    .requiredOption("--dir <folder>", "where it is kept, offline")
    .option("--passphrase-file <file>", "first line encrypts the key; asked for when this is not given")
    .action(async ({ dir, passphraseFile }: { dir: string; passphraseFile?: string }) => {
      const made = initialiseUpdateAuthority(dir, await passphraseOf(passphraseFile, KEY));
      if (!made.ok) return refuse(made.error);
      say([
        ...made.value,
        "Put the .pub file on every box as /etc/forecourt/update-authority.pub. Take the key offline.",
      ]);
    });
  program
    .command("bundle")
    .description("signed updates of the agent")
    .command("make")
    .description("make a signed update of a Debian package of the agent")
    .requiredOption("--deb <file>", "forecourt-agent_VERSION_ARCH.deb")
    .requiredOption("--dir <folder>", "where the update authority is kept")
    .requiredOption("--out <folder>", "the collector's folder of bundles")
    .option("--passphrase-file <file>", "first line opens the key; asked for when this is not given")
    .addOption(new Option("--level <number>", "of compression, 1 to 19").default(15).argParser(Number))
    .action(async (options: { deb: string; dir: string; out: string; passphraseFile?: string; level: number }) => {
      const { deb, dir, out, passphraseFile, level } = options;
      const authority = loadUpdateAuthority(dir, await passphraseOf(passphraseFile, KEY));
      if (!authority.ok) return refuse(authority.error);
      say(await makeBundle({ deb, out, level, authority: authority.value, nowMs: Date.now() }));
    });
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function refuse({ message, cure }: CaError): void {
  process.stderr.write(`${message}. ${cure}\n`);
  process.exitCode = EXIT_REFUSED;
}
