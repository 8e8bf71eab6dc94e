/** What befalls a gateway: its cabinet opened, its clock set, its program or configuration changed. */
import type { CommandRecord, GatewayRecord, HealthRecord } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { moment, plain, span } from "./wording.ts";

interface Cabinet {
  openMs: number | null;
}

function onHealth(
  state: Record<string, Cabinet>,
  record: HealthRecord,
  { atMs }: SeenRecord,
  context: RuleContext,
): Verdicts {
  const known = state[record.gateway] ?? { openMs: null };
  state[record.gateway] = known;
  if (record.cabinet === "unknown") return NONE;
  if (record.cabinet === "closed") {
    const wasOpen = known.openMs !== null;
    known.openMs = null;
    return wasOpen ? [{ verdict: "ended", subject: record.gateway, atMs }] : NONE;
  }
  known.openMs ??= atMs;
  if (covered(context, ["cabinet-opened", "gateway-replaced"], [record.gateway], atMs)) return NONE;
  const figures = { openMs: atMs - known.openMs };
  return [
    {
      verdict: "finding",
      subject: record.gateway,
      fromMs: known.openMs,
      atMs,
      figures,
      evidence: [evidenceOf(record)],
    },
  ];
}

export const cabinetOpened = rule<Record<string, Cabinet>>({
  id: "gateway.cabinet-opened",
  title: { zh: "机柜被打开", en: "Cabinet opened" },
  basis: "第五条（三）、第十三条 Art. 5(3), 13",
  department: "public-security",
  severity: "medium",
  parameters: {},
  why: { zh: "打开机柜即可接触网关、连线与电源。", en: "Whoever opens the cabinet reaches gateway, lines and power." },
  check: {
    zh: "核对工单与监控录像，检查柜内连线与设备。",
    en: "Ask for the work order, look at the cameras, check lines and devices inside.",
  },
  start: () => ({}),
  on: { health: onHealth },
  text: ({ subject, figures, fromMs }) => {
    const open = span(figures.openMs);
    return {
      zh: `网关 ${subject} 的机柜于 ${moment(fromMs)} 被打开（已见 ${open.zh}），且无工单。请核查。`,
      en: `The cabinet of gateway ${subject} was opened at ${moment(fromMs)} (seen open for ${open.en}), and no work order covers it. Check it.`,
    };
  },
});

interface Boot {
  startedMs: number;
}

function onClock(
  state: Record<string, Boot>,
  record: GatewayRecord,
  { atMs }: SeenRecord,
  { parameters }: RuleContext,
): Verdicts {
  if (record.event === "start") state[record.gateway] = { startedMs: record.monoMs };
  if (record.event !== "clock-stepped" || record.stepMs === null) return NONE;
  // A box without a battery clock wakes up in the past: the first step after a start only puts that right.
  const isFirst = record.uptimeMs < parameters.settleMs!;
  if (Math.abs(record.stepMs) < parameters.stepMs! || isFirst) return NONE;
  const figures = { stepMs: record.stepMs };
  return [{ verdict: "finding", subject: record.gateway, atMs, figures, evidence: [evidenceOf(record)] }];
}

export const clockStepped = rule<Record<string, Boot>>({
  id: "gateway.clock-stepped",
  title: { zh: "网关时钟被调整", en: "Gateway clock set" },
  basis: "第五条（二） Art. 5(2)",
  department: "service-provider",
  severity: "medium",
  parameters: {
    stepMs: { default: 300_000, unit: "ms", why: "time services correct by seconds; minutes are set by hand" },
    settleMs: { default: 900_000, unit: "ms", why: "after a start the clock is put right once" },
  },
  why: {
    zh: "时钟被调会使销售时间失真；记录次序不受影响，可据此还原。",
    en: "A clock that was set misdates sales; the order of records is unharmed and shows by how much.",
  },
  check: { zh: "检查网关的对时服务、登录记录与电池。", en: "Check the gateway's time service, sign-ins and battery." },
  start: () => ({}),
  on: { gateway: onClock },
  text: ({ subject, figures, untilMs }) => {
    const step = span(Math.abs(Number(figures.stepMs)));
    const isForward = Number(figures.stepMs) > 0;
    return {
      zh: `网关 ${subject} 的时钟在 ${moment(untilMs)} 被${isForward ? "调快" : "调慢"} ${step.zh}。请查明原因。`,
      en: `At ${moment(untilMs)} the clock of gateway ${subject} was set ${isForward ? "forward" : "back"} by ${step.en}. Find out why.`,
    };
  },
});

interface Program {
  version: string;
  configSha256: string;
  evidence: EvidenceRange;
  /** when the collector's own command last changed something, epoch ms */
  commandedMs: number | null;
}

function onProgram(
  state: Record<string, Program>,
  record: GatewayRecord,
  { atMs }: SeenRecord,
  context: RuleContext,
): Verdicts {
  const known = state[record.gateway];
  const { version, configSha256 } = record;
  state[record.gateway] = {
    version,
    configSha256,
    evidence: evidenceOf(record),
    commandedMs: known?.commandedMs ?? null,
  };
  if (known === undefined || (known.version === version && known.configSha256 === configSha256)) return NONE;
  const { commandMs } = context.parameters as { commandMs: number };
  if (known.commandedMs !== null && Math.abs(atMs - known.commandedMs) <= commandMs) return NONE;
  if (covered(context, ["configuration-changed", "gateway-replaced"], [record.gateway], atMs)) return NONE;
  const figures = {
    previousVersion: known.version,
    version,
    previousConfigSha256: known.configSha256.slice(0, 12),
    configSha256: configSha256.slice(0, 12),
  };
  return [
    { verdict: "finding", subject: record.gateway, atMs, figures, evidence: [known.evidence, evidenceOf(record)] },
  ];
}

function onCommand(state: Record<string, Program>, record: CommandRecord, { atMs }: SeenRecord): Verdicts {
  const known = state[record.gateway];
  if (known !== undefined && record.outcome !== "refused") known.commandedMs = atMs;
  return NONE;
}

export const programChanged = rule<Record<string, Program>>({
  id: "gateway.program-changed",
  title: { zh: "网关程序或配置变更", en: "Gateway's program or configuration changed" },
  basis: "第五条（一）（二） Art. 5(1)(2)",
  department: "service-provider",
  severity: "medium",
  parameters: {
    commandMs: { default: 900_000, unit: "ms", why: "an ordered change takes effect within minutes, with its restart" },
  },
  why: {
    zh: "采集什么由程序与配置决定，未经批准的变更可能使数据缺失。",
    en: "Program and configuration decide what is read: a change that nobody approved may leave something out.",
  },
  check: {
    zh: "核对变更审批，将网关配置与批准版本比对。",
    en: "Ask for the approval; compare the configuration with the approved one.",
  },
  start: () => ({}),
  on: { gateway: onProgram, command: onCommand },
  text: ({ subject, figures, untilMs }) => ({
    zh: `网关 ${subject} 至 ${moment(untilMs)} 程序版本 ${plain(figures.previousVersion)} → ${plain(figures.version)}，配置 ${plain(figures.previousConfigSha256)} → ${plain(figures.configSha256)}，无指令或审批。请核对。`,
    en: `By ${moment(untilMs)} gateway ${subject} went from version ${plain(figures.previousVersion)} to ${plain(figures.version)} and from configuration ${plain(figures.previousConfigSha256)} to ${plain(figures.configSha256)}, without a command or an approval. Compare.`,
  }),
});
