/** The agent's command line. */

import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { formatYamlError } from "@forecourt/protocol/yaml-file.ts";
import { Command } from "commander";
import { pino } from "pino";
import { startAgent, VERSION } from "./agent.ts";
import { type AgentConfig, loadConfig } from "./config.ts";
import { JournalError, verifyJournal } from "./journal/journal.ts";
import { gatewaySigner } from "./key.ts";

/** Wrong configuration. */
const EXIT_CONFIG = 2;
/** The journal cannot be trusted. */
const EXIT_JOURNAL = 3;

const log = pino({ name: "forecourt-agent" }, pino.destination(2));

function configured(file: string): AgentConfig {
  const config = loadConfig(file);
  if (config.ok) return config.value;
  for (const error of config.error) process.stderr.write(`${formatYamlError(error)}\n`);
  process.exit(EXIT_CONFIG);
}

async function run(file: string): Promise<void> {
  const config = configured(file);
  const started = performance.now();
  const agent = await startAgent(config, {
    clocks: { epochMs: () => Date.now(), monoMs: () => performance.now() - started },
    random: Math.random,
    log: (message, details) => log.info(details, message),
  });
  log.info({ gateway: config.gateway.id, station: config.gateway.station }, "agent started");
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      agent.stop(signal).then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error: String(error) }, "the agent did not stop cleanly");
          process.exit(1);
        },
      );
    });
  }
}

function guarded(action: () => void | Promise<void>): Promise<void> {
  return Promise.resolve()
    .then(action)
    .catch((error: unknown) => {
      log.fatal({ error: String(error) }, "the agent cannot run");
      process.exit(error instanceof JournalError ? EXIT_JOURNAL : 1);
    });
}

const program = new Command("forecourt-agent")
  .description("Reads the devices of a petrol station, journals every reading and forwards it to the collector.")
  .version(VERSION)
  .requiredOption("--config <file>", "configuration (YAML)")
  .action(({ config }: { config: string }) => guarded(() => run(config)));

program
  .command("key")
  .description("print the gateway's public key, making a key when there is none")
  .action(() =>
    guarded(() => {
      const { stateDir } = configured(program.opts<{ config: string }>().config).gateway;
      process.stdout.write(`${gatewaySigner(stateDir).publicKey}\n`);
    }),
  );

program
  .command("verify")
  .description("recompute the journal's whole hash chain")
  .action(() =>
    guarded(() => {
      const { stateDir } = configured(program.opts<{ config: string }>().config).gateway;
      process.stdout.write(`${verifyJournal(join(stateDir, "journal.db"))} records, the chain holds\n`);
    }),
  );

await program.parseAsync();
