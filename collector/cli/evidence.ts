/** `collector evidence …`: the file that proves a flag or a case, and its proof. `verify` needs the file alone. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CaseFile, isCaseFile, proveCase, readCaseFile } from "@forecourt/protocol/evidence/case-file.ts";
import { proveEvidence, readEvidence } from "@forecourt/protocol/evidence/evidence.ts";
import Database from "better-sqlite3";
import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import { buildEvidence, type EvidenceSource } from "../evidence/build.ts";
import { buildCaseFile } from "../evidence/case.ts";
import { caseReader } from "../store/sqlite/cases.ts";
import { evidenceSource } from "../store/sqlite/evidence.ts";
import { configOf, signerOf } from "./shared.ts";

const EXIT_REFUSED = 1;
const EXIT_NOT_PROVED = 3;

/** Adds the commands below `evidence`. */
export function addEvidenceCommands(program: Command): void {
  const evidence = program
    .command("evidence")
    .description("the records that prove a flag, as the gateways signed them");
  evidence
    .command("export")
    .description("write what a flag or a case rests on into one file; also while the collector runs")
    .argument("<id>", "id of the flag, or id or number of the case")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .requiredOption("--out <file>", "the file to write")
    .action(async (id: string, { config, out }: { config: string; out: string }) => {
      process.exitCode = await exportOne(id, configOf(config), out);
    });
  evidence
    .command("verify")
    .description("prove the records in a file against the gateways' keys; exit code 3 when they are not proved")
    .argument("<file>", "an evidence file, of a flag or a case")
    .option(
      "--key <gateway=key...>",
      "public key (base64) from a source of your own, for example the acceptance report; the collector's as collector=…",
    )
    .option("--files <folder>", "photos and papers of the case, to be held against their SHA-256")
    .action((file: string, { key = [], files }: { key?: string[]; files?: string }) => {
      process.exitCode = verify(file, key, files);
    });
}

async function exportOne(id: string, config: Config, out: string): Promise<number> {
  const raw = new Database(config.database, { readonly: true, fileMustExist: true });
  try {
    const source = evidenceSource(raw);
    const whole = caseReader(raw)(id);
    if (whole === undefined) return exportFlag(id, source, out);
    const file = await buildCaseFile(whole, source, signerOf(config), Date.now());
    writeFileSync(out, `${JSON.stringify(file, null, 1)}\n`);
    const proved = file.flags.filter(({ evidence }) => evidence !== null).length;
    process.stdout.write(`${out}: case ${file.case.number}, evidence of ${proved} of ${file.flags.length} flags\n`);
    return 0;
  } finally {
    raw.close();
  }
}

function exportFlag(flag: string, source: EvidenceSource, out: string): number {
  const built = buildEvidence(flag, source, Date.now());
  if (!built.ok) return refused(built.error, EXIT_REFUSED);
  writeFileSync(out, `${JSON.stringify(built.value, null, 1)}\n`);
  const { ranges, envelopes } = built.value;
  const records = ranges.reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
  process.stdout.write(`${out}: ${records} records in ${envelopes.length} signed batches\n`);
  return 0;
}

function verify(file: string, keys: readonly string[], files: string | undefined): number {
  const trusted = new Map(keys.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
  const text = readFileSync(file, "utf8");
  return isCaseFile(text) ? verifyCase(text, trusted, files) : verifyFlag(text, trusted);
}

function verifyCase(text: string, trusted: ReadonlyMap<string, string>, files: string | undefined): number {
  const read = readCaseFile(text);
  if (!read.ok) return refused(read.error.message, EXIT_NOT_PROVED);
  const proved = proveCase(read.value, trusted);
  if (!proved.ok) return refused(`NOT proved: ${proved.error.message}`, EXIT_NOT_PROVED);
  const wrong = files === undefined ? [] : changedFiles(read.value, files);
  if (wrong.length > 0) return refused(`NOT proved: ${wrong.join(", ")}`, EXIT_NOT_PROVED);
  for (const { records } of proved.value.flags) for (const { line } of records) process.stdout.write(`${line}\n`);
  const { case: one, events, files: kept } = read.value;
  const said = [
    `case ${one.number}: ${events.length} steps and ${kept.length} files, signed by the collector${
      trusted.has("collector") ? " with the key that you gave" : "; compare its key with one from another source"
    }`,
    ...proved.value.flags.map(({ flag, records }) => `flag ${flag}: ${records.length} records proved`),
    ...proved.value.unproved.map(({ flag, why }) => `flag ${flag}: not proved here, ${why}`),
  ];
  process.stderr.write(`${said.join("\n")}\n`);
  return 0;
}

/** Files in the folder that are none of the case's, by their bytes; and those of the case that are not there. */
function changedFiles({ files }: CaseFile, folder: string): string[] {
  const there = new Map(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
        name,
      ]),
  );
  const known = new Set(files.map(({ sha256 }) => sha256));
  return [
    ...files.filter(({ sha256 }) => !there.has(sha256)).map(({ name }) => `${name} is missing or changed`),
    ...[...there].filter(([hash]) => !known.has(hash)).map(([, name]) => `${name} is no file of the case`),
  ];
}

function verifyFlag(text: string, trusted: ReadonlyMap<string, string>): number {
  const read = readEvidence(text);
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
