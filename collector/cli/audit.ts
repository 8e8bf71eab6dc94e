/** `collector audit verify`: walks the whole audit log and says where it is not as it was written. */
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import Database from "better-sqlite3";
import type { Command } from "commander";
import { verifyAudit } from "../audit/chain.ts";
import { readCheckpoint } from "../audit/checkpoint.ts";
import { auditCheckpoint } from "../audit/place.ts";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { configOf, signerOf } from "./shared.ts";

const EXIT_ALTERED = 3;

/** Adds the commands below `audit`. */
export function addAuditCommands(program: Command): void {
  program
    .command("audit")
    .description("the audit log")
    .command("verify")
    .description("walk the whole log, and name the first entry that is not as it was written; exit code 3 then")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .action(({ config: file }: { config: string }) => {
      const config = configOf(file);
      const raw = new Database(config.database, { readonly: true, fileMustExist: true });
      const head = readCheckpoint(auditCheckpoint(config.database), ed25519Verifier(signerOf(config).publicKey));
      if (head === "forged") return altered("the signed head beside the database is not what this collector wrote");
      const verified = verifyAudit(sqliteAudit(raw).entries(), head === "none" ? undefined : head);
      raw.close();
      if (!verified.ok) return altered(verified.problem.message);
      const { seq } = verified.head;
      if (head === "none" && seq > 0) return altered("the signed head beside the database is missing");
      process.stdout.write(`${seq} entries, the chain holds${head === "none" ? "" : `, signed up to ${head.seq}`}\n`);
    });
}

function altered(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_ALTERED;
}
