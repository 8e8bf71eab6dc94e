/** What the collector's commands share: the configuration named on the command line, its key, and how a command ends. */
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { loadOrCreateKey } from "../config/key-file.ts";
import { type ConfigError, describeConfigError } from "../errors.ts";

/** Configuration, registry or key is wrong. */
const EXIT_CONFIG = 2;

/** The configuration; whatever is wrong with it is said, and the process ends. */
export function configOf(file: string): Config {
  const config = loadConfig(file);
  return config.ok ? config.value : exitWith(config.error);
}

/** The collector's key; it is made when it is missing. */
export function signerOf(config: Config): Signer {
  const signer = loadOrCreateKey(config.keyFile);
  return signer.ok ? signer.value : exitWith(signer.error);
}

function exitWith(errors: readonly ConfigError[]): never {
  for (const error of errors) process.stderr.write(`${describeConfigError(error)}\n`);
  process.exit(EXIT_CONFIG);
}
