/** What is going on on the box now, and the check of everything, for its page. */
import type { FastifyInstance } from "fastify";
import { runChecks } from "../check/checks.ts";
import { bad, type Finding } from "../check/finding.ts";
import { loadConfig } from "../config.ts";
import { runningAgent } from "../running.ts";
import { networkView } from "./network.ts";
import type { LocalBox } from "./routes.ts";

/** Adds the routes. */
export function liveRoutes(app: FastifyInstance, box: LocalBox): void {
  app.get("/api/live", () => box.live());
  app.get("/api/network", () => networkView());
  // It takes some seconds and asks the network: one at a time, whoever asks.
  let running: Promise<Finding[]> | undefined;
  app.post("/api/check", async () => {
    running ??= findings(box).finally(() => {
      running = undefined;
    });
    return running;
  });
}

async function findings({ configFile, epochMs }: LocalBox): Promise<Finding[]> {
  const config = loadConfig(configFile);
  if (config.ok) {
    const runningPid = runningAgent(config.value.gateway.stateDir);
    return runChecks({ config: config.value, runningPid, nowMs: epochMs() });
  }
  const seen = { zh: "还没有可用的配置", en: "there is no configuration yet that can be used" };
  const cure = { zh: "先完成安装步骤 1 至 4", en: "finish steps 1 to 4 of the installation first" };
  return [{ check: "configuration", subject: "", ...bad("fail", seen, cure) }];
}
