/** A tax port that does not answer while its gateway lives: a cable pulled, a dispenser cut off from the gateway. */
import type { LinkRecord } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdict,
  type Verdicts,
} from "./rule.ts";
import { moment, plain, span } from "./wording.ts";

interface Down {
  atMs: number;
  gateway: string;
  evidence: EvidenceRange;
  reason: string;
  told: boolean;
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

function onLink(state: State, link: LinkRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const devices = devicesOf(state, link, context);
  learn(state, link, devices);
  const verdicts: Verdict[] = [];
  for (const device of devices) {
    const since = state.down[device];
    if (link.state === "down") {
      const evidence = evidenceOf(link);
      state.down[device] ??= { atMs, gateway: link.gateway, evidence, reason: link.reason, told: false };
    } else if (since !== undefined) {
      delete state.down[device];
      const isCovered = covered(context, ["board-replaced", "station-closed"], [device], atMs);
      if (since.told || (atMs - since.atMs >= context.parameters.silentMs! && !isCovered)) {
        verdicts.push(finding(device, since, atMs, evidenceOf(link)), { verdict: "ended", subject: device, atMs });
      }
    }
  }
  return verdicts;
}

function finding(device: string, since: Down, atMs: number, evidence: EvidenceRange): Verdict {
  return {
    verdict: "finding",
    subject: device,
    fromMs: since.atMs,
    atMs,
    figures: { silentMs: atMs - since.atMs, reason: since.reason },
    evidence: [since.evidence, evidence],
  };
}

function onRecord(state: State, { record, atMs }: SeenRecord, context: RuleContext): Verdicts {
  if (record.kind === "link") return NONE;
  let verdicts: Verdict[] | undefined;
  for (const device in state.down) {
    const since = state.down[device]!;
    if (since.gateway !== record.gateway || atMs - since.atMs < context.parameters.silentMs!) continue;
    // Once told, only the gateway's own heartbeat makes the flag grow.
    if (since.told && record.kind !== "gateway") continue;
    if (covered(context, ["board-replaced", "station-closed"], [device], atMs)) continue;
    verdicts ??= [];
    verdicts.push(finding(device, since, atMs, evidenceOf(record)));
    since.told = true;
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
