/** Without a command: the agent itself, until a signal ends it. */
import { performance } from "node:perf_hooks";
import { startAgent } from "../agent.ts";
import type { AgentConfig } from "../config.ts";
import { type AddCommand, configured, guarded, log } from "./shared.ts";

export const addRun: AddCommand = (program) => {
  program.action(() => guarded(() => run(configured(program))));
};

async function run(config: AgentConfig): Promise<void> {
  const started = performance.now();
  const agent = await startAgent(config, {
    clocks: { epochMs: () => Date.now(), monoMs: () => performance.now() - started },
    random: Math.random,
    log: (message, details) => log.info(details, message),
  });
  log.info({ gateway: config.gateway.id, station: config.gateway.station }, "agent started");
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      agent.stop(signal).then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error: String(error) }, "the agent did not stop cleanly");
          process.exit(1);
        },
      );
    });
  }
}
