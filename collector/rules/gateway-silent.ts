/** A gateway that is not heard: no power, no network, or a box that was unplugged. Silence of the collector's own is not counted. */
import { NONE, type RuleContext, rule, type Verdicts } from "./rule.ts";
import { moment, span } from "./wording.ts";

interface Heard {
  atMs: number;
  /** when silence was last told, epoch ms; null while it is heard */
  toldMs: number | null;
}
type State = Record<string, Heard>;

function onHeard(state: State, gateway: string, atMs: number): Verdicts {
  const known = state[gateway];
  state[gateway] = { atMs, toldMs: null };
  if (known === undefined || known.toldMs === null) return NONE;
  return [{ verdict: "ended", subject: gateway, atMs }];
}

/** While the collector was away it could hear nobody: everyone gets a new grace. */
function onStarted(state: State, startedMs: number): Verdicts {
  for (const heard of Object.values(state)) {
    if (heard.toldMs === null) heard.atMs = Math.max(heard.atMs, startedMs);
  }
  return NONE;
}

function onTick(state: State, nowMs: number, { parameters }: RuleContext): Verdicts {
  const silentMs = parameters.silentMs!;
  const due = Object.entries(state).filter(
    ([, heard]) => nowMs - heard.atMs >= silentMs && (heard.toldMs === null || nowMs - heard.toldMs >= silentMs),
  );
  if (due.length === 0) return NONE;
  for (const [, heard] of due) heard.toldMs = nowMs;
  return due.map(([gateway, heard]) => ({
    verdict: "finding" as const,
    subject: gateway,
    fromMs: heard.atMs,
    atMs: nowMs,
    figures: { silentMs: nowMs - heard.atMs },
    evidence: [],
  }));
}

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
  },
  why: {
    zh: "失联期间站内发生的一切只能事后补看。",
    en: "What happens at the station while its gateway is silent is seen only later.",
  },
  check: {
    zh: "检查供电、网络与机柜；对照邻近站点是否同时失联。",
    en: "Check power, network and cabinet; see whether neighbouring stations fell silent as well.",
  },
  start: () => ({}),
  on: {},
  onHeard,
  onStarted,
  onTick,
  text: ({ subject, figures, fromMs }) => {
    const silent = span(figures.silentMs);
    return {
      zh: `采集网关 ${subject} 自 ${moment(fromMs)} 起失联已 ${silent.zh}。请确认供电与网络；数据保存在网关中，恢复后补传。`,
      en: `Gateway ${subject} has not been heard for ${silent.en} since ${moment(fromMs)}. Check its power and network; its journal keeps the records and sends them later.`,
    };
  },
});
