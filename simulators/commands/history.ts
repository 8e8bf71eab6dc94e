/** `sim history`: months of many stations, straight to files. */
import type { Command } from "commander";
import { writeHistories } from "../history/command.ts";
import { historyDefaults } from "../history/options.ts";
import { duration, EXIT_BAD_SCENARIO, readScenario, wholeNumber } from "./arguments.ts";

interface HistoryFlags {
  out: string;
  stations: number;
  months: number;
  seed: number;
  scenario?: string;
  from: string;
  levelDeadBand: number;
  tankHeartbeat?: number;
  totalHeartbeat?: number;
  gatewayHeartbeat?: number;
}

/** Adds the command. */
export function addHistory(program: Command): void {
  program
    .command("history")
    .description("write months of many stations to files: records, registry, filings and the truth, for scoring rules")
    .requiredOption("--out <directory>", "where a folder a station is written")
    .option("--stations <n>", "how many", wholeNumber, 1)
    .option("--months <n>", "how long, unless the scenario says `days`", wholeNumber, 12)
    .option("--seed <n>", "the seed of all of them", wholeNumber, 7)
    .option("--scenario <file>", "a scenario file or the name of a shipped one; without it the templates take turns")
    .option("--from <date>", "the first day", "2025-01-01")
    .option(
      "--level-dead-band <mm>",
      "a level that moved less is not kept",
      Number,
      historyDefaults.levelDeadBandUm / 1_000,
    )
    .option("--tank-heartbeat <duration>", "an unchanged tank is stated again after this", duration)
    .option("--total-heartbeat <duration>", "an unchanged grand total", duration)
    .option(
      "--gateway-heartbeat <duration>",
      "the gateway about itself, when it had nothing else to say for so long",
      duration,
    )
    .action(history);
}

function history(flags: HistoryFlags): void {
  const file = flags.scenario === undefined ? undefined : readScenario(flags.scenario);
  const from = Date.parse(`${flags.from}T00:00:00+08:00`);
  if ((flags.scenario !== undefined && !file) || Number.isNaN(from)) {
    if (Number.isNaN(from)) process.stderr.write(`--from ${flags.from}: expected a date such as 2025-01-01\n`);
    process.exitCode = EXIT_BAD_SCENARIO;
    return;
  }
  const options = {
    ...historyDefaults,
    levelDeadBandUm: Math.round(flags.levelDeadBand * 1_000),
    ...(flags.tankHeartbeat !== undefined && { tankHeartbeatMs: flags.tankHeartbeat }),
    ...(flags.totalHeartbeat !== undefined && { totalHeartbeatMs: flags.totalHeartbeat }),
    ...(flags.gatewayHeartbeat !== undefined && { gatewayHeartbeatMs: flags.gatewayHeartbeat }),
  };
  const { stations, months, seed, out } = flags;
  writeHistories({ stations, months, seed, out, from, options, ...(file && { file }) }, (result) => {
    const megabytes = (result.bytes / 1e6).toFixed(1);
    process.stdout.write(`${result.station}: ${result.records} records (${result.sales} sales), ${megabytes} MB\n`);
  });
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${((user + system) / 1e6).toFixed(2)} s of processor time\n`);
}
