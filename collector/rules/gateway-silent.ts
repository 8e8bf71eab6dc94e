/**
 * A gateway that is not heard. Once it is heard again, its journal says why: it went on recording (the network was
 * away), mains had failed before it stopped (power), or it was off while the station sold (the box was switched off or
 * unplugged). Silence of the collector's own is not counted.
 */
import type { GatewayRecord, HealthRecord, SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import { noteStart, type Returns, seenFromCl, startReturns } from "./returns.ts";
import { NONE, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { moment, plain, span } from "./wording.ts";

type Cause = "network" | "power" | "off" | "box";
interface Heard {
  atMs: number;
  /** when silence was last told, epoch ms; null while it is heard */
  toldMs: number | null;
  /** since when it is heard again, while its journal is looked at for the cause, epoch ms */
  backMs: number | null;
  /** what the journal shows of the silence so far, in the order of what outweighs what */
  causes: Cause[];
}
interface State {
  heard: Record<string, Heard>;
  mains: Record<string, HealthRecord["mains"]>;
  /** last grand total of each nozzle, 0.01 L */
  totals: Record<string, number>;
  returns: Returns;
}

function onHeard({ heard }: State, gateway: string, atMs: number): Verdicts {
  const known = heard[gateway];
  if (known === undefined || known.toldMs === null) {
    heard[gateway] = { atMs, toldMs: null, backMs: null, causes: [] };
    return NONE;
  }
  known.backMs ??= atMs;
  // That it was off alone may yet prove to be more.
  return known.causes.some((cause) => cause !== "off") ? over(heard, gateway, atMs) : NONE;
}

/** The silence is over: a last word of why, and the flag clears itself. */
function over(heard: State["heard"], gateway: string, atMs: number): Verdicts {
  const { atMs: fromMs, backMs, causes } = heard[gateway]!;
  heard[gateway] = { atMs, toldMs: null, backMs: null, causes: [] };
  const cause = ["box", "power", "network", "off"].find((one) => causes.includes(one as Cause)) ?? "unknown";
  const figures = { silentMs: (backMs ?? atMs) - fromMs, cause };
  return [
    { verdict: "finding", subject: gateway, fromMs, atMs: backMs ?? atMs, figures, evidence: [] },
    { verdict: "ended", subject: gateway, atMs: backMs ?? atMs },
  ];
}

function note({ heard }: State, gateway: string, cause: Cause): void {
  const known = heard[gateway];
  if (known !== undefined && known.toldMs !== null) known.causes.push(cause);
}

function onHealth(state: State, { gateway, mains }: HealthRecord): Verdicts {
  state.mains[gateway] = mains;
  return NONE;
}

/** A start says that the box was off; a heartbeat amidst the silence, that the network kept it back. */
function onGateway(state: State, record: GatewayRecord, { atMs }: SeenRecord, { parameters }: RuleContext): Verdicts {
  const { gateway, event } = record;
  noteStart(state.returns, record, atMs);
  const known = state.heard[gateway];
  if (known === undefined || known.toldMs === null) return NONE;
  if (event === "start") note(state, gateway, state.mains[gateway] === "lost" ? "power" : "off");
  else if (atMs - known.atMs >= parameters.silentMs! && atMs <= known.toldMs) note(state, gateway, "network");
  return NONE;
}

/** A station that sold while its gateway was off had power. */
function onTold(state: State, gateway: string, nozzle: string, of: { beforeCl: number; totalCl: number }): void {
  const before = state.totals[nozzle];
  state.totals[nozzle] = of.totalCl;
  const isOff = state.heard[gateway]?.causes.includes("off") === true;
  if (isOff && before !== undefined && of.beforeCl > before) note(state, gateway, "box");
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord): Verdicts {
  const { gateway, nozzle, totalVolumeCl: totalCl } = sale;
  onTold(state, gateway, nozzle, { beforeCl: seenFromCl(state.returns, sale, atMs), totalCl });
  return NONE;
}

function onTotal(state: State, { gateway, nozzle, scope, quality, volumeCl }: TotalRecord): Verdicts {
  if (scope === "grand" && quality === "good") {
    onTold(state, gateway, nozzle, { beforeCl: volumeCl, totalCl: volumeCl });
  }
  return NONE;
}

/** While the collector was away it could hear nobody: everyone gets a new grace. */
function onStarted({ heard }: State, startedMs: number): Verdicts {
  for (const one of Object.values(heard)) {
    if (one.toldMs === null) one.atMs = Math.max(one.atMs, startedMs);
  }
  return NONE;
}

function onTick({ heard }: State, nowMs: number, { parameters }: RuleContext): Verdicts {
  const { silentMs, lookMs } = parameters as { silentMs: number; lookMs: number };
  const verdicts: Verdict[] = [];
  for (const [gateway, one] of Object.entries(heard)) {
    if (one.backMs !== null) {
      if (nowMs - one.backMs >= lookMs) verdicts.push(...over(heard, gateway, nowMs));
    } else if (nowMs - one.atMs >= silentMs && (one.toldMs === null || nowMs - one.toldMs >= silentMs)) {
      one.toldMs = nowMs;
      const figures = { silentMs: nowMs - one.atMs };
      verdicts.push({ verdict: "finding", subject: gateway, fromMs: one.atMs, atMs: nowMs, figures, evidence: [] });
    }
  }
  return verdicts.length === 0 ? NONE : verdicts;
}

const CAUSES: Record<string, { zh: string; en: string }> = {
  power: { zh: "停电（失联前市电已断）", en: "power: mains had failed before it fell silent" },
  network: { zh: "网络中断，其间照常采集", en: "the network: it went on recording meanwhile" },
  off: { zh: "网关断电，其间无销售", en: "the box was without power, and nothing was sold meanwhile" },
  box: {
    zh: "网关停机或被断电，而站内照常售油，请查明原因",
    en: "the box was off while the station sold fuel: find out why",
  },
  unknown: { zh: "未能查明", en: "its journal does not say" },
};

export const gatewaySilent = rule<State>({
  id: "gateway.silent",
  title: { zh: "采集网关失联", en: "Gateway silent" },
  basis: "第五条（三）、第十六条 Art. 5(3), 16",
  department: "service-provider",
  severity: "medium",
  parameters: {
    silentMs: {
      default: 180_000,
      unit: "ms",
      why: "a gateway says something every minute; three misses are no accident",
    },
    lookMs: {
      default: 60_000,
      unit: "ms",
      why: "within a minute of its return the totals are read: they tell a box that was off from a power cut",
    },
  },
  why: {
    zh: "失联期间站内发生的一切只能事后补看。",
    en: "What happens at the station while its gateway is silent is seen only later.",
  },
  check: {
    zh: "检查供电、网络与机柜；对照邻近站点是否同时失联。",
    en: "Check power, network and cabinet; see whether neighbouring stations fell silent as well.",
  },
  stateVersion: 3,
  start: () => ({ heard: {}, mains: {}, totals: {}, returns: startReturns() }),
  on: { health: onHealth, gateway: onGateway, sale: onSale, total: onTotal },
  onHeard,
  onStarted,
  onTick,
  text: ({ subject, figures, fromMs }) => {
    const silent = span(figures.silentMs);
    const cause = CAUSES[plain(figures.cause)];
    if (cause !== undefined) {
      return {
        zh: `采集网关 ${subject} 自 ${moment(fromMs)} 起失联 ${silent.zh}，已恢复。原因：${cause.zh}。`,
        en: `Gateway ${subject} was not heard for ${silent.en} from ${moment(fromMs)} on, and is back. Cause: ${cause.en}.`,
      };
    }
    return {
      zh: `采集网关 ${subject} 自 ${moment(fromMs)} 起失联已 ${silent.zh}。请确认供电与网络；数据保存在网关中，恢复后补传。`,
      en: `Gateway ${subject} has not been heard for ${silent.en} since ${moment(fromMs)}. Check its power and network; its journal keeps the records and sends them later.`,
    };
  },
});
