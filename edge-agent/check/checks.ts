/** All checks, in the order in which a technician mends things. A new one is a file and a line here. */
import { brokersCheck } from "./brokers.ts";
import { budgetCheck } from "./budget.ts";
import { certificateCheck } from "./certificate.ts";
import { clockCheck } from "./clock.ts";
import { devicesCheck } from "./devices.ts";
import { diskCheck } from "./disk.ts";
import { bad, type Check, type CheckContext, type Finding, good } from "./finding.ts";
import { journalCheck } from "./journal.ts";
import { portsCheck } from "./ports.ts";
import { sourcesCheck } from "./sources.ts";

const agentCheck: Check = {
  name: "agent",
  run: ({ runningPid }) => [
    {
      check: "agent",
      subject: "",
      ...(runningPid === undefined
        ? good("采集程序没有运行，各线路由本检查直接询问", "the agent does not run: the lines are asked by this check")
        : good(
            `采集程序正在运行（进程 ${runningPid}），不占用它的线路`,
            `the agent runs (process ${runningPid}): its lines are left alone`,
          )),
    },
  ],
};

const CHECKS: readonly Check[] = [
  ...[agentCheck, diskCheck, journalCheck, clockCheck, portsCheck, devicesCheck],
  ...[sourcesCheck, certificateCheck, brokersCheck, budgetCheck],
];

/** Runs all checks, one after another. One that breaks is a finding too. */
export async function runChecks(of: CheckContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    try {
      findings.push(...(await check.run(of)));
    } catch (error) {
      const said = String(error);
      const broken = bad(
        "fail",
        { zh: `检查本身出错：${said}`, en: `the check itself failed: ${said}` },
        { zh: "请联系技术支持", en: "call support" },
      );
      findings.push({ check: check.name, subject: "", ...broken });
    }
  }
  return findings;
}
