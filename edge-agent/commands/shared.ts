/** What the agent's commands share: the log, the configuration named on the command line, and how a command ends. */
import { formatYamlError } from "@forecourt/protocol/yaml-file.ts";
import type { Command } from "commander";
import { pino } from "pino";
import { type AgentConfig, loadConfig } from "../config.ts";
import { JournalError } from "../journal/errors.ts";

/** Wrong configuration, or none given. */
export const EXIT_CONFIG = 2;
/** The journal cannot be trusted. */
const EXIT_JOURNAL = 3;

/** Standard output belongs to what a command was asked for; everything else goes to standard error. */
export const log = pino({ name: "forecourt-agent" }, pino.destination(2));

/** Adds one command to the program. Each file in this folder exports one. */
export type AddCommand = (program: Command) => void;

/** The path that `--config` names; without one the process ends. */
export function configFile(program: Command): string {
  const { config: file } = program.opts<{ config?: string }>();
  if (file !== undefined) return file;
  process.stderr.write("no configuration: give its path with --config <file>\n");
  process.exit(EXIT_CONFIG);
}

/** The configuration that `--config` names; whatever is wrong with it is said, and the process ends. */
export function configured(program: Command): AgentConfig {
  const config = loadConfig(configFile(program));
  if (config.ok) return config.value;
  for (const error of config.error) process.stderr.write(`${formatYamlError(error)}\n`);
  process.exit(EXIT_CONFIG);
}

/** Runs a command's action; what it throws is logged and becomes the exit code. */
export function guarded(action: () => void | Promise<void>): Promise<void> {
  return Promise.resolve()
    .then(action)
    .catch((error: unknown) => {
      log.fatal({ error: String(error) }, "the agent cannot run");
      process.exit(error instanceof JournalError ? EXIT_JOURNAL : 1);
    });
}
