/** `collector statistics …`: compares the sums with the stored sales, and makes them anew. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Command } from "commander";
import { pino } from "pino";
import { storedRegistry } from "../registry/registry.ts";
import { StatisticsKeeper } from "../statistics/keeper.ts";
import type { Difference } from "../statistics/store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { configOf } from "./shared.ts";

const EXIT_DIFFERENT = 3;
const MOST_SHOWN = 20;

/** Adds the commands below `statistics`. */
export function addStatisticsCommands(program: Command): void {
  const statistics = program.command("statistics").description("sums of sales by hour and day: check, rebuild");
  for (const { name, text, forget } of [
    {
      name: "check",
      text: "compare every day's sums with the stored sales; exit code 3 when some differ",
      forget: false,
    },
    {
      name: "rebuild",
      text: "make all sums anew from the stored records, also while the collector runs",
      forget: true,
    },
  ]) {
    statistics
      .command(name)
      .description(text)
      .requiredOption("--config <file>", "configuration file (YAML)")
      .action(async ({ config }: { config: string }) => report(await compare(config, forget)));
  }
}

/** @param forget makes all sums anew before; else only what was not summed yet is added */
async function compare(file: string, forget: boolean): Promise<Difference[]> {
  const config = configOf(file);
  const store = await openSqliteStore(config.database);
  const log = pino({ name: "statistics" }, pino.destination(2));
  const registry = await storedRegistry(store.registry, config.registry);
  const thinnedUntilMs = await store.statistics.thinnedUntilMs();
  if (forget && thinnedUntilMs > 0) {
    await store.close();
    const day = formatTime(thinnedUntilMs).slice(0, 10);
    process.stderr.write(`sales until ${day} were removed by policy: only their sums are left, and these are kept\n`);
    return process.exit(EXIT_DIFFERENT);
  }
  if (forget) await store.statistics.clear();
  await new StatisticsKeeper({ store: store.statistics, gradeOf: registry.gradeOf, log }).workOff();
  const different = await store.statistics.differences();
  await store.close();
  return different;
}

function report(different: readonly Difference[]): void {
  if (different.length === 0) {
    process.stdout.write("every sum is that of the stored sales\n");
    return;
  }
  for (const one of different.slice(0, MOST_SHOWN)) process.stdout.write(`${JSON.stringify(one)}\n`);
  process.stderr.write(
    `${different.length} days of stations differ; \`statistics rebuild\` makes the sums anew from the records\n`,
  );
  process.exitCode = EXIT_DIFFERENT;
}
