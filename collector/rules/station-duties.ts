/** What a station owes: to report its faults (Article 16), and not to withhold its data (Article 11). */

import { WORK_ORDER_CHANGES } from "@forecourt/protocol/filings/schema.ts";
import type { GatewayRecord, LinkRecord } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import { back, goneDown, type Outages, tellLong } from "./outage.ts";
import { NONE, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { moment, plain, span } from "./wording.ts";

function onLink(down: Outages, link: LinkRecord, seen: SeenRecord): Verdicts {
  const name = link.device ?? link.line;
  if (link.state === "up") return back(down, name, seen.atMs);
  goneDown(down, name, seen);
  return NONE;
}

function onHeartbeat(down: Outages, _: GatewayRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  return tellLong(down, seen, context.parameters.reportMs!, (name) =>
    covered(context, WORK_ORDER_CHANGES, [name], seen.atMs),
  );
}

export const faultUnreported = rule<Outages>({
  id: "station.fault-unreported",
  title: { zh: "设备故障未报", en: "A fault that nobody reported" },
  basis: "第十六条 Art. 16",
  department: "commerce",
  severity: "medium",
  parameters: {
    reportMs: { default: 86_400_000, unit: "ms", why: "a day to notice a fault and report it" },
  },
  why: {
    zh: "故障隐瞒不报的，视影响及后果依法处罚。",
    en: "Whoever keeps a fault to himself answers for what follows from it.",
  },
  check: {
    zh: "询问站方何时发现、是否报修，核对工单。",
    en: "Ask when it was noticed and whether it was reported; look for a work order.",
  },
  stateVersion: 2,
  start: () => ({}),
  on: { link: onLink, gateway: onHeartbeat },
  text: ({ subject, figures, fromMs }) => {
    const silent = span(figures.silentMs);
    return {
      zh: `设备 ${subject} 自 ${moment(fromMs)} 起故障 ${silent.zh}，未见报修或工单。请约谈站方。`,
      en: `Device ${subject} has been down for ${silent.en} since ${moment(fromMs)}, and nobody reported it. Talk to the station.`,
    };
  },
});

interface Heard {
  atMs: number;
  told: boolean;
}

function onTick(state: Record<string, Heard>, nowMs: number, context: RuleContext): Verdicts {
  const due = Object.entries(state).filter(
    ([gateway, heard]) =>
      !heard.told &&
      nowMs - heard.atMs >= context.parameters.silentMs! &&
      !covered(context, ["station-closed", "gateway-replaced"], [gateway], nowMs),
  );
  for (const [, heard] of due) heard.told = true;
  return due.map(([gateway, heard]): Verdict => {
    const figures = { silentMs: nowMs - heard.atMs };
    return { verdict: "finding", subject: gateway, fromMs: heard.atMs, atMs: nowMs, figures, evidence: [] };
  });
}

export const dataWithheld = rule<Record<string, Heard>>({
  id: "station.data-withheld",
  title: { zh: "长期不上传数据", en: "Data withheld" },
  basis: "第十一条、第十六条 Art. 11, 16",
  department: "commerce",
  severity: "high",
  parameters: {
    silentMs: {
      default: 259_200_000,
      unit: "ms",
      why: "three days: a fault that is reported is mended by then (Art. 8(3))",
    },
  },
  why: {
    zh: "长期离线等于拒绝报送经营数据。",
    en: "A gateway that stays silent for days withholds what the station must show.",
  },
  check: {
    zh: "现场核查网关供电与网络，恢复后核对补传数据与台账。",
    en: "Check the gateway's power and network on site; compare what arrives later with the book.",
  },
  start: () => ({}),
  on: {},
  onHeard: (state, gateway, atMs) => {
    const told = state[gateway]?.told === true;
    state[gateway] = { atMs, told: false };
    return told ? [{ verdict: "ended", subject: gateway, atMs }] : NONE;
  },
  onStarted: (state, startedMs) => {
    for (const heard of Object.values(state)) if (!heard.told) heard.atMs = Math.max(heard.atMs, startedMs);
    return NONE;
  },
  onTick,
  text: ({ subject, figures, fromMs }) => {
    const silent = span(figures.silentMs);
    return {
      zh: `网关 ${subject} 自 ${moment(fromMs)} 起 ${silent.zh}未上传数据，且无停业或更换备案（${plain(subject)}）。请现场核查。`,
      en: `Gateway ${subject} has sent nothing for ${silent.en} since ${moment(fromMs)}; neither a closure nor a replacement was filed. Check on site.`,
    };
  },
});
