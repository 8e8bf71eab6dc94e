/** A gateway that runs another configuration or program than the one that somebody approved for it. */
import type { CommandRecord, GatewayRecord } from "@forecourt/protocol/records/schema.ts";
import type { Approval, TrustEvent } from "../trust/events.ts";
import { evidenceOf, NONE, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { moment, plain } from "./wording.ts";

interface Known {
  /** null: nobody has said */
  approvedConfig: string | null;
  approvedVersion: string | null;
  /** commands that bring a configuration, until they have ended */
  ordered: string[];
  /** a configuration is on trial since then, epoch ms */
  trialMs: number | null;
  running: { version: string; configSha256: string } | null;
  /** it has run something else since then, epoch ms */
  otherSinceMs: number | null;
  /** what was told of, `version config`; null while all is well */
  told: string | null;
  /** that nothing was approved has been said */
  saidUnknown: boolean;
}
type State = Record<string, Known>;

/** Orders come one after the other; more than a few at a time are not kept apart. */
const MOST_ORDERS = 16;
/** A configuration is on trial for an hour at the most; then it has been taken back, whatever was recorded. */
const TRIAL_MS = 75 * 60_000;

function knownOf(state: State, gateway: string): Known {
  state[gateway] ??= {
    ...{ approvedConfig: null, approvedVersion: null, ordered: [], trialMs: null, running: null },
    ...{ otherSinceMs: null, told: null, saidUnknown: false },
  };
  return state[gateway];
}

function onTrust(state: State, event: TrustEvent, atMs: number): Verdicts {
  if (event.event !== "approval") return NONE;
  const known = knownOf(state, event.gateway);
  approve(known, event);
  return settled(known, event.gateway, atMs);
}

function approve(known: Known, { command, configSha256, version }: Approval): void {
  if (command !== null) known.ordered = [...known.ordered, command].slice(-MOST_ORDERS);
  if (configSha256 !== null) known.approvedConfig = configSha256;
  if (version !== null) known.approvedVersion = version;
}

/** An ordered configuration is approved when the gateway says that it runs it, and then it is what it runs. */
function onCommand(state: State, record: CommandRecord, { atMs }: SeenRecord): Verdicts {
  const known = state[record.gateway];
  if (known === undefined || !known.ordered.includes(record.command)) return NONE;
  if (record.outcome === "accepted") {
    known.trialMs = atMs;
    return NONE;
  }
  known.trialMs = null;
  known.ordered = known.ordered.filter((id) => id !== record.command);
  if (record.outcome === "done" && known.running !== null) known.approvedConfig = known.running.configSha256;
  return settled(known, record.gateway, atMs);
}

function onGateway(state: State, record: GatewayRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const { gateway, version, configSha256 } = record;
  const known = knownOf(state, gateway);
  known.running = { version, configSha256 };
  if (known.approvedConfig === null && known.approvedVersion === null) {
    if (known.saidUnknown) return NONE;
    known.saidUnknown = true;
    return [{ verdict: "unknown", subject: gateway, atMs, reason: "nobody has approved what it runs" }];
  }
  if (isApproved(known)) return settled(known, gateway, atMs);
  const onTrial = known.trialMs !== null && atMs - known.trialMs < TRIAL_MS;
  if (onTrial) return NONE;
  known.otherSinceMs ??= atMs;
  const what = `${version} ${configSha256}`;
  if (atMs - known.otherSinceMs < context.parameters.graceMs! || known.told === what) return NONE;
  known.told = what;
  return [finding(known, record, atMs)];
}

function finding(known: Known, record: GatewayRecord, atMs: number): Verdict {
  const figures = {
    version: record.version,
    approvedVersion: known.approvedVersion,
    configSha256: record.configSha256.slice(0, 12),
    approvedConfigSha256: known.approvedConfig?.slice(0, 12) ?? null,
  };
  const evidence = [evidenceOf(record)];
  return { verdict: "finding", subject: record.gateway, fromMs: known.otherSinceMs ?? atMs, atMs, figures, evidence };
}

function isApproved({ running, approvedConfig, approvedVersion }: Known): boolean {
  if (running === null) return true;
  const isConfig = approvedConfig === null || approvedConfig === running.configSha256;
  return isConfig && (approvedVersion === null || approvedVersion === running.version);
}

function settled(known: Known, gateway: string, atMs: number): Verdicts {
  if (!isApproved(known)) return NONE;
  known.otherSinceMs = null;
  if (known.told === null) return NONE;
  known.told = null;
  return [{ verdict: "ended", subject: gateway, atMs }];
}

export const notAsApproved = rule<State>({
  id: "gateway.not-as-approved",
  title: { zh: "网关运行未批准的程序或配置", en: "Gateway runs what nobody approved" },
  basis: "第五条（一）（二） Art. 5(1)(2)",
  department: "service-provider",
  severity: "high",
  parameters: {
    graceMs: { default: 300_000, unit: "ms", why: "an update is approved and installed within minutes of each other" },
  },
  why: {
    zh: "采集什么由程序与配置决定；与批准版本不同的网关可能漏采或错采。",
    en: "Program and configuration decide what is read: a box that differs from the approved one may leave something out.",
  },
  check: {
    zh: "调取该网关的配置与程序版本，与批准记录比对；查明是谁、何时更改。",
    en: "Fetch the configuration and the version, compare them with the approval, and find out who changed them when.",
  },
  whilePrepared: true,
  start: () => ({}),
  on: { gateway: onGateway, command: onCommand },
  onTrust,
  text: ({ subject, figures, fromMs }) => {
    const [version, approved, config, approvedConfig] = [
      figures.version,
      figures.approvedVersion,
      figures.configSha256,
      figures.approvedConfigSha256,
    ].map(plain);
    return {
      zh: `网关 ${subject} 自 ${moment(fromMs)} 起运行程序 ${version}、配置 ${config}；批准的是程序 ${approved}、配置 ${approvedConfig}。请核对。`,
      en: `Since ${moment(fromMs)} gateway ${subject} has run version ${version} with configuration ${config}; approved are version ${approved} and configuration ${approvedConfig}. Compare.`,
    };
  },
});
