/** One of our programs as a process: started with our own Node, its output kept in a file, stopped or killed at will. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A program that has not stopped by itself after this is killed: it promises 5 s. */
const STOP_DEADLINE_MS = 8_000;

export interface ProgramOptions {
  /** arguments after `node`, the first one a path relative to the project */
  args: readonly string[];
  /** file that takes what the program writes to standard error, added to what is there */
  log: string;
  /** called for each line of standard output */
  onLine?: (line: string) => void;
  /** instead of the Node that runs the tests */
  node?: string;
  /** added to our own environment */
  environment?: Record<string, string>;
  /** called when the program has ended, however it did */
  ended?: (pid: number) => void;
}

export class Program {
  readonly #options: ProgramOptions;
  #child: ChildProcess | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { args, log, onLine, environment, ended, node = process.execPath } = this.#options;
    mkdirSync(dirname(log), { recursive: true });
    const fd = openSync(log, "a");
    const env = { ...process.env, ...environment };
    const child = spawn(node, [...args], { cwd: ROOT, stdio: ["ignore", "pipe", fd], env });
    closeSync(fd);
    this.#child = child;
    child.once("exit", () => ended?.(child.pid ?? 0));
    let held = "";
    child.stdout?.setEncoding("utf8");
    child.stdout?.on("data", (text: string) => {
      const lines = (held + text).split("\n");
      held = lines.pop() ?? "";
      for (const line of lines) onLine?.(line);
    });
  }

  /** Asks the program to stop. @returns its exit code, or null when it had to be killed */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return child?.exitCode ?? 0;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const deadline = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
    const [code] = (await exited) as [number | null];
    clearTimeout(deadline);
    return code;
  }

  /** SIGKILL: no warning, no clean-up. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** The last lines of the log, for error messages. */
  logTail(lines = 20): string {
    return readFileSync(this.#options.log, "utf8").split("\n").slice(-lines).join("\n");
  }
}

/**
 * Waits until a condition holds, looking again and again.
 * @param what names the condition in the error
 * @throws Error when it does not hold within the deadline
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 30_000,
): Promise<T> {
  const endsAt = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endsAt) throw new Error(`not within ${deadlineMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

const LOOK_AGAIN_MS = 50;
