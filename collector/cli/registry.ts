/** `collector registry …`: import, export and check the registry, beside a running collector or without one. */
import { readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, extname } from "node:path";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import type { Command } from "commander";
import { nanoid } from "nanoid";
import { exportMark } from "../access/export-mark.ts";
import { note } from "../access/note.ts";
import { machine } from "../access/reader.ts";
import { writeCheckpoint } from "../audit/checkpoint.ts";
import { auditCheckpoint } from "../audit/place.ts";
import type { AuditTable } from "../audit/table.ts";
import { type Config, readRegistry } from "../config/config.ts";
import { describeConfigError } from "../errors.ts";
import { checkRegistry } from "../registry/check-registry.ts";
import { type ImportReport, importFile } from "../registry/importer.ts";
import { Registrar } from "../registry/registrar.ts";
import { buildRegistry } from "../registry/registry.ts";
import { TABLE_NAMES, type TableName } from "../registry/sheets/tables.ts";
import { exportFile, templateFile } from "../registry/sheets/templates.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { configOf, signerOf } from "./shared.ts";

const EXIT_ROWS = 1;
const EXIT_USAGE = 2;

interface ImportOptions {
  config: string;
  table?: TableName;
  apply?: boolean;
  allOrNothing?: boolean;
  why?: string;
  by?: string;
}

/** Adds the commands below `registry`. */
export function addRegistryCommands(program: Command): void {
  const registry = program.command("registry").description("the registry: import, export, check");
  registry
    .command("import")
    .argument("<file>", "CSV or XLSX, or a registry file (YAML)")
    .description(
      "say what an import would change, row by row; with --apply, carry it out (a running collector notices)",
    )
    .requiredOption("--config <file>", "configuration file (YAML)")
    .option("--table <name>", `what a CSV file holds: ${TABLE_NAMES.join(", ")}`)
    .option("--apply", "carry it out")
    .option("--all-or-nothing", "take nothing while anything is wrong")
    .option("--why <text>", "what it rests on; needed with --apply")
    .option("--by <name>", "who does it", userInfo().username)
    .action(importCommand);
  registry
    .command("export")
    .description("write the registry as CSV (one table) or XLSX")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .requiredOption("--out <file>", "ending in .csv or .xlsx")
    .option("--table <name>", `needed for CSV: ${TABLE_NAMES.join(", ")}`)
    .option("--template", "an empty table with an example instead")
    .action(exportCommand);
  registry
    .command("check")
    .description("say what is missing, wrong or about to end in the registry; exit code 1 when anything is")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .option("--days <number>", "licences that end within so many days", "60")
    .action(checkCommand);
}

/** @param use is given the registry of the configuration's database */
async function withRegistrar<T>(
  config: Config,
  use: (registrar: Registrar, registry: ReturnType<typeof buildRegistry>, audit: AuditTable) => Promise<T>,
): Promise<T> {
  const store = await openSqliteStore(config.database);
  const registry = buildRegistry({ stations: [] });
  const checkpoint = () =>
    writeCheckpoint(auditCheckpoint(config.database), store.audit.head(), signerOf(config), Date.now());
  const nobody = () => undefined;
  const registrar = new Registrar({
    store: store.registry,
    registry,
    now: Date.now,
    onInput: nobody,
    onGatewayGone: nobody,
    checkpoint,
  });
  try {
    await registrar.start(config.registry.stations);
    const used = await use(registrar, registry, store.audit);
    await checkpoint();
    return used;
  } finally {
    await store.close();
  }
}

async function importCommand(file: string, options: ImportOptions): Promise<void> {
  if (options.table !== undefined && !TABLE_NAMES.includes(options.table))
    return refuse(`there is no table ${options.table}`);
  const config = configOf(options.config);
  if ([".yaml", ".yml"].includes(extname(file))) return importYaml(file, config, options);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return refuse((error as Error).message);
  }
  const { apply = false, allOrNothing = false, why = "", by = "" } = options;
  const order = { who: by, why, dryRun: !apply, allOrNothing, sees: () => true };
  const done = await withRegistrar(config, (registrar, registry) =>
    importFile({ bytes, name: basename(file), table: options.table }, order, { registrar, registry }),
  );
  if (!done.ok) return refuse(`${done.error.message.en}. ${done.error.cure.en}`);
  return report(done.value);
}

function report({ rows, good, refused, stations, errors, errorCount, applied, dryRun }: ImportReport): void {
  for (const { sheet, line, column, message, cure } of errors) {
    const place = `${sheet}:${line}${column === null ? "" : ` ${column}`}`;
    process.stderr.write(`${place}: ${message.zh} ${message.en}. ${cure.zh} ${cure.en}\n`);
  }
  if (errorCount > errors.length) process.stderr.write(`and ${errorCount - errors.length} more\n`);
  const { added, changed, unchanged } = stations;
  const counts = `${rows} rows: ${good} good, ${refused} refused; stations: ${added.length} new, ${changed.length} changed, ${unchanged.length} as they were`;
  const what = applied ? "done" : dryRun ? "nothing was changed: --apply carries it out" : "nothing was changed";
  process.stdout.write(`${counts}; ${what}\n`);
  process.exitCode = errorCount > 0 ? EXIT_ROWS : 0;
}

/** A registry file says everything of its stations: each takes the place of what stands. */
async function importYaml(file: string, config: Config, { apply, why = "", by = "" }: ImportOptions): Promise<void> {
  const read = readRegistry(file);
  if (!read.ok) return refuse(read.error.map(describeConfigError).join("\n"));
  const { stations } = read.value;
  await withRegistrar(config, async (registrar) => {
    const orders = stations
      .map((entry) => ({ entry, after: registrar.current(entry.id)?.version ?? 0 }))
      .filter((order) => registrar.check(order, { why: "compared" })?.code !== "nothing");
    process.stdout.write(`${stations.length} stations: ${orders.length} are new or differ\n`);
    if (!apply || orders.length === 0) return;
    const done = await registrar.carryOut(orders, { who: by, why });
    if (!done.ok) refuse(`${done.error.station}: ${done.error.message.en}. ${done.error.cure.en}`);
  });
}

async function exportCommand(options: {
  config: string;
  out: string;
  table?: TableName;
  template?: boolean;
}): Promise<void> {
  const { out, table } = options;
  const form = extname(out) === ".csv" ? "csv" : extname(out) === ".xlsx" ? "xlsx" : undefined;
  if (form === undefined) return refuse("--out must end in .csv or .xlsx");
  if (table === undefined ? form === "csv" : !TABLE_NAMES.includes(table)) {
    return refuse(`name one --table: ${TABLE_NAMES.join(", ")}`);
  }
  const tables = table === undefined ? TABLE_NAMES : [table];
  const file = options.template
    ? templateFile(form, tables)
    : await withRegistrar(configOf(options.config), async (_, { stations }, audit) => {
        const atMs = Date.now();
        const taker = machine(`console:${userInfo().username}`, []);
        const mark = exportMark(taker, null, `EX${nanoid()}`, atMs);
        const bytes = exportFile(form, tables, stations, mark);
        const detail = { name: basename(out), rows: stations.length, sha256: sha256Hex(bytes) };
        audit.append(note(taker, atMs, "export.marked", mark.id, detail));
        return bytes;
      });
  writeFileSync(out, file);
  process.stdout.write(`${out}: ${file.length} bytes\n`);
}

async function checkCommand({ config, days }: { config: string; days: string }): Promise<void> {
  const findings = await withRegistrar(configOf(config), async (registrar, registry) =>
    checkRegistry(registry.stations, registry, await registrar.heard(), { nowMs: Date.now(), days: Number(days) }),
  );
  for (const { station, name, what } of findings) process.stdout.write(`${station} ${name}: ${what.zh} ${what.en}\n`);
  process.stderr.write(`${findings.length} findings\n`);
  process.exitCode = findings.length > 0 ? EXIT_ROWS : 0;
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_USAGE;
}
