/** `collector rules …`: what rules there are, what one means, and what they say of a span of history. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import type { Command } from "commander";
import { type Config, loadConfig, loadParameters } from "../config/config.ts";
import { type ConfigError, describeConfigError } from "../errors.ts";
import { storedRegistry } from "../registry/registry.ts";
import { catalogue } from "../rules/catalogue.ts";
import { explainRule, listRules, ruleCatalogue } from "../rules/describe.ts";
import { versionsOf } from "../rules/entry-book.ts";
import type { ReplayResult } from "../rules/replay.ts";
import { replayFiles } from "../rules/replay-files.ts";
import { replayStore } from "../rules/replay-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";

const EXIT_USAGE = 2;

interface ReplayOptions {
  config?: string;
  station?: string;
  from?: string;
  to?: string;
  registry?: string;
  records?: string;
  filings?: string;
  parameters?: string;
}

/** Adds the commands below `rules`. */
export function addRuleCommands(program: Command): void {
  const rules = program.command("rules").description("the rules: list, explain, replay");
  rules
    .command("list")
    .description("list all rules")
    .action(() => print(listRules(catalogue)));
  rules
    .command("explain")
    .argument("<rule>", "id of a rule")
    .description("say what a rule looks for, why, and what to check on site")
    .action((id: string) => {
      const rule = catalogue.find((one) => one.id === id);
      if (rule === undefined) return refuse(`there is no rule ${id}; see \`rules list\``);
      return print(explainRule(rule));
    });
  rules
    .command("catalogue")
    .description("print the catalogue of rules as Markdown")
    .action(() => print(ruleCatalogue(catalogue).trimEnd()));
  rules
    .command("replay")
    .description("run the rules over a span of history and print the flags as JSON; changes nothing")
    .option("--config <file>", "configuration: replay from its database (or with its parameters, beside --records)")
    .option("--station <id>", "the station")
    .option("--from <time>", "RFC 3339; from the store only")
    .option("--to <time>", "RFC 3339; from the store only")
    .option("--registry <file>", "registry (YAML)")
    .option("--records <file>", "journal, one line a record")
    .option("--filings <file>", "filings, one JSON object a line")
    .option("--parameters <file>", "parameters by rule id (YAML): a file with the `rules` of a configuration")
    .action(replay);
}

async function replay(options: ReplayOptions): Promise<void> {
  const config = options.config === undefined ? undefined : loadConfig(options.config);
  if (config?.ok === false) return refuse(config.error.map(describeConfigError).join("\n"));
  const result =
    options.records === undefined ? await fromStore(options, config?.value) : fromFiles(options, config?.value);
  return result.ok ? print(JSON.stringify(result.value, null, 2)) : refuse(result.error);
}

function fromFiles(options: ReplayOptions, config: Config | undefined): Result<ReplayResult, string> {
  const { registry, records, filings, station } = options;
  if (registry === undefined || records === undefined) return fail("--records needs --registry beside it");
  const parameters = options.parameters === undefined ? ok(config?.rules ?? {}) : loadParameters(options.parameters);
  if (!parameters.ok) return fail(described(parameters.error));
  const result = replayFiles({ registry, records, filings, station }, parameters.value);
  return result.ok ? result : fail(described(result.error));
}

const described = (errors: readonly ConfigError[]) => errors.map(describeConfigError).join("\n");

async function fromStore(options: ReplayOptions, config: Config | undefined): Promise<Result<ReplayResult, string>> {
  if (config === undefined || options.station === undefined) {
    return fail("name --registry and --records, or --config and --station");
  }
  const fromMs = options.from === undefined ? 0 : parseTime(options.from);
  const untilMs = options.to === undefined ? Number.MAX_SAFE_INTEGER : parseTime(options.to);
  if (fromMs === undefined || untilMs === undefined) {
    return fail("--from and --to must be times such as 2026-03-02T12:00:00.000+08:00");
  }
  const store = await openSqliteStore(config.database);
  try {
    const station = (await storedRegistry(store.registry, config.registry)).station(options.station);
    if (station === undefined) return fail(`there is no station ${options.station} in the registry`);
    const versions = await versionsOf(store.rules, station);
    return ok(await replayStore(store.rules, versions, config.rules, { fromMs, untilMs }));
  } finally {
    await store.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_USAGE;
}
