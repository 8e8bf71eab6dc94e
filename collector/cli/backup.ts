/** `collector backup`, `backup-verify`, `restore`: the database saved while it runs, proved, and brought back. */
import type { Result } from "@forecourt/protocol/result.ts";
import type { Command } from "commander";
import { type BackupError, type BackupNote, makeBackup, restoreBackup, verifyBackup } from "../backup/backup.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { configOf } from "./shared.ts";

const EXIT_REFUSED = 3;

/** Adds the commands. */
export function addBackupCommands(program: Command): void {
  program
    .command("backup")
    .description("save the database into a folder while the collector runs, and prove what was saved")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .requiredOption("--out <folder>", "a new folder")
    .action(async ({ config, out }: { config: string; out: string }) => {
      say(await makeBackup(configOf(config).database, out, Date.now()));
    });
  program
    .command("backup-verify")
    .description("prove a backup: its file, its tables, every gateway's chain")
    .argument("<folder>", "the backup")
    .action(async (folder: string) => say(await verifyBackup(folder)));
  program
    .command("restore")
    .description("bring a backup back where no database is, and bring its tables up to this version")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .requiredOption("--from <folder>", "the backup")
    .action(async ({ config, from }: { config: string; from: string }) => {
      const { database } = configOf(config);
      const restored = await restoreBackup(from, database);
      if (restored.ok) (await openDatabase(database)).raw.close();
      say(restored);
    });
}

function say(result: Result<BackupNote, BackupError>): void {
  if (result.ok) {
    process.stdout.write(`${JSON.stringify(result.value)}\n`);
    return;
  }
  process.stderr.write(`${result.error.message}. ${result.error.cure}\n`);
  process.exitCode = EXIT_REFUSED;
}
