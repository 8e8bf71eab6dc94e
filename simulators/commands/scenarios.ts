/** `sim list`, `sim validate`, `sim expand` and `sim parameters`: what scenarios there are, whether they are right, what moves them. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { stringify } from "yaml";
import { parameterTable } from "../physics/parameters.ts";
import { createStation } from "../physics/station.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import { EXIT_BAD_SCENARIO, readScenario, SHIPPED } from "./arguments.ts";

/** Adds the commands. */
export function addScenarios(program: Command): void {
  program.command("list").description("list the shipped scenarios").action(list);

  program
    .command("expected")
    .description("print, as a table, by which shipped scenarios each rule of the collector is tried")
    .action(() => {
      process.stdout.write(`${expectedTable()}\n`);
    });

  program
    .command("parameters")
    .description(
      "list every constant of the physics with its default, meaning and source; a scenario sets it under `physics`",
    )
    .action(() => {
      process.stdout.write(`${parameterTable()}\n`);
    });
  program
    .command("expand")
    .description("print a scenario as a whole station, with what its template says filled in")
    .argument("<scenario>", "a scenario file, or the name of a shipped one")
    .action((name: string) => {
      const { template: _, ...file } = readScenario(name) ?? {};
      if ("scenario" in file) process.stdout.write(stringify(file, { aliasDuplicateObjects: false }));
      else process.exitCode = EXIT_BAD_SCENARIO;
    });
  program
    .command("validate")
    .description("check scenario files, or all shipped ones; exit 2 when one is wrong")
    .argument("[file...]", "scenario files")
    .action((files: string[]) => {
      for (const file of files.length > 0 ? files : shippedFiles()) {
        const read = readScenario(file);
        if (read) process.stdout.write(`${basename(file)}: scenario ${read.scenario} is valid\n`);
        else process.exitCode = EXIT_BAD_SCENARIO;
      }
    });
}

function shippedFiles(): string[] {
  const names = readdirSync(SHIPPED).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => join(SHIPPED, name));
}

/** Rule by rule, the scenarios whose truth says that it must tell. Only those that say how long they last are scored. */
function expectedTable(): string {
  const scenarios = new Map<string, Set<string>>();
  for (const path of shippedFiles()) {
    const file = readScenario(path);
    if (file?.days === undefined) continue;
    const world = createStation(resolveScenario(file), 0);
    for (const rule of world.plants.flatMap(({ expects }) => expects)) {
      scenarios.set(rule, (scenarios.get(rule) ?? new Set()).add(file.scenario));
    }
  }
  const rows = [...scenarios].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = rows.map(([rule, names]) => `| \`${rule}\` | ${[...names].map((name) => `\`${name}\``).join(", ")} |`);
  return ["| rule | scenarios in which it must tell |", "|---|---|", ...lines].join("\n");
}

function list(): void {
  for (const path of shippedFiles()) {
    const file = readScenario(path);
    if (file) process.stdout.write(`${file.scenario}\n    ${file.shows.trim().replaceAll(/\s+/g, " ")}\n`);
    else process.exitCode = EXIT_BAD_SCENARIO;
  }
}
