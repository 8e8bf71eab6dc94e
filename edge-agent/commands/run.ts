/** Without a command: the agent itself, until a signal ends it. */
import { performance } from "node:perf_hooks";
import { type Agent, startAgent } from "../agent.ts";
import type { AgentConfig } from "../config.ts";
import { systemdNotifier } from "../health/notify.ts";
import { type AddCommand, configured, guarded, log } from "./shared.ts";

export const addRun: AddCommand = (program) => {
  program.action(() => guarded(() => run(configured(program))));
};

/** An orderly stop takes less; what does not end by then is given up. The journal is safe at any moment. */
const STOP_DEADLINE_MS = 4_800;

async function run(config: AgentConfig): Promise<void> {
  const started = performance.now();
  const starting = startAgent(config, {
    clocks: { epochMs: () => Date.now(), monoMs: () => performance.now() - started },
    random: Math.random,
    notifier: systemdNotifier(process.env, (message, details) => log.warn(details, message)),
    log: (message, details) => log.info(details, message),
  });
  // From the first moment on: a signal during the start must still lead to a stop record.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop(starting, signal));
  await starting;
  log.info({ gateway: config.gateway.id, station: config.gateway.station }, "agent started");
}

function stop(starting: Promise<Agent>, signal: string): void {
  const end = (error: string) => {
    log.error({ error }, "the agent did not stop cleanly");
    process.exit(1);
  };
  setTimeout(() => end(`not within ${STOP_DEADLINE_MS} ms`), STOP_DEADLINE_MS);
  starting
    .then((agent) => agent.stop(signal))
    .then(
      () => process.exit(0),
      (error: unknown) => end(String(error)),
    );
}
