/** `check`: everything that a technician would look at, with what to do about it, whether the agent runs or not. */

import { formatYamlError } from "@forecourt/protocol/yaml-file.ts";
import { runChecks } from "../check/checks.ts";
import { bad, exitCodeOf, type Finding } from "../check/finding.ts";
import { render } from "../check/render.ts";
import { loadConfig } from "../config.ts";
import { runningAgent } from "../running.ts";
import { type AddCommand, guarded } from "./shared.ts";

export const addCheck: AddCommand = (program) => {
  program
    .command("check")
    .description(
      "look at everything: configuration, disk, journal, clock, ports, devices, brokers (exit code 0, 1 or 2)",
    )
    .option("--json", "for scripts")
    .action(({ json }: { json?: true }) =>
      guarded(async () => {
        const findings = await findingsOf(program.opts<{ config?: string }>().config);
        process.stdout.write(json === true ? `${JSON.stringify(findings, null, 2)}\n` : `${render(findings)}\n`);
        // Output that goes into a pipe must have left before the process does.
        process.exitCode = exitCodeOf(findings);
      }),
    );
};

async function findingsOf(file: string | undefined): Promise<Finding[]> {
  const config = file === undefined ? undefined : loadConfig(file);
  if (config?.ok) {
    const { stateDir } = config.value.gateway;
    return runChecks({ config: config.value, runningPid: runningAgent(stateDir), nowMs: Date.now() });
  }
  const errors =
    config === undefined ? ["no configuration: give its path with --config <file>"] : config.error.map(formatYamlError);
  const cure = { zh: "按提示改正配置文件", en: "correct the configuration as it says" };
  return errors.map((en) => ({
    check: "configuration",
    subject: "",
    ...bad("fail", { zh: `配置有误：${en}`, en }, cure),
  }));
}
