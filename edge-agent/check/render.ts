/** Writes findings for a person: one line each in both languages, and the cure below what is not well. Pure. */
import type { Finding, Verdict } from "./finding.ts";

const MARKS: Record<Verdict, string> = { ok: "✓ ok  ", warn: "! warn", fail: "✗ fail", skipped: "- skip" };
const TITLES: Record<string, string> = {
  agent: "采集程序 agent",
  disk: "磁盘 disk",
  journal: "日志 journal",
  clock: "时钟 clock",
  port: "串口 port",
  device: "设备 device",
  source: "状态来源 source",
  certificate: "证书 certificate",
  broker: "采集服务 broker",
  budget: "流量 budget",
};

export function render(findings: readonly Finding[]): string {
  return findings
    .flatMap(({ check, subject, verdict, seen, cure }) => {
      const title = [TITLES[check] ?? check, subject].filter((part) => part !== "").join(" ");
      const lines = [`${MARKS[verdict]}  ${title}: ${seen.zh} · ${seen.en}`];
      if (cure !== null) lines.push(`          → ${cure.zh}`, `          → ${cure.en}`);
      return lines;
    })
    .join("\n");
}
