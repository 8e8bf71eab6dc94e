/** What seals are besides opened: unreachable for long, low on battery, another one than before, or without their hub. */
import type { LinkRecord, SealRecord } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import { back, goneDown, type Outages, tell, tellLong } from "./outage.ts";
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

const BASIS = "第十条（七）、第十二条 Art. 10(7), 12";

function isUntold(record: SealRecord): boolean {
  return record.quality !== "good" || record.state === "offline" || record.state === "unknown";
}

const excuse = (context: RuleContext, atMs: number) => (name: string) =>
  covered(context, ["seal-service"], [name], atMs);

function onSilentSeal(state: Outages, record: SealRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  const { seal } = record;
  if (!isUntold(record)) return back(state, seal, seen.atMs);
  const silent = goneDown(state, seal, seen);
  const isShort = seen.atMs - silent.sinceMs < context.parameters.silentMs!;
  return isShort || excuse(context, seen.atMs)(seal) ? NONE : [tell(silent, seal, seen)];
}

function onHeartbeat(outages: Outages, seen: SeenRecord, context: RuleContext): Verdicts {
  return tellLong(outages, seen, context.parameters.silentMs!, excuse(context, seen.atMs));
}

export const sealSilent = rule<Outages>({
  id: "seal.silent",
  title: { zh: "铅封离线", en: "Seal silent" },
  basis: BASIS,
  department: "market-regulation",
  severity: "medium",
  parameters: {
    silentMs: { default: 7_200_000, unit: "ms", why: "a seal sleeps to save its battery and may miss a call or two" },
  },
  why: { zh: "离线的铅封看不到被打开，等于没有铅封。", en: "A seal that is not heard cannot tell that it is opened." },
  check: {
    zh: "现场查看铅封是否在位、完好，检查电池与信号。",
    en: "See on site whether the seal is there and whole; check battery and signal.",
  },
  start: () => ({}),
  on: {
    seal: onSilentSeal,
    gateway: (state, _, seen, context) => onHeartbeat(state, seen, context),
  },
  text: ({ subject, figures, fromMs }) => {
    const silent = span(figures.silentMs);
    return {
      zh: `铅封 ${subject} 自 ${moment(fromMs)} 起离线 ${silent.zh}。请现场查看。`,
      en: `Seal ${subject} has not been heard since ${moment(fromMs)}, for ${silent.en}. See on site.`,
    };
  },
});

function onBattery(
  state: Record<string, true>,
  record: SealRecord,
  { atMs }: SeenRecord,
  { parameters }: RuleContext,
): Verdicts {
  if (record.batteryPercent === null || record.quality !== "good") return NONE;
  const { seal, batteryPercent } = record;
  if (batteryPercent > parameters.lowPercent! + parameters.backPercent!) {
    if (state[seal] === undefined) return NONE;
    delete state[seal];
    return [{ verdict: "ended", subject: seal, atMs }];
  }
  if (batteryPercent > parameters.lowPercent! || state[seal] !== undefined) return NONE;
  state[seal] = true;
  return [{ verdict: "finding", subject: seal, atMs, figures: { batteryPercent }, evidence: [evidenceOf(record)] }];
}

export const sealBatteryLow = rule<Record<string, true>>({
  id: "seal.battery-low",
  title: { zh: "铅封电量低", en: "Seal low on battery" },
  basis: "第五条（三）、第八条（三） Art. 5(3), 8(3)",
  department: "service-provider",
  severity: "notice",
  parameters: {
    lowPercent: { default: 15, unit: "%", why: "weeks are left: time for a planned visit" },
    backPercent: {
      default: 10,
      unit: "%",
      why: "above the limit by so much, and it was a new battery, not a warm day",
    },
  },
  why: {
    zh: "电量耗尽后铅封离线，其间被打开无从得知。",
    en: "An empty seal falls silent, and nobody knows what happens to it.",
  },
  check: {
    zh: "凭工单更换电池或铅封，登记新编号。",
    en: "Change battery or seal under a work order, and register the new number.",
  },
  start: () => ({}),
  on: { seal: onBattery },
  text: ({ subject, figures }) => ({
    zh: `铅封 ${subject} 电量仅 ${plain(figures.batteryPercent)} %。请安排更换。`,
    en: `Seal ${subject} has ${plain(figures.batteryPercent)} % of its battery left. Plan a visit.`,
  }),
});

interface Serial {
  serial: string;
  evidence: EvidenceRange;
}

function onSerial(
  state: Record<string, Serial>,
  record: SealRecord,
  { atMs }: SeenRecord,
  context: RuleContext,
): Verdicts {
  if (record.serial === null || record.quality !== "good") return NONE;
  const known = state[record.seal];
  state[record.seal] = { serial: record.serial, evidence: evidenceOf(record) };
  if (known === undefined || known.serial === record.serial) return NONE;
  if (covered(context, ["seal-service"], [record.seal], atMs)) return NONE;
  const figures = { previousSerial: known.serial, serial: record.serial };
  return [{ verdict: "finding", subject: record.seal, atMs, figures, evidence: [known.evidence, evidenceOf(record)] }];
}

export const sealSwapped = rule<Record<string, Serial>>({
  id: "seal.swapped",
  title: { zh: "铅封被调换", en: "Seal swapped" },
  basis: BASIS,
  department: "market-regulation",
  severity: "high",
  parameters: {},
  why: { zh: "换上另一枚铅封，说明原铅封已被拆除。", en: "Where another seal answers, the old one was taken off." },
  check: {
    zh: "核对铅封实物编号与登记，检查其所封部件。",
    en: "Compare the number on the seal with the register; inspect what it seals.",
  },
  start: () => ({}),
  on: { seal: onSerial },
  text: ({ subject, figures, untilMs }) => ({
    zh: `铅封 ${subject} 的编号至 ${moment(untilMs)} 由 ${plain(figures.previousSerial)} 变为 ${plain(figures.serial)}，且无工单。请现场核查。`,
    en: `By ${moment(untilMs)} seal ${subject} answered as ${plain(figures.serial)} instead of ${plain(figures.previousSerial)}, and no work order covers it. Check on site.`,
  }),
});

interface Hubs {
  /** hubs by name, as their seals' records name them */
  known: Record<string, true>;
  down: Outages;
}

function onHubSeal(state: Hubs, record: SealRecord): Verdicts {
  state.known[record.device] = true;
  return NONE;
}

function onHubLink(state: Hubs, { device: hub, state: now }: LinkRecord, seen: SeenRecord): Verdicts {
  if (hub === null || state.known[hub] === undefined) return NONE;
  if (now === "up") return back(state.down, hub, seen.atMs);
  goneDown(state.down, hub, seen);
  return NONE;
}

export const sealHubGone = rule<Hubs>({
  id: "seal.hub-gone",
  title: { zh: "铅封集线器失联", en: "Seal hub gone" },
  basis: "第五条（三） Art. 5(3)",
  department: "market-regulation",
  severity: "medium",
  parameters: {
    silentMs: { default: 1_800_000, unit: "ms", why: "half an hour: longer than a restart or a change of fuse" },
  },
  why: { zh: "集线器断电期间，全站铅封都看不到。", en: "While the hub is off, no seal of the station is seen." },
  check: {
    zh: "检查集线器供电与连线，恢复后核对各铅封计数。",
    en: "Check the hub's power and line; once it is back, compare the seals' counters.",
  },
  start: () => ({ known: {}, down: {} }),
  on: {
    seal: onHubSeal,
    link: onHubLink,
    gateway: ({ down }, _, seen, context) => onHeartbeat(down, seen, context),
  },
  text: ({ subject, figures, fromMs }) => {
    const silent = span(figures.silentMs);
    return {
      zh: `铅封集线器 ${subject} 自 ${moment(fromMs)} 起失联 ${silent.zh}，其间铅封状态未知。请检查供电与连线。`,
      en: `Seal hub ${subject} has been gone for ${silent.en} since ${moment(fromMs)}; meanwhile the seals are unknown. Check its power and line.`,
    };
  },
});
