/** The collector's command line: run it, print its public key, or run its rules anew. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { Command } from "commander";
import { pino } from "pino";
import { addAccountCommands } from "./cli/accounts.ts";
import { addAuditCommands } from "./cli/audit.ts";
import { addBackupCommands } from "./cli/backup.ts";
import { addEnrolmentCommands } from "./cli/enrolment.ts";
import { addEvidenceCommands } from "./cli/evidence.ts";
import { addExportCommands } from "./cli/exports.ts";
import { addRegistryCommands } from "./cli/registry.ts";
import { addRetentionCommands } from "./cli/retention.ts";
import { addRolloutCommands } from "./cli/rollout.ts";
import { addRuleCommands } from "./cli/rules.ts";
import { configOf, signerOf } from "./cli/shared.ts";
import { addStatisticsCommands } from "./cli/statistics.ts";
import { startCollector } from "./collector.ts";
import type { Config } from "./config/config.ts";
import { storedRegistry } from "./registry/registry.ts";
import { rerunRules } from "./rules/rerun.ts";
import { openSqliteStore } from "./store/sqlite/sqlite-store.ts";

// What is written here is nobody else's on this machine to read: the database, its backups, keys, exports.
process.umask(0o077);

/** The running transaction ends long before; whoever hangs longer is not worth waiting for. */
const STOP_WITHIN_MS = 4_500;

const log = pino(
  { name: "collector", level: process.env.LOG_LEVEL ?? "info" },
  pino.destination({ fd: 2, sync: true }),
);

const program = new Command("collector").description(
  "Forecourt's collector: takes batches in, keeps them, judges them",
);
program
  .command("run", { isDefault: true })
  .description("run the collector")
  .requiredOption("--config <file>", "configuration file (YAML)")
  .action(async ({ config }: { config: string }) => run(configOf(config)));
program
  .command("key")
  .description("print the collector's public key; the key is made when it is missing")
  .requiredOption("--config <file>", "configuration file (YAML)")
  .action(({ config }: { config: string }) => {
    process.stdout.write(`${signerOf(configOf(config)).publicKey}\n`);
  });
program
  .command("rerun")
  .description("run the rules anew over what is stored and report flags that differ; changes nothing")
  .requiredOption("--config <file>", "configuration file (YAML)")
  .action(async ({ config }: { config: string }) => rerun(configOf(config)));
addRetentionCommands(program);
addRolloutCommands(program);
addRuleCommands(program);
addAccountCommands(program);
addAuditCommands(program);
addBackupCommands(program);
addEnrolmentCommands(program);
addEvidenceCommands(program);
addExportCommands(program);
addRegistryCommands(program);
addStatisticsCommands(program);
await program.parseAsync();

async function run(config: Config): Promise<void> {
  const signer = signerOf(config);
  const collector = await startCollector(config, { signer, log, now: Date.now }).catch((error: Error) => {
    log.fatal({ err: error }, "the collector could not start");
    return process.exit(1);
  });
  const { httpPort: http, mqttPort: mqtt, mqttsPort: mqtts, stations } = collector;
  const ready = { ready: true, http, mqtt, mqtts, publicKey: signer.publicKey };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  log.info({ http, mqtt, mqtts, stations }, "ready");
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void collector.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
}

async function rerun(config: Config): Promise<void> {
  const store = await openSqliteStore(config.database);
  const registry = await storedRegistry(store.registry, config.registry);
  const result = await rerunRules(store.rules, registry, config.rules);
  const thinnedUntilMs = await store.rules.thinnedUntilMs();
  await store.close();
  if (thinnedUntilMs > 0) {
    const day = formatTime(thinnedUntilMs).slice(0, 10);
    process.stderr.write(`records until ${day} were thinned by policy: what differs before that day says nothing\n`);
  }
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.differences.length === 0 ? 0 : 1;
}
