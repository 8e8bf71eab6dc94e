/** `box` and `pin`: the box with its own page, on which a technician installs it and looks after it. */
import { randomInt } from "node:crypto";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { type Command, Option } from "commander";
import { SYSTEM_PORTS } from "../commission/scan/ports.ts";
import { FEEDS, type Notifier, systemdNotifier } from "../health/notify.ts";
import type { Box } from "../local/box.ts";
import { readPin, setPin } from "../local/pin.ts";
import { launchedBy, leaving } from "../update/relaunch.ts";
import { type AgentProcess, supervisorOf } from "./agent-process.ts";
import { type AddCommand, EXIT_CONFIG, guarded, log } from "./shared.ts";
import { addTokenOptions, TOKEN_INCOMPLETE, type TokenFlags, tokenOf } from "./token-options.ts";

const STOP_DEADLINE_MS = 8_000;
const PIN_DIGITS = 8;

interface BoxFlags extends TokenFlags {
  state: string;
  listen: string;
  serialDir?: string;
}

/** The service says where the state lies and which address is the page's. */
const stateOption = () =>
  new Option("--state <folder>", "the folder for the key and the journal").default("./state").env("FORECOURT_STATE");
const listenOption = () =>
  new Option("--listen <address>", "where the page is served; give the address of the station's own network")
    .default("0.0.0.0:8088")
    .env("FORECOURT_LISTEN");

export const addBox: AddCommand = (program) => {
  const box = program
    .command("box")
    .description("serve the box's own page: installs the box, then runs the agent and shows how it fares")
    .addOption(stateOption())
    .addOption(listenOption())
    .option("--serial-dir <folder>", "look for serial ports here alone, and not on the board")
    .action((flags: BoxFlags) => guarded(() => run(program, flags)));
  addTokenOptions(box);
  program
    .command("pin")
    .description("set the PIN of the box's page; without --pin one is made and printed")
    .addOption(stateOption())
    .option("--pin <digits>", "6 to 12 digits")
    .action(({ state, pin }: { state: string; pin?: string }) => guarded(() => givePin(resolve(state), pin)));
};

async function givePin(stateDir: string, wanted: string | undefined): Promise<void> {
  const pin = wanted ?? String(randomInt(10 ** (PIN_DIGITS - 1), 10 ** PIN_DIGITS));
  const set = await setPin(stateDir, pin);
  if (!set.ok) return stopWith(set.error);
  process.stdout.write(`${pin}\n`);
}

async function run(program: Command, flags: BoxFlags): Promise<void> {
  const stateDir = resolve(flags.state);
  const configFile = resolve(program.opts<{ config?: string }>().config ?? join(stateDir, "agent.yaml"));
  const address = /^(\[[0-9a-f:]+\]|[^:\s]+):([0-9]{1,5})$/.exec(flags.listen);
  if (address === null) return stopWith(`--listen is "${flags.listen}"; expected: host:port`);
  const pkcs11 = tokenOf(flags);
  if (pkcs11 === "incomplete") return stopWith(TOKEN_INCOMPLETE);
  const say = (message: string, details: Record<string, unknown>) => log.info(details, message);
  if (readPin(stateDir) === undefined) say("the box has no PIN yet: set one with the command `pin`", {});
  const notifier = systemdNotifier(process.env, (message, details) => log.warn(details, message));
  const launched = launchedBy(process.env);
  // The box goes on when its agent stops: systemd hears of the start only.
  const ofAgent: Notifier = {
    ...notifier,
    send: (...said) => (said.includes("STOPPING=1") ? Promise.resolve() : notifier.send(...said)),
  };
  // Loaded only here: the agent alone does without a web server.
  const { startBox } = await import("../local/box.ts");
  const startedAt = performance.now();
  const leave =
    launched && leaving(launched, STOP_DEADLINE_MS, (reason) => starting.then((started) => started.stop(reason)));
  const ofLauncher: AgentProcess["launched"] = launched && leave && { by: launched, leave };
  const starting = startBox({
    ...{ stateDir, configFile, pkcs11, host: address[1]!.replace(/^\[|\]$/g, ""), port: Number(address[2]) },
    pin: () => readPin(stateDir),
    ports: flags.serialDir === undefined ? SYSTEM_PORTS : { adapters: resolve(flags.serialDir), board: undefined },
    supervise: ({ started, watch }) =>
      supervisorOf(configFile, { ...{ started, watch, notifier: ofAgent }, launched: ofLauncher }),
    epochMs: () => Date.now(),
    monoMs: () => performance.now() - startedAt,
    random: Math.random,
    log: say,
  });
  stopOnSignal(starting, notifier);
  const box = await starting;
  await tellSystemd(box, notifier);
  process.stdout.write(`${JSON.stringify({ port: box.port ?? null })}\n`);
}

/** From the first moment on: a signal during the start must still lead to a stop record. */
function stopOnSignal(starting: Promise<Box>, notifier: Notifier): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), STOP_DEADLINE_MS);
      void notifier.send("STOPPING=1");
      starting
        .then((box) => box.stop(signal))
        .then(
          () => process.exit(0),
          (error: unknown) => {
            log.error({ error: String(error) }, "the box did not stop cleanly");
            process.exit(1);
          },
        );
    });
  }
}

/** A box without an agent lives as well; as soon as there is one, the watchdog is fed by whoever knows its lines. */
async function tellSystemd(box: Box, notifier: Notifier): Promise<void> {
  const { watchdogMs } = notifier;
  await notifier.send("READY=1", ...(box.isAgentRunning ? [] : ["STATUS=waits for its installation"]));
  if (watchdogMs === undefined) return;
  const feed = () => {
    if (!box.isAgentRunning) void notifier.send("WATCHDOG=1");
  };
  setInterval(feed, watchdogMs / FEEDS);
  feed();
}

function stopWith(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_CONFIG;
}
