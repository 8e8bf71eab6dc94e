/** A gateway that is not heard: no power, no network, or a box that was unplugged. Silence of the collector's own is not counted. */
import { quiet, type RuleContext, rule, type Step } from "./rule.ts";
import { moment, span } from "./wording.ts";

interface Heard {
  atMs: number;
  /** when silence was last told, epoch ms; null while it is heard */
  toldMs: number | null;
}
type State = Record<string, Heard>;

function onHeard(state: State, gateway: string, atMs: number): Step<State> {
  const known = state[gateway];
  const next = { ...state, [gateway]: { atMs, toldMs: null } };
  if (known === undefined || known.toldMs === null) return quiet(next);
  return { state: next, verdicts: [{ verdict: "ended", subject: gateway, atMs }] };
}

/** While the collector was away it could hear nobody: everyone gets a new grace. */
function onStarted(state: State, startedMs: number): Step<State> {
  const entries = Object.entries(state).map(([gateway, heard]): [string, Heard] => [
    gateway,
    heard.toldMs === null ? { ...heard, atMs: Math.max(heard.atMs, startedMs) } : heard,
  ]);
  return quiet(Object.fromEntries(entries));
}

function onTick(state: State, nowMs: number, { parameters }: RuleContext): Step<State> {
  const silentMs = parameters.silentMs!;
  const due = Object.entries(state).filter(
    ([, heard]) => nowMs - heard.atMs >= silentMs && (heard.toldMs === null || nowMs - heard.toldMs >= silentMs),
  );
  if (due.length === 0) return quiet(state);
  return {
    state: { ...state, ...Object.fromEntries(due.map(([gateway, heard]) => [gateway, { ...heard, toldMs: nowMs }])) },
    verdicts: due.map(([gateway, heard]) => ({
      verdict: "finding" as const,
      subject: gateway,
      fromMs: heard.atMs,
      atMs: nowMs,
      figures: { silentMs: nowMs - heard.atMs },
      evidence: [],
    })),
  };
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
  needs: [],
  start: () => ({}),
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
