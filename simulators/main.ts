/** `npm run sim`: the simulated station on the command line. Wires and reports; decides nothing. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { pino } from "pino";
import { writeHistories } from "./history/command.ts";
import { historyDefaults } from "./history/options.ts";
import type { WireMode } from "./lines/wire.ts";
import { parameterTable } from "./physics/parameters.ts";
import { startRun } from "./run.ts";
import { describeError } from "./scenario/errors.ts";
import { parseScenario } from "./scenario/parse.ts";
import type { ScenarioFile } from "./scenario/schema.ts";
import { durationMs } from "./time.ts";

const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "scenarios");
const EXIT_BAD_SCENARIO = 2;
const MOST_SPEED = 10_000;

interface RunFlags {
  speed?: number;
  hold?: boolean;
  seed?: number;
  for?: number;
  lines: string;
  truth: string;
  control?: number;
  noticesUrl?: string;
  noticesToken?: string;
  wire: WireMode;
  logLevel: string;
}

const program = new Command("sim").description(
  "A simulated petrol station on real serial lines and TCP, with the ground truth of what happened in it.",
);

program
  .command("run")
  .description("run a scenario until it is stopped (Ctrl-C) or --for has passed")
  .argument("<scenario>", "a scenario file, or the name of a shipped one (see `list`)")
  .requiredOption("--lines <directory>", "where the serial lines appear, and lines.json once all is up")
  .requiredOption("--truth <file>", "where the ground truth is written, one JSON line an event")
  .option("--speed <n>", `simulated seconds a second, above 0 to ${MOST_SPEED}; default: the scenario's`, speed)
  .option("--seed <n>", "replaces the scenario's seed", wholeNumber)
  .option("--for <duration>", "stop after this simulated time, such as 90s, 10m, 2h", duration)
  .option("--control <port>", "serve the control API on 127.0.0.1; 0 takes a free port", portNumber)
  .option("--hold", "let time stand still until /api/resume: whoever reads the devices misses no sale")
  .option("--notices-url <url>", "post delivery notices there")
  .option("--notices-token <token>", "the bearer token for it")
  .addOption(
    new Option("--wire <mode>", "keep to the wire's real timing, or answer at once")
      .choices(["baud", "instant"])
      .default("baud"),
  )
  .addOption(
    new Option("--log-level <level>", "what is logged to standard error")
      .choices(["silent", "error", "warn", "info", "debug"])
      .default("info"),
  )
  .addHelpText(
    "after",
    `
The devices: tax ports at 9600 baud 8E1, a tank gauge and a seal hub on Modbus RTU or TCP. lines.json names the
path of every serial line and the TCP port of every TCP device. A pulled cable is a closed port and a missing path.

The control API (--control): GET /api/state, /api/summary; POST /api/cheats, /api/drain, /api/pause, /api/resume,
/api/lines/NAME/pull, /api/lines/NAME/plug, /api/noise.

The same scenario, seed and start give the same truth at any speed, whoever polls.`,
  )
  .action(run);

program.command("list").description("list the shipped scenarios").action(list);

program
  .command("parameters")
  .description(
    "list every constant of the physics with its default, meaning and source; a scenario sets it under `physics`",
  )
  .action(() => {
    process.stdout.write(`${parameterTable()}\n`);
  });

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
  .option("--gateway-heartbeat <duration>", "the gateway about itself", duration)
  .action(history);

program
  .command("validate")
  .description("check scenario files; exit 2 when one is wrong")
  .argument("<file...>", "scenario files")
  .action((files: string[]) => {
    for (const file of files) {
      const read = readScenario(file);
      if (read) process.stdout.write(`${file}: scenario ${read.scenario} is valid\n`);
      else process.exitCode = EXIT_BAD_SCENARIO;
    }
  });

async function run(name: string, flags: RunFlags): Promise<void> {
  const log = pino({ level: flags.logLevel, name: "sim" }, pino.destination(2));
  const file = readScenario(name);
  if (!file) {
    process.exitCode = EXIT_BAD_SCENARIO;
    return;
  }
  const started = await startRun({
    file,
    linesDirectory: flags.lines,
    truthPath: flags.truth,
    wire: flags.wire,
    log,
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.speed === undefined ? {} : { speed: flags.speed }),
    ...(flags.for === undefined ? {} : { forMs: flags.for }),
    ...(flags.control === undefined ? {} : { controlPort: flags.control }),
    ...(flags.hold === undefined ? {} : { hold: flags.hold }),
    ...(flags.noticesUrl === undefined ? {} : { notices: { url: flags.noticesUrl, token: flags.noticesToken } }),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void started.stop());
  const control = started.controlPort === undefined ? "" : `, control on http://127.0.0.1:${started.controlPort}`;
  process.stdout.write(
    `${file.station.id} ${file.station.nameEn} is up: ${join(flags.lines, "lines.json")}${control}\n`,
  );
  await started.done;
  process.exit(0);
}

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
}

function list(): void {
  for (const entry of readdirSync(SHIPPED)
    .filter((name) => name.endsWith(".yaml"))
    .sort()) {
    const file = readScenario(join(SHIPPED, entry));
    if (file) process.stdout.write(`${file.scenario}\n    ${file.shows.trim().replaceAll(/\s+/g, " ")}\n`);
    else process.exitCode = EXIT_BAD_SCENARIO;
  }
}

/** Reads and checks a scenario; says on standard error what is wrong with it. */
function readScenario(name: string): ScenarioFile | undefined {
  const path = existsSync(name) ? name : join(SHIPPED, `${basename(name, ".yaml")}.yaml`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    process.stderr.write(`${name}: cannot be read: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
  const parsed = parseScenario(text, path);
  if (parsed.ok) return parsed.value;
  for (const error of parsed.error) process.stderr.write(`${describeError(error)}\n`);
  return undefined;
}

function speed(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MOST_SPEED)) throw new InvalidArgumentError(`Expected above 0, to ${MOST_SPEED}.`);
  return value;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 0.");
  return Number(text);
}

function portNumber(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  return value;
}

function duration(text: string): number {
  const value = durationMs(text);
  if (value === undefined || value === 0) throw new InvalidArgumentError("Expected a duration such as 90s, 10m, 2h.");
  return value;
}

try {
  await program.parseAsync();
} catch (error) {
  // What can still fail here is the machine: a port in use, a folder that cannot be written.
  process.stderr.write(`sim: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
