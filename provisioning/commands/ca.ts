/** `provision ca …`: the certificate authority of a prefecture. */
import type { Command } from "commander";
import { type CaError, initialiseCa } from "../ca/files.ts";
import { issueClientFiles, issueServerFiles } from "../ca/server.ts";
import { passphraseOf } from "./passphrase.ts";

const EXIT_REFUSED = 1;
/** A gateway gets its certificate by enrolment, never here. */
const CLIENT_NAME = /^(?!gw-)[a-z][a-z0-9-]{0,31}$/;

/** Adds the commands to the program. */
export function caCommands(program: Command): void {
  const ca = program.command("ca").description("the certificate authority: an offline root and an issuing authority");
  ca.command("init")
    .description("make the root and the issuing authority; never overwrites one")
    .requiredOption("--dir <folder>", "where they are kept; its part root/ belongs into a safe afterwards")
    .requiredOption("--organisation <name>", "who runs it, for example the bureau of commerce of the prefecture")
    .option("--passphrase-file <file>", "first line encrypts the root's key; asked for when this is not given")
    .action(async (options: { dir: string; organisation: string; passphraseFile?: string }) => {
      const passphrase = await passphraseOf(options.passphraseFile, "the root's key");
      const { organisation } = options;
      const made = await initialiseCa(options.dir, { organisation, passphrase, nowMs: Date.now() });
      if (!made.ok) return refuse(made.error);
      say([...made.value, `Take ${options.dir}/root/root.key offline now. The passphrase is kept nowhere.`]);
    });
  ca.command("server")
    .description("issue the certificate of the broker and the API")
    .requiredOption("--dir <folder>", "where the authority is kept")
    .requiredOption("--name <names...>", "DNS names and addresses under which gateways reach the server")
    .requiredOption("--out <folder>", "where server.key, server.crt and ca.crt are written")
    .action(async (options: { dir: string; name: string[]; out: string }) => {
      const { name: names, out } = options;
      const made = await issueServerFiles(options.dir, { names, out, nowMs: Date.now() });
      if (!made.ok) return refuse(made.error);
      say(made.value);
    });
  ca.command("client")
    .description("issue the collector's certificate at a broker that stands apart")
    .requiredOption("--dir <folder>", "where the authority is kept")
    .option("--name <name>", "under which the broker knows it: small letters, digits and dashes", "collector")
    .requiredOption("--out <folder>", "where its key, its certificate and ca.crt are written")
    .action(async (options: { dir: string; name: string; out: string }) => {
      const { name, out } = options;
      if (!CLIENT_NAME.test(name)) {
        return refuse({ code: "name", message: `${name} cannot be a client's name`, cure: "Name it collector." });
      }
      const made = await issueClientFiles(options.dir, { name, out, nowMs: Date.now() });
      if (!made.ok) return refuse(made.error);
      say(made.value);
    });
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function refuse({ message, cure }: CaError): void {
  process.stderr.write(`${message}. ${cure}\n`);
  process.exitCode = EXIT_REFUSED;
}
