/** `collector evidence …`: the file that proves a flag, and its proof. `verify` needs the file alone. */
import { readFileSync, writeFileSync } from "node:fs";
import { proveEvidence, readEvidence } from "@forecourt/protocol/evidence/evidence.ts";
import Database from "better-sqlite3";
import type { Command } from "commander";
import { buildEvidence } from "../evidence/build.ts";
import { sqliteEvidence } from "../store/sqlite/evidence.ts";
import { configOf } from "./shared.ts";

const EXIT_REFUSED = 1;
const EXIT_NOT_PROVED = 3;

/** Adds the commands below `evidence`. */
export function addEvidenceCommands(program: Command): void {
  const evidence = program
    .command("evidence")
    .description("the records that prove a flag, as the gateways signed them");
  evidence
    .command("export")
    .description("write what a flag rests on into one file; also while the collector runs")
    .argument("<flag>", "id of the flag")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .requiredOption("--out <file>", "the file to write")
    .action((flag: string, { config, out }: { config: string; out: string }) => {
      process.exitCode = exportFlag(flag, config, out);
    });
  evidence
    .command("verify")
    .description("prove the records in a file against the gateways' keys; exit code 3 when they are not proved")
    .argument("<file>", "an evidence file")
    .option(
      "--key <gateway=key...>",
      "public key (base64) from a source of your own, for example the acceptance report",
    )
    .action((file: string, { key = [] }: { key?: string[] }) => {
      process.exitCode = verify(file, key);
    });
}

function exportFlag(flag: string, configFile: string, out: string): number {
  const config = configOf(configFile);
  const raw = new Database(config.database, { readonly: true, fileMustExist: true });
  const { enrolledKey, registeredKey, ...stored } = sqliteEvidence(raw);
  const publicKey = (gateway: string) => registeredKey(gateway) ?? enrolledKey(gateway);
  const built = buildEvidence(flag, { ...stored, publicKey }, Date.now());
  raw.close();
  if (!built.ok) return refused(built.error, EXIT_REFUSED);
  writeFileSync(out, `${JSON.stringify(built.value, null, 1)}\n`);
  const { ranges, envelopes } = built.value;
  const records = ranges.reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
  process.stdout.write(`${out}: ${records} records in ${envelopes.length} signed batches\n`);
  return 0;
}

function verify(file: string, keys: readonly string[]): number {
  const trusted = new Map(keys.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
  const read = readEvidence(readFileSync(file, "utf8"));
  if (!read.ok) return refused(read.error.message, EXIT_NOT_PROVED);
  const proved = proveEvidence(read.value, trusted);
  if (!proved.ok) return refused(`NOT proved: ${proved.error.message}`, EXIT_NOT_PROVED);
  for (const { line } of proved.value) process.stdout.write(`${line}\n`);
  const { flag, gateways } = read.value;
  const said = [
    `${flag.rule} ${flag.subject} at ${flag.station}: ${proved.value.length} records proved`,
    ...gateways.map(({ gateway }) =>
      trusted.has(gateway)
        ? `${gateway}: signed with the key that you gave`
        : `${gateway}: signed with the key in the file; compare it with one from another source`,
    ),
  ];
  process.stderr.write(`${said.join("\n")}\n`);
  return 0;
}

function refused(message: string, exitCode: number): number {
  process.stderr.write(`${message}\n`);
  return exitCode;
}
