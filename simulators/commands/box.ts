/** `sim box`: runs a gateway's program as on a box whose power and clock are the simulated station's. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { keepBox } from "../box/box.ts";
import { clockEnvironment, faketimeLibrary, forgetClock, setClock } from "../box/clock.ts";
import type { BoxState } from "../control/state.ts";
import { portNumber } from "./arguments.ts";

/** Adds the command. */
export function addBox(program: Command): void {
  program
    .command("box")
    .description("run a gateway's program on a box whose power and clock the station's cheats reach")
    .argument("<command...>", "the program, such as: node edge-agent/main.ts --config agent.yaml")
    .requiredOption("--control <port>", "the control port of `sim run`", portNumber)
    .option("--cabinet <file>", "where the contact at the cabinet's door is kept: open or closed", ".run/sim/cabinet")
    .option("--clock <file>", "where the box's clock is kept", ".run/sim/clock")
    .addHelpText(
      "after",
      `
The program is killed when the gateway is unplugged or the mains fail, and started again when the box is up. Its clock
is set through libfaketime, from Debian's package faketime; without it, only the power is cut.`,
    )
    .action(run);
}

interface BoxFlags {
  control: number;
  clock: string;
  cabinet: string;
}

async function run(command: string[], flags: BoxFlags): Promise<void> {
  const end = new AbortController();
  const box = new ProgramOnBox(command, environmentOf(flags.clock), flags, (code) => {
    process.exitCode = code;
    end.abort();
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      end.abort();
      box.stop();
    });
  }
  box.start();
  const look = async (): Promise<BoxState | undefined> => {
    const response = await fetch(`http://127.0.0.1:${flags.control}/api/box`).catch(() => undefined);
    return response?.ok ? ((await response.json()) as BoxState) : undefined;
  };
  const wait = (ms: number) => delay(ms, undefined, { signal: end.signal }).catch(() => undefined);
  await keepBox({ look, program: box, wait }, end.signal);
}

function environmentOf(clock: string): Record<string, string> {
  const library = faketimeLibrary();
  if (library === undefined) {
    process.stderr.write("The box's clock cannot be set: install Debian's package faketime. Its power can be cut.\n");
    return {};
  }
  mkdirSync(dirname(clock), { recursive: true });
  return clockEnvironment(library, clock);
}

class ProgramOnBox {
  readonly #command: readonly string[];
  readonly #environment: Record<string, string>;
  readonly #files: BoxFlags;
  readonly #ended: (code: number) => void;
  #child: ChildProcess | undefined;

  /** @param ended told when the program ends by itself */
  constructor(
    command: readonly string[],
    environment: Record<string, string>,
    files: BoxFlags,
    ended: (code: number) => void,
  ) {
    this.#command = command;
    this.#environment = environment;
    this.#files = files;
    this.#ended = ended;
  }

  start(): void {
    const [program = "", ...args] = this.#command;
    const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...this.#environment } });
    this.#child = child;
    child.on("error", (error) => {
      process.stderr.write(`sim: ${error.message}\n`);
      this.#ended(1);
    });
    child.on("exit", (code, signal) => {
      if (child.pid !== undefined) forgetClock(child.pid);
      if (signal !== "SIGKILL") this.#ended(code ?? 0);
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  stop(): void {
    this.#child?.kill("SIGTERM");
  }

  setClock(aheadMs: number): void {
    if (this.#environment.LD_PRELOAD !== undefined) setClock(this.#files.clock, aheadMs);
  }

  setCabinet(open: boolean): void {
    mkdirSync(dirname(this.#files.cabinet), { recursive: true });
    writeFileSync(this.#files.cabinet, open ? "open\n" : "closed\n");
  }
}
