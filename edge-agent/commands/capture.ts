/** `capture`: reads one line as the agent does, keeps no record, and writes every byte that passes to a file. */
import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { captureLine, MAX_CAPTURE_MS } from "../capture/capture.ts";
import type { AgentConfig } from "../config.ts";
import { fragmentOf } from "../config-fragment.ts";
import { makeRunner } from "../wiring/lines.ts";
import { recorderFor } from "../wiring/recorder.ts";
import { type AddCommand, configured, EXIT_CONFIG, guarded, log } from "./shared.ts";

interface Options {
  line: string;
  out: string;
  for: string;
}

export const addCapture: AddCommand = (program) => {
  program
    .command("capture")
    .description("read one line as the agent does and write every byte that passes to a file; stop the agent before")
    .requiredOption("--line <name>", "the line, as the configuration names it")
    .requiredOption("--out <file>", "the file to write; it must not exist yet")
    .option("--for <time>", "how long, for example 60s or 10m; an hour at the most", "60s")
    .action((options: Options) => guarded(() => capture(configured(program), options)));
};

async function capture(config: AgentConfig, options: Options): Promise<void> {
  const line = config.lines.find((one) => one.line === options.line);
  const forMs = durationMs(options.for);
  if (line === undefined || forMs === undefined) {
    const known = config.lines.map((one) => one.line).join(", ");
    const wrong =
      line === undefined
        ? `there is no line ${options.line}: use one of ${known}`
        : `--for is ${JSON.stringify(options.for)}: expected for example 60s or 10m, an hour at the most`;
    process.stderr.write(`${wrong}\n`);
    process.exit(EXIT_CONFIG);
  }
  const clocks = { now: () => performance.now(), epochMs: () => Date.now() };
  let failure: string | undefined;
  const sink = recorderFor(config, {
    ...clocks,
    known: [],
    append: (records) => {
      for (const record of records) {
        if (record.kind === "link") log.info({ device: record.device, state: record.state }, record.reason);
        if (record.kind === "link" && record.device === null && record.state === "down") failure ??= record.reason;
      }
    },
  });
  const runner = makeRunner(config, line, {
    ...clocks,
    sink,
    random: Math.random,
    log: (message, details) => log.info(details, message),
  });
  const file = openSync(options.out, "wx", 0o640);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const head = { gateway: config.gateway.id, line: line.line, config: fragmentOf(config, line.line) };
  const write = (text: string) => void writeSync(file, text);
  const capturing = captureLine(runner.line, { head, forMs, write, epochMs: clocks.epochMs, signal: stop.signal });
  runner.start();
  const captured = await capturing;
  await runner.stop();
  closeSync(file);
  process.stdout.write(`${captured?.entries ?? 0} entries in ${options.out}\n`);
  if (!captured?.received) {
    process.stderr.write(`nothing came from the line: ${failure ?? "no device answers on it"}\n`);
    process.exitCode = 1;
  }
}

/** `60s`, `10m` or `1h` in milliseconds; undefined when it is nothing of the kind or too long. */
function durationMs(text: string): number | undefined {
  const match = /^(\d{1,5})(s|m|h)$/.exec(text);
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ""];
  const ms = Number(match?.[1]) * (unitMs ?? Number.NaN);
  return ms > 0 && ms <= MAX_CAPTURE_MS ? ms : undefined;
}
