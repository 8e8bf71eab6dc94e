/** `sim run`: a station on real lines, until it is stopped. */
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { WireMode } from "../lines/wire.ts";
import { MOST_SPEED } from "../time.ts";
import { duration, EXIT_BAD_SCENARIO, portNumber, readScenario, speed, wholeNumber } from "./arguments.ts";

interface RunFlags {
  speed?: number;
  hold?: boolean;
  seed?: number;
  for?: number;
  lines: string;
  truth: string;
  control?: number;
  collector?: string;
  collectorToken?: string;
  noticesUrl?: string;
  noticesToken?: string;
  wire: WireMode;
  logLevel: string;
}

/** Adds the command. */
export function addRun(program: Command): void {
  program
    .command("run")
    .description("run a scenario until it is stopped (Ctrl-C) or --for has passed")
    .argument("<scenario>", "a scenario file, or the name of a shipped one (see `list`)")
    .option("--lines <directory>", "where the serial lines appear, and lines.json once all is up", ".run/sim/lines")
    .option("--truth <file>", "where the ground truth is written, one JSON line an event", ".run/sim/truth.jsonl")
    .option("--speed <n>", `simulated seconds a second, above 0 to ${MOST_SPEED}; default: the scenario's`, speed)
    .option("--seed <n>", "replaces the scenario's seed", wholeNumber)
    .option("--for <duration>", "stop after this simulated time, such as 90s, 10m, 2h", duration)
    .option("--control <port>", "serve the control page and API on 127.0.0.1; 0 takes a free port", portNumber)
    .option("--collector <url>", "a collector, such as http://127.0.0.1:8080: the page shows what was reported to it")
    .option("--collector-token <token>", "the bearer token for it")
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

--control serves a page for people at / and an API for scripts below /api; docs/tester.md lists it.

The same scenario, seed and start give the same truth at any speed, whoever polls.`,
    )
    .action(run);
}

async function run(name: string, flags: RunFlags): Promise<void> {
  // Loaded only here: what the other commands do not need would cost each of them half a second.
  const [{ pino }, { startRun }] = await Promise.all([import("pino"), import("../run.ts")]);
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
    ...(flags.collector === undefined
      ? {}
      : {
          collector: {
            url: flags.collector,
            ...(flags.collectorToken === undefined ? {} : { token: flags.collectorToken }),
          },
        }),
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
