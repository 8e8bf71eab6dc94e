/** `collector exports trace`: who took an export, from the mark in a copy of it. */
import { readFileSync } from "node:fs";
import { formatTime } from "@forecourt/protocol/time.ts";
import Database from "better-sqlite3";
import type { Command } from "commander";
import { hiddenIn } from "../access/export-mark.ts";
import { unpack } from "../registry/sheets/archive.ts";
import { sheetLimits } from "../registry/sheets/limits.ts";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { configOf } from "./shared.ts";

const EXIT_NO_MARK = 1;

/** The number that is hidden in a CSV file or a workbook, however often it was saved. */
function markOf(bytes: Buffer): string | undefined {
  const parts = unpack(bytes, sheetLimits);
  const texts = parts.ok ? [...parts.value.values()] : [bytes];
  return texts.map((text) => hiddenIn(text.toString("utf8"))).find((id) => id !== undefined);
}

/** Adds the commands below `exports`. */
export function addExportCommands(program: Command): void {
  program
    .command("exports")
    .description("exports and their marks")
    .command("trace")
    .argument("<file>", "an export, or a copy of it")
    .description("say who took an export, by the mark that is hidden in it")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .action((file: string, { config }: { config: string }) => {
      const id = markOf(readFileSync(file));
      if (id === undefined) {
        process.stderr.write("there is no mark in this file\n");
        process.exitCode = EXIT_NO_MARK;
        return;
      }
      const raw = new Database(configOf(config).database, { readonly: true, fileMustExist: true });
      const entries = sqliteAudit(raw).of(id);
      raw.close();
      const told = entries.map(({ atMs, who, detail }) => `${formatTime(atMs)}  ${who}  ${JSON.stringify(detail)}`);
      process.stdout.write(`${[id, ...(told.length === 0 ? ["not in this audit log"] : told)].join("\n")}\n`);
    });
}
