/** A tax port that does not answer while its gateway lives: a cable pulled, a dispenser cut off from the gateway. */
import type { LinkRecord } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import { goneDown, type Outage, tell } from "./outage.ts";
import { NONE, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { moment, plain, span } from "./wording.ts";

interface Down extends Outage {
  reason: string;
}
interface State {
  down: Record<string, Down>;
  /** devices seen on a line, by `gateway line`: a line that is down takes them along */
  lines: Record<string, string[]>;
}

function devicesOf(state: State, link: LinkRecord, context: RuleContext): readonly string[] {
  if (link.device !== null) return context.layout.taxPorts.has(link.device) ? [link.device] : [];
  // That a port is open says nothing yet about what is behind it.
  if (link.state === "up") return [];
  const known = state.lines[`${link.gateway} ${link.line}`];
  // Until a device was heard on it, a line is taken to carry the device that has its name.
  return known ?? (context.layout.taxPorts.has(link.line) ? [link.line] : []);
}

function learn(state: State, link: LinkRecord, devices: readonly string[]): void {
  if (link.device === null || devices.length === 0) return;
  const key = `${link.gateway} ${link.line}`;
  const known = state.lines[key];
  if (known === undefined) state.lines[key] = [link.device];
  else if (!known.includes(link.device)) known.push(link.device);
}

function onLink(state: State, link: LinkRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  const devices = devicesOf(state, link, context);
  learn(state, link, devices);
  const { atMs } = seen;
  const verdicts: Verdict[] = [];
  for (const device of devices) {
    const since = state.down[device];
    if (link.state === "down") {
      state.down[device] = { reason: link.reason, ...goneDown(state.down, device, seen) };
    } else if (since !== undefined) {
      delete state.down[device];
      const isCovered = covered(context, ["board-replaced", "station-closed"], [device], atMs);
      if (since.told || (atMs - since.sinceMs >= context.parameters.silentMs! && !isCovered)) {
        verdicts.push(tell(since, device, seen, { reason: since.reason }), { verdict: "ended", subject: device, atMs });
      }
    }
  }
  return verdicts;
}

function onRecord(state: State, seen: SeenRecord, context: RuleContext): Verdicts {
  const { record, atMs } = seen;
  if (record.kind === "link") return NONE;
  let verdicts: Verdict[] | undefined;
  for (const device in state.down) {
    const since = state.down[device]!;
    if (since.evidence.gateway !== record.gateway || atMs - since.sinceMs < context.parameters.silentMs!) continue;
    // Once told, only the gateway's own heartbeat makes the flag grow.
    if (since.told && record.kind !== "gateway") continue;
    if (covered(context, ["board-replaced", "station-closed"], [device], atMs)) continue;
    verdicts ??= [];
    verdicts.push(tell(since, device, seen, { reason: since.reason }));
  }
  return verdicts ?? NONE;
}

export const taxPortSilent = rule<State>({
  id: "tax-port.silent",
  title: { zh: "税控口无应答", en: "Tax port silent while the gateway lives" },
  basis: "第五条（三） Art. 5(3)",
  department: "service-provider",
  severity: "medium",
  parameters: {
    silentMs: {
      default: 60_000,
      unit: "ms",
      why: "a dispenser that is switched off and on again is back within a minute",
    },
  },
  why: {
    zh: "税控口拔线期间的每一笔加油都不会自动上报。",
    en: "No fuelling reports itself while the tax port is cut off.",
  },
  check: {
    zh: "检查报税口连线、加油机供电与线缆是否被人为断开。",
    en: "Check the tax-port cable, the dispenser's power, and whether the cable was pulled on purpose.",
  },
  stateVersion: 2,
  start: () => ({ down: {}, lines: {} }),
  on: { link: onLink },
  onRecord,
  text: ({ subject, figures, fromMs }) => {
    const silent = span(figures.silentMs);
    return {
      zh: `税控口 ${subject} 自 ${moment(fromMs)} 起无应答已 ${silent.zh}，而采集网关工作正常（${plain(figures.reason)}）。请检查报税口连线与加油机供电。`,
      en: `Tax port ${subject} has not answered for ${silent.en} since ${moment(fromMs)}, while its gateway works (${plain(figures.reason)}). Check the tax-port cable and the dispenser's power.`,
    };
  },
});
