/** `collector retention plan|purge`: what may be removed by policy, and its removal beside a running collector. */
import { userInfo } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Command } from "commander";
import { writeCheckpoint } from "../audit/checkpoint.ts";
import { auditCheckpoint } from "../audit/place.ts";
import { clockProblem } from "../retention/policy.ts";
import { type LayerResult, purge } from "../retention/purge.ts";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { sqliteRetention } from "../store/sqlite/retention.ts";
import { configOf, signerOf } from "./shared.ts";

const EXIT_REFUSED = 2;

/** Adds the commands below `retention`. */
export function addRetentionCommands(program: Command): void {
  const retention = program.command("retention").description("remove what the policy of the configuration lets go");
  retention
    .command("plan")
    .description("say what would go, layer by layer; changes nothing")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .action(({ config }: { config: string }) => run(config, { apply: false, by: "", why: "" }));
  retention
    .command("purge")
    .description("remove it, beside a running collector; the audit log says who, why and what. Back up before")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .requiredOption("--why <text>", "what it rests on")
    .option("--by <name>", "who does it", userInfo().username)
    .action(({ config, by, why }: { config: string; by: string; why: string }) =>
      run(config, { apply: true, by, why }),
    );
}

async function run(file: string, of: { apply: boolean; by: string; why: string }): Promise<void> {
  const config = configOf(file);
  const { retention: policy, database } = config;
  if (policy === undefined) return refuse("the configuration has no section `retention`: nothing is removed");
  const { raw } = await openDatabase(database);
  try {
    const audit = sqliteAudit(raw);
    const store = sqliteRetention(raw, audit);
    const nowMs = Date.now();
    const problem = clockProblem(store.newestMs(), nowMs);
    if (problem !== undefined) return refuse(problem);
    const results = await purge(store, { policy, nowMs, ...of, pause: (ms) => pause(ms) });
    if (of.apply) await writeCheckpoint(auditCheckpoint(database), audit.head(), signerOf(config), Date.now());
    for (const result of results) process.stdout.write(`${lineOf(result)}\n`);
    if (!of.apply) process.stdout.write("nothing was changed: `retention purge` carries it out\n");
  } finally {
    raw.close();
  }
}

function lineOf({ layer, beforeMs, records, batches, bytes, spared }: LayerResult): string {
  return JSON.stringify({ layer, before: formatTime(beforeMs), records, batches, bytes, spared });
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_REFUSED;
}
