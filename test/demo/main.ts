/** The demonstration: the whole chain with three simulated stations, until Ctrl-C or for a given time. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { readJournal, readStore } from "../rig/account.ts";
import { type Chain, startChain } from "../rig/chain.ts";
import { FolderInUseError } from "../rig/claim.ts";
import { drain } from "../rig/control.ts";
import { listPeople } from "../rig/people.ts";
import { ROOT, until } from "../rig/program.ts";
import { formatSummary, summarise } from "./summary.ts";

const SCENARIOS = ["demo-honest", "demo-bypass", "demo-tampered"];
const SPEED = 20;
/** How long the chain may take to come to rest after the last sale. */
const REST_DEADLINE_MS = 45_000;
const DEFAULT_HTTP_PORT = 8080;
/** Another demonstration runs in this copy of the project. */
const EXIT_IN_USE = 2;

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000 };

function duration(text: string): number {
  const match = /^(\d+)([smh])$/.exec(text);
  if (match === null) throw new InvalidArgumentError("give a number with s, m or h, for example 60s or 5m");
  return Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The port that was asked for, or, when another program has it, any free one. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => {
      say(`Port ${wanted} is taken by another program: the page takes a free one.`);
      resolve(0);
    });
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => resolve(wanted)));
  });
}

/** Resolves when the time is over or the user asks to stop. */
function untilAskedOr(ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

/** Everything that was sold has been read, everything read is stored, and every planted cheat is over. */
async function comeToRest(chain: Chain): Promise<void> {
  await Promise.all(chain.stations.map(drain));
  const isAtRest = () =>
    summarise(chain).passed &&
    chain.stations.every(
      (station) => readJournal(station).length === readStore(chain.collector.database, station.gateway).length,
    );
  await until("the chain comes to rest", isAtRest, REST_DEADLINE_MS).catch(() => undefined);
}

async function run(options: { for?: number; port: number }): Promise<number> {
  const chain = await startChain({
    folder: join(ROOT, ".run", "demo"),
    scenarios: SCENARIOS.map((name) => join(ROOT, "simulators", "scenarios", `${name}.yaml`)),
    speed: SPEED,
    boxes: true,
    httpPort: await freePort(options.port),
    people: true,
    history: "test/demo/month/main.ts",
  });
  say(`\nForecourt is running: ${chain.stations.length} simulated stations at ${SPEED} times real speed.`);
  say(`\n    ${chain.collector.url}/\n`);
  say(`Sign in as one of these (passwords of this run only):\n\n${listPeople(chain.people)}\n`);
  say(options.for === undefined ? "Ctrl-C stops it." : `It stops by itself after ${options.for / 1000} s.`);
  await untilAskedOr(options.for);
  if (options.for === undefined) {
    say("\nStopping …");
    await chain.stop();
    return 0;
  }
  say("\nThe last customers leave …");
  await comeToRest(chain);
  for (const { agent, simulator } of chain.stations) {
    await agent.stop();
    await simulator.stop();
  }
  await until(
    "the last records are stored",
    () => summarise(chain).stations.every((s) => s.faults.length === 0),
    5_000,
  ).catch(() => undefined);
  await chain.stop();
  const summary = summarise(chain);
  mkdirSync(join(ROOT, ".run"), { recursive: true });
  writeFileSync(join(ROOT, ".run", "demo.json"), `${JSON.stringify(summary, null, 2)}\n`);
  say(formatSummary(summary));
  return summary.passed ? 0 : 1;
}

await new Command("demo")
  .description("Runs the whole chain with three simulated stations and opens its page to a browser.")
  .option("--for <time>", "stop after this long and print a summary, for example 60s", duration)
  .option("--port <port>", "port of the page", Number, DEFAULT_HTTP_PORT)
  .action(async (options: { for?: number; port: number }) => {
    process.exitCode = await run(options).catch((error: unknown) => {
      if (!(error instanceof FolderInUseError)) throw error;
      say(error.message);
      return EXIT_IN_USE;
    });
  })
  .parseAsync();
