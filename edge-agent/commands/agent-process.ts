/** An agent under supervision, as the commands that run one share it. */
import { performance } from "node:perf_hooks";
import { type Agent, type AgentSurroundings, type AgentWatch, startAgent } from "../agent.ts";
import { loadConfig } from "../config.ts";
import type { Notifier } from "../health/notify.ts";
import { LogRing } from "../remote/log-ring.ts";
import { Supervisor } from "../remote/supervise.ts";
import { log } from "./shared.ts";

export interface AgentProcess {
  notifier: Notifier;
  /** Told of every agent that starts: after a restart from afar it is another one. */
  started?: (agent: Agent) => void;
  watch?: AgentWatch;
  launched?: AgentSurroundings["launched"];
}

/** A supervisor of the agent of a configuration. */
export function supervisorOf(file: string, { notifier, started, watch, launched }: AgentProcess): Supervisor {
  const startedAt = performance.now();
  const logs = new LogRing();
  const say = (message: string, details: Record<string, unknown>) => {
    log.info(details, message);
    logs.add(`${new Date().toISOString()} ${message} ${JSON.stringify(details)}`);
  };
  return new Supervisor({
    configFile: file,
    load: loadConfig,
    start: async (config, supervision) => {
      const agent = await startAgent(config, {
        clocks: { epochMs: () => Date.now(), monoMs: () => performance.now() - startedAt },
        random: Math.random,
        ...{ notifier, log: say, logs, supervision, launched, ...(watch && { watch }) },
      });
      started?.(agent);
      say("agent started", { gateway: config.gateway.id, station: config.gateway.station });
      return agent;
    },
    log: say,
    died: (error) => {
      log.fatal({ error: String(error) }, "the agent could not be started again");
      process.exit(1);
    },
  });
}
